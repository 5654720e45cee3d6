"""`soundscape recover`: resumes a session that was cut off."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import rich_click as click

from soundscape.cli.options import lang_option
from soundscape.cli.spawn_host import Launch
from soundscape.cli.start_session import device_of, launched, must_be_free, output_must_be_on, stay
from soundscape.engine.host import background_scan
from soundscape.errors import EngineError
from soundscape.ipc import clock, player_messages
from soundscape.ipc.player_messages import Resume
from soundscape.journal.journal_file import CutOffSession, cut_off_sessions
from soundscape.journal.recovery import Choice, Recovery, assess
from soundscape.journal.redaction import Redactor
from soundscape.journal.resume_log import ResumeLog, read_resume_log
from soundscape.journal.session_folders import find_session, is_running
from soundscape.journal.writer import JournalWriter
from soundscape.library.user_dirs import state_folder
from soundscape.remote.service.start_request import StartRequest
from soundscape.units import seconds
from soundscape.views import journal_texts


@click.command()
@lang_option
@click.argument("session", required=False)
@click.option("--yes", is_flag=True, help="Continue without asking.")
@click.option("--return", "into_return", is_flag=True, help="Begin the return phase now.")
@click.option("--end", is_flag=True, help="End it: the session is over.")
@click.option("--force", is_flag=True, help="Play even if the output is muted or turned down.")
@click.option("--headless", is_flag=True, help="Return as soon as the sound plays.")
@click.option("--foreground", is_flag=True, help="Stay until it ends, without a console.")
@click.pass_context
def recover(
    context: click.Context,
    session: str | None,
    *,
    yes: bool,
    into_return: bool,
    end: bool,
    force: bool,
    headless: bool,
    foreground: bool,
) -> None:
    """Continue a session that was cut off, for example by a power cut.

    Within ten minutes the session goes on where it should be by now, and the sound comes back
    from silence over 15 s. Later, or if the scene would be over by now, you can begin the return
    phase or end the session. Without a number, it is the last session that was cut off.

    \b
    Example:
      soundscape recover
      soundscape recover --yes --headless
      soundscape recover 3 --return
    """
    if [yes, into_return, end].count(True) > 1 or (headless and foreground):
        raise click.UsageError("give one of --yes, --return, --end; --headless or --foreground")
    cut_off = _cut_off(session)
    if end:
        _close(cut_off)
        return
    log = _log(cut_off)
    recovery = assess(log, time.time())
    number, scene, place = cut_off.folder.number, log.job.show.name, _place(cut_off)
    click.echo(journal_texts.cut_off(number, scene, place, recovery.gap))
    if not into_return and recovery.choice == "resume":
        conductor = recovery.conductor
        passed = seconds(conductor.clock.passed(conductor.frame))
        click.echo(journal_texts.would_be(conductor.phase.name, passed))
    how = _decide(recovery, yes=yes, into_return=into_return)
    if how == "end":
        _close(cut_off)
        return
    if log.job.output is None and not force:
        output_must_be_on(log.job.room.audio.device)
    context.exit(_take_up(cut_off, log, how, headless=headless, foreground=foreground))


def _cut_off(number: str | None) -> CutOffSession:
    """Return the session to resume. Raises EngineError if there is none."""
    state = state_folder(os.environ)
    found = cut_off_sessions(state)
    if number is None:
        if not found:
            raise EngineError(journal_texts.NOTHING_CUT_OFF)
        return found[0]
    folder = find_session(state, number)
    for one in found:
        if one.folder == folder:
            return one
    why = journal_texts.STILL_RUNNING if is_running(folder) else journal_texts.NOT_CUT_OFF
    raise EngineError(f"session {folder.number} {why}")


def _log(cut_off: CutOffSession) -> ResumeLog:
    try:
        return read_resume_log(cut_off.folder.resume)
    except EngineError as err:
        scene, place = cut_off.journal.first.text("scene"), _place(cut_off)
        raise EngineError(
            journal_texts.cannot_be_taken_up(cut_off.folder.number, scene, place, str(err))
        ) from err


def _place(cut_off: CutOffSession) -> str:
    places = [one.text("place") for one in cut_off.journal.entries if one.event == "position"]
    return places[-1] if places else ""


def _decide(recovery: Recovery, *, yes: bool, into_return: bool) -> Choice:
    """Return what to do. `yes` only resumes a session that can be resumed where it should be.

    Raises EngineError if nothing can be done.
    """
    offered = EngineError(journal_texts.offered(recovery.choice, recovery.return_phase))
    if into_return:
        if recovery.choice == "end":
            raise offered
        return "return"
    if yes or not sys.stdin.isatty():
        if yes and recovery.choice == "resume":
            return "resume"
        raise offered
    return _ask(recovery)


def _ask(recovery: Recovery) -> Choice:
    """Ask the therapist. Raises EngineError if every question is answered with no."""
    if recovery.choice == "resume" and click.confirm(journal_texts.ASK_RESUME):
        return "resume"
    if recovery.choice != "end" and click.confirm(journal_texts.ask_return(recovery.return_phase)):
        return "return"
    if click.confirm(journal_texts.ASK_END):
        return "end"
    raise EngineError(journal_texts.LEFT_AS_IT_IS)


def _close(cut_off: CutOffSession) -> None:
    journal = JournalWriter(cut_off.folder, Redactor(), resumed=True)
    journal.resume(())
    journal.close(completed=True)
    click.echo(journal_texts.closed(cut_off.folder.number))


def _take_up(
    cut_off: CutOffSession, log: ResumeLog, how: Choice, *, headless: bool, foreground: bool
) -> int:
    """Resume the session and stay with it. Return the exit code."""
    launch = Launch(log.job.output)
    with launch.killed_on_failure():
        setup, job = log.setup, replace(log.job, output=_next_output(log.job.output))
        device = device_of(job.room, job.output)
        must_be_free(device, setup.lights)
        request = StartRequest(
            setup.label,
            device,
            setup.lights,
            library=setup.library,
            resumes=cut_off.folder.number,
        )
        resume = _resume(assess(log, time.time()), how, cut_off.journal.length)
        encoded = (
            player_messages.CODEC.encode(job),
            background_scan.CODEC.encode(None),
            player_messages.CODEC.encode(resume),
        )
    begun = launched(launch, request, *encoded)
    if headless:
        begun.settled()
        click.echo(journal_texts.taken_up(cut_off.folder.number))
        return 0
    return stay(begun, foreground=foreground)


def _resume(recovery: Recovery, how: Choice, written: float) -> Resume:
    """Return how the session continues. Raises EngineError if it is too late for that by now."""
    if how == "return":
        return recovery.returned(clock.now(), written)
    if recovery.choice != "resume":
        raise EngineError(journal_texts.offered(recovery.choice, recovery.return_phase))
    return recovery.resumed(clock.now(), written)


def _next_output(output: str | None) -> str | None:
    """Return the same output, but a new name for a file, so that none is overwritten."""
    kind, _, name = (output or "").partition(":")
    if kind != "file":
        return output
    path = Path(name)
    number = 2
    while (path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return f"file:{path.with_name(f'{path.stem}-{number}{path.suffix}')}"
