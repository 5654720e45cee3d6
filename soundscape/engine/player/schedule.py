"""A script's commands at exact frames: conducting with them, and a command that it leaves open."""

from __future__ import annotations

from soundscape.engine.event_log import Event, event
from soundscape.errors import CommandRefused
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor, Waits, waits_as_written
from soundscape.timeline.directives import Directive
from soundscape.timeline.show import Phase, Show
from soundscape.timeline.transport import State
from soundscape.views.replies import reply

Scheduled = tuple[int, Command]
"""A command and the frame at which it is done."""

UNFINISHED = {
    State.HELD: "hold",
    State.PAUSED: "pause",
    State.MUTED: "mute",
    State.LANDING: "land",
    State.WAITING: "wait",  # for a command that was refused, such as a `goto` to nowhere
}


def conduct(
    conductor: Conductor, schedule: list[Scheduled], until: int
) -> tuple[list[Directive], list[Event]]:
    """Conduct up to a frame. Commands that are due are removed from `schedule` and done.

    Return the directives, and an event for each of the commands.
    """
    directives: list[Directive] = []
    attempts: list[Event] = []
    while schedule and schedule[0][0] < until:
        frame, command = schedule.pop(0)
        directives += conductor.advance(frame)
        if not conductor.ended:
            attempts.append(_attempt(conductor, frame, command))
    return directives + conductor.advance(until), attempts


def _attempt(conductor: Conductor, frame: int, command: Command) -> Event:
    """Do a command of a script. If it is refused, that is a warning and the session goes on."""
    try:
        conductor.command(command)
    except CommandRefused as refused:
        return event(frame, "warning", message=str(refused))
    return command_event(frame, command, reply(conductor, command))


def command_event(frame: int, command: Command, said: str) -> Event:
    """Return the event of a command that was done, with its reply."""
    return event(frame, "command", **command.as_json(), answer=said)


def waits_for(schedule: list[Scheduled]) -> Waits:
    """Return a rule by which a phase waits only if a command of the script is still to come."""

    def waits(frame: int, phase: Phase) -> bool:
        moves_on = {"next", "goto", "stop"} | ({"dose"} if phase.advance == "dose" else set())
        later = any(at >= frame and command.do in moves_on for at, command in schedule)
        return waits_as_written(frame, phase) and later

    return waits


def unfinished(show: Show, schedule: list[Scheduled]) -> str | None:
    """Return the command that would leave the session standing for ever, or None."""
    conductor = Conductor(show, waits_for(schedule))
    for frame, command in schedule:
        conductor.advance(frame)
        try:
            conductor.command(command)
        except CommandRefused:
            continue  # it has no effect when it comes, either
    return UNFINISHED.get(conductor.transport.state)
