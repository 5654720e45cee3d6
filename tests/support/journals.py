"""Sessions written down without a player: a mirror, a clock and a disk of the test's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shows import phase, playlist, show, silence, track

from soundscape.engine.event_log import event
from soundscape.engine.host.session_mirror import SessionMirror
from soundscape.ipc.job import Job
from soundscape.ipc.player_messages import CommandDone
from soundscape.journal.entries import decode, encode
from soundscape.journal.journal_file import Journal
from soundscape.journal.session_lines import first_line, position_line
from soundscape.report import handover, session_page, setting_sheet, tables
from soundscape.report.session_picture import session_svg
from soundscape.report.session_report import session_report
from soundscape.scene.models import Room
from soundscape.timeline.commands import Command
from soundscape.timeline.show import Show
from soundscape.units import frames
from soundscape.views.replies import reply
from soundscape.views.snapshot import MeterView
from soundscape.views.take_snapshot import take_snapshot


def a_show(**more: Any) -> Show:
    """Three phases: music, music with planned silence, music."""
    music = playlist("music", track("a.flac", 70), track("b.flac", 70))
    with_silence = playlist("quiet", track("c.flac", 40), silence(60), track("d.flac", 40))
    return show(
        phase("arrival", 120, music),
        phase("peak", 120, with_silence),
        phase("return", 120, music),
        start=5.0,
        end=10.0,
        **more,
    )


def a_job(a_show: Show, **more: Any) -> Job:
    return Job(a_show, Room(), output="null", **more)


def journalled(
    job: Job, script: Iterable[tuple[float, Command]] = (), until: float = 400.0, step: float = 1.0
) -> list[Mapping[str, Any]]:
    """The lines of a session to its end, or to a time."""
    mirror = SessionMirror(job.conductor())
    mirror.reach(0)
    lines: list[Mapping[str, Any]] = [first_line(job), *mirror.take_events()]
    waiting = sorted(script, key=lambda line: line[0])
    now = 0.0
    while now < until and not mirror.conductor.ended:
        now = min(until, now + step)
        while waiting and waiting[0][0] <= now:
            at, command = waiting.pop(0)
            mirror.reach(frames(at))
            trial = mirror.conductor
            mirror.done(CommandDone(0, frames(at), command, command.do))
            lines += mirror.take_events()
            lines[-1] = {**lines[-1], "answer": reply(trial, command)}
        mirror.reach(frames(now))
        lines += mirror.take_events()
        heard = -24.0 if mirror.conductor.transport.state.value == "playing" else None
        view = take_snapshot(
            mirror.conductor, mirror.history, meter=MeterView(momentary=heard, short_term=heard)
        )
        lines.append(position_line(view))
    return lines


def as_journal(lines: Iterable[Mapping[str, Any]]) -> Journal:
    return Journal(tuple(decode(b"".join(map(encode, lines)))))


def warned(t: float, message: str) -> dict[str, Any]:
    return event(frames(t), "warning", message=message)


def whole_report(journal: Journal) -> str:
    """Every form of the report."""
    report = session_report(1, journal, "over")
    return "".join(
        (
            session_page.session_page(report),
            session_svg(report, standalone=True),
            "\n".join(session_page.session_lines(report)),
            json.dumps(session_page.as_json(report), allow_nan=False),
            tables.moments_csv(report),
            tables.times_csv(report),
            handover.m3u(report),
            handover.xspf(report),
            handover.handover_csv(report),
            handover.handover_page(report),
            setting_sheet.setting_page(report),
            "\n".join(setting_sheet.setting_lines(report)),
            setting_sheet.setting_csv(report),
        )
    )
