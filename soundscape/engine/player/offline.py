"""The session offline: as fast as it goes, the same sound and messages as live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from soundscape.engine.player.session import Rendered, Scheduled, Session
from soundscape.errors import CommandRefused
from soundscape.timeline.conductor import Conductor, Waits, as_written
from soundscape.timeline.show import Phase, Show
from soundscape.timeline.transport import State

BLOCK = 32_768

UNFINISHED = {
    State.HELD: "hold",
    State.PAUSED: "pause",
    State.MUTED: "mute",
    State.LANDING: "land",
    State.WAITING: "wait",  # for a command that was refused, such as a `goto` to nowhere
}


def waits_for(schedule: list[Scheduled]) -> Waits:
    """A phase waits only for a command that a script still has in store for it."""

    def waits(frame: int, phase: Phase) -> bool:
        moves_on = {"next", "goto", "stop"} | ({"dose"} if phase.advance == "dose" else set())
        later = any(at >= frame and command.do in moves_on for at, command in schedule)
        return as_written(frame, phase) and later

    return waits


def unfinished(show: Show, schedule: list[Scheduled]) -> str | None:
    """The command that leaves the session standing for ever, if the script ends so."""
    conductor = Conductor(show, waits_for(schedule))
    for frame, command in schedule:
        conductor.advance(frame)
        try:
            conductor.command(command)
        except CommandRefused:
            continue  # it has no effect when it comes, either
    return UNFINISHED.get(conductor.transport.state)


def blocks(session: Session, until: int | None = None, size: int = BLOCK) -> Iterator[Rendered]:
    """Render to the end of the session, or to a frame; the last block is cut to it."""
    while not session.ended:
        first = session.frame
        if until is not None and first >= until:
            break
        count = size if until is None else min(size, until - first)
        rendered = session.render(count)
        if session.ended:
            last = session.conductor.master.ends_at
            count = count if last is None else last - first
            rendered = replace(rendered, samples=rendered.samples[:count])
        yield rendered
