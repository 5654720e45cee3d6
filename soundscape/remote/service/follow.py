"""The host's session: it follows the player, and serves clients once there is sound."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any

from soundscape.devices.audio import pulse_server
from soundscape.devices.keep_awake import kept_awake
from soundscape.engine.event_log import Event
from soundscape.engine.host import background_scan
from soundscape.engine.host.host import Host
from soundscape.engine.host.missing_files import measure_and_restore
from soundscape.engine.host.output_watch import OutputWatch
from soundscape.engine.host.player_process import PlayerProcess
from soundscape.engine.host.standby import Standby
from soundscape.errors import EngineError, MessageError
from soundscape.ipc import clock
from soundscape.ipc.channel import Channel
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import CODEC, Resume
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.spawn import spawn
from soundscape.journal.journal_file import drop_old_records
from soundscape.journal.redaction import of_this_machine
from soundscape.journal.resume_log import SessionSetup
from soundscape.journal.session_lines import first_line
from soundscape.journal.writer import JournalWriter
from soundscape.library.measure.unmeasured import Unmeasured
from soundscape.library.user_dirs import state_folder
from soundscape.remote.service.recording import Recording
from soundscape.remote.service.start_request import Started, StartRequest
from soundscape.remote.session_file import Claim, shared_audio_of, shell_argument
from soundscape.timeline.commands import SHORT_STOP
from soundscape.translation import gettext as _
from soundscape.units import seconds
from soundscape.views import fault_texts, journal_texts

PLAYER = "soundscape.engine.player.main"
SOUND_WITHIN = 20.0
"""Seconds for the first sound: files to open, a device to wake up."""


@dataclass(frozen=True, slots=True)
class SessionMessages:
    """What came with the request, encoded: the job, what to measure, and how to take it up.

    `setup` is what each player is given.
    """

    setup: Mapping[str, Any]
    job: bytes
    unmeasured: bytes
    resume: bytes | None = None


def follow_session(
    request: StartRequest,
    own: Claim,
    recording: Recording,
    player: PlayerProcess,
    messages: SessionMessages,
    channel: Channel,
) -> None:
    """Follow the player's session to its end. Raises EngineError."""
    job: Job = CODEC.decode(messages.job)
    resume: Resume | None = CODEC.decode(messages.resume) if messages.resume else None
    journal = new_journal(recording, job, request, resumed=bool(request.resumes))
    host = new_host(own, player, journal)
    audio_file = shared_audio_of(own.path)
    shared_audio = SharedAudio(audio_file)
    history = resume.history() if resume else ()
    host.follow(job, shared_audio, new_standby(messages, job, shared_audio, history), resume)
    _begin_journal(journal, request, job, messages.job, resume)
    handle_signals(host)
    threading.Thread(target=_stop_without_starter, args=(channel, host), daemon=True).start()
    from soundscape.remote.service.serve import serve  # noqa: PLC0415 - the player comes first

    def ready(notes: tuple[str, ...]) -> None:
        gc.freeze()
        gc.enable()
        label = own.content.label
        if label != request.label:
            other = shell_argument(request.label)
            taken = (
                f"'{request.label}' plays already: this session is '{label}'; `soundscape attach "
                f"--session {other}` opens the console of the other one"
            )
            notes = (taken, *notes)
        host.warn(notes)
        with suppress(OSError):  # the command is gone
            channel.send(Started(own.content, audio_file, output, notes))
        watch(host, player, job, messages, first=True)
        drop_old_records(state_folder(os.environ))

    try:
        output = _first_sound(host)
        if resume is not None:
            journal.events([_resumed(resume, host)])
        serve(request, job.room, own, host, ready)
    finally:
        journal.close(completed=host.completed)


def new_host(own: Claim, player: PlayerProcess, journal: JournalWriter) -> Host:
    """The host of a session, which is told what its journal has to say."""
    host = Host(own.content.label, player, journal)
    journal.warn = lambda why: host.warn([journal_texts.kept_in_memory(why)])
    return host


def new_standby(
    messages: SessionMessages,
    job: Job,
    shared_audio: SharedAudio,
    history: Sequence[object],
    device: str | None = None,
) -> Standby | None:
    """What keeps a standby ready; None for a file, which another player would write anew."""
    if (job.output or "").startswith("file:"):
        return None
    setup = messages.setup, messages.job
    start = partial(spawn, PLAYER)
    return Standby(setup, shared_audio, start, history=history, device=device)


def watch(
    host: Host, player: PlayerProcess, job: Job, messages: SessionMessages, *, first: bool
) -> None:
    """Watch over the machine, the output and the files, to the session's end.

    The `first` host says what another one need not say again.
    """
    if job.output is None:
        warn = host.warn if first else _say_nothing
        threading.Thread(target=_stay_awake, args=(host, warn), daemon=True).start()
        if pulse_server.in_use():
            threading.Thread(target=_watch_output, args=(host, player), daemon=True).start()
    unmeasured: Unmeasured | None = background_scan.CODEC.decode(messages.unmeasured)
    if unmeasured is not None:
        measure_and_restore(host, job, unmeasured)


def new_journal(
    recording: Recording, job: Job, request: StartRequest, *, resumed: bool
) -> JournalWriter:
    """What writes the session down. A rehearsal cannot be continued."""
    return JournalWriter(
        recording.folder,
        of_this_machine(request.library),
        recoverable=job.waits,
        resumed=resumed,
        why=recording.why,
    )


def _begin_journal(
    journal: JournalWriter,
    request: StartRequest,
    job: Job,
    encoded_job: bytes,
    resume: Resume | None,
) -> None:
    if resume is not None:
        journal.resume(resume.done)
        return
    begun = SessionSetup(request.label, request.device, request.lights, request.library)
    date = time.strftime("%Y-%m-%d %H:%M") if request.dated else None
    journal.begin(begun, encoded_job, [first_line(job, date)])


def _resumed(resume: Resume, host: Host) -> Event:
    """Return the event that the session goes on, and how long it was silent."""
    lasted = round(clock.now() - resume.cut_moment, 3)
    since = round(seconds(resume.take_over.frame), 6)
    now = host.snapshot().elapsed
    return {"t": now, "event": "resumed", "since": since, "seconds": lasted}


def _first_sound(host: Host) -> str:
    """Wait for the first sound. Return the output's name. Raises EngineError."""
    try:
        return host.started.result(SOUND_WITHIN)
    except TimeoutError as err:
        raise EngineError("no sound came out; the audio device does not take any") from err


def _say_nothing(_texts: Sequence[str]) -> None:
    """It was said."""


def _stay_awake(host: Host, warn: Callable[[Sequence[str]], object]) -> None:
    """Keep the system awake to the session's end."""
    with kept_awake() as awake:
        if not awake:
            warn([_(fault_texts.MAY_SLEEP)])
        host.ended.wait()


def _watch_output(host: Host, player: PlayerProcess) -> None:
    """Report to the host whether the player's output can be heard, until the session ends."""
    OutputWatch(
        pulse_server.PulseServer(),
        lambda: player.pid,
        host.set_output_fault,
        lambda text: host.warn([text]),
        player.kill,
    ).run(host.ended)


def _stop_without_starter(starter: Channel, host: Host) -> None:
    """Stop the session if the command that started it exits before it confirmed the start.

    It exits by Ctrl-C or with its terminal; a session must not go on that the user does not know
    of.
    """
    try:
        starter.receive()  # CONFIRMED
    except (EOFError, MessageError):
        _stop(host)


def handle_signals(host: Host) -> None:
    """A request to end is a stop with a short fade."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        # In another thread: the code that the signal interrupts may hold the host's lock.
        threading.Thread(target=_stop, args=(host,), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _stop(host: Host) -> None:
    host.submit(SHORT_STOP)
