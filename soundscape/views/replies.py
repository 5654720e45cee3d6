"""What a command did and what comes of it, in a line for the therapist."""

from __future__ import annotations

from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.transport import State
from soundscape.units import format_clock, seconds
from soundscape.views.wording import level, trim

MINUTE = 60.0


def reply(conductor: Conductor, command: Command) -> str:
    """The line for a command that was just done."""
    made = _ANSWERS.get(command.do)
    return made(conductor) if made else _BY_ARGUMENTS[command.do](conductor, command)


def clock_time(count: int) -> str:
    """A time of so many frames, in whole seconds."""
    return format_clock(seconds(count))


def _noted(c: Conductor, command: Command) -> str:
    what = "noted" if command.do == "note" else "marked"
    since = "" if c.dosed_at is None else f", {_since(c, c.frame)}"
    return f"{what} in {c.phase.name} at {_phase_time(c)}{since}"


def _since(c: Conductor, frame: int) -> str:
    return f"T+{clock_time(c.since_dose(frame) or 0)}"


def _phase_time(c: Conductor) -> str:
    return clock_time(c.clock.passed(c.frame))


def _next(c: Conductor) -> str:
    if c.transport.state in (State.ENDING, State.STOPPING):
        return f"the last phase is over; fading out until {clock_time(c.master.ends_at or 0)}"
    left = clock_time(c.clock.remaining(c.frame))
    return f"now {c.phase.name}, {left} planned{_after(c)}{_silent(c)}"


def _silent(c: Conductor) -> str:
    return _SILENT.get(c.transport.state, "")


def _hold(c: Conductor) -> str:
    goes = "comes back" if c.transport.left is State.ENDING else "goes on"
    return f"held in {c.phase.name} at {_phase_time(c)}; the music {goes}"


def _release(c: Conductor) -> str:
    return f"{c.phase.name} goes on, {clock_time(c.clock.remaining(c.frame))} left"


def _extend(c: Conductor, command: Command) -> str:
    left, end = c.clock.remaining(c.frame), c.frame + c.clock.remaining(c.frame)
    when = _since(c, end) if c.dosed_at is not None else clock_time(end)
    ends = f"{c.phase.name} now ends at {when}, {clock_time(left)} from now"
    return f"{ends}{_after(c)}{_short(command)}{_silent(c)}"


def _short(command: Command) -> str:
    """A time without a unit is in seconds: what was typed in minutes is noticed."""
    by = abs(command.by or 0.0)
    return f"; that was {by:g} s (minutes: `extend {by:g}m`)" if 0 < by < MINUTE else ""


def _after(c: Conductor) -> str:
    later = c.show.phases[c.index + 1 :]
    return f"; then {later[0].name}, {clock_time(later[0].frames)} as planned" if later else ""


def _dose(c: Conductor, command: Command) -> str:
    if command.undo:
        return _dose_undone(c)
    marked_before = c.undoable is not None and bool(c.undoable.doses)
    what = "moved" if marked_before and command.ago is not None else "marked"
    further = " still, from the first" if marked_before and what == "marked" else ""
    left = clock_time(c.clock.remaining(c.frame))
    since = _since(c, c.frame)
    return f"dose {what}, {since}{further}; {c.phase.name}, {left} left{_silent(c)}"


def _back(c: Conductor) -> str:
    if c.transport.beneath(State.WAITING):
        return f"back at the end of {c.phase.name}; `next` or `extend` goes on{_silent(c)}"
    left = clock_time(c.clock.remaining(c.frame))
    return f"back in {c.phase.name} at {_phase_time(c)}, {left} left{_silent(c)}"


def _undo(c: Conductor) -> str:
    undone = c.undone
    if undone is None or undone.swapped is not None:
        return f"swap undone; {_skip(c)}"
    if undone.do == "dose" and undone.place is None:
        return _dose_undone(c)
    dose = f"{_dose_undone(c)}; " if undone.do == "dose" else f"{undone.do} undone; "
    state = "" if c.transport.state is State.PLAYING else f"; {c.transport.state.value}"
    left = clock_time(c.clock.remaining(c.frame))
    return f"{dose}{c.phase.name} again at {_phase_time(c)}, {left} left{state}"


def _dose_undone(c: Conductor) -> str:
    if c.dosed_at is None:
        return "dose undone; no dose is marked"
    return f"dose undone; {_since(c, c.frame)}, from the first"


def _play(c: Conductor) -> str:
    return f"the music comes back in {c.phase.name}, {c.transport.state.value}"


def _duck(c: Conductor) -> str:
    return (
        "ducked for your voice; `duck` again brings it back"
        if c.master.ducked
        else "no longer ducked"
    )


def _level(c: Conductor, command: Command) -> str:
    if command.output is not None:
        return f"{command.output} {trim(c.master.trims[command.output])}"
    return f"level {level(c.master.level_db)}"


def _trim(c: Conductor) -> str:
    return f"level {level(c.master.level_db)}, the lights with it"


def _skip(c: Conductor) -> str:
    newest = c.layers["music"].newest_track()
    return f"crossfading to {newest.title}; {c.phase.name} goes on" if newest else "no music left"


def _swap(c: Conductor, command: Command) -> str:
    if command.undo:
        return "the track that was left out last will be played again"
    return f"{_skip(c)}; the previous one will not be played again"


def _land(c: Conductor) -> str:
    if c.transport.beneath(State.LANDING):
        return "landing: grounding music and the care light; `land` again goes back"
    return f"back to {c.phase.name}"


def _care(c: Conductor) -> str:
    return (
        "care light on; `care` again turns it off" if "care" in c.looks.covers else "care light off"
    )


def _mute(c: Conductor) -> str:
    if c.transport.state is State.STOPPING:
        return "muted; care light on; the session ends when it is silent"
    return f"muted in {c.phase.name}; care light on; `play` brings it back"


def _stop(c: Conductor) -> str:
    if c.master.standing:
        return "already silent; the session ends"
    return f"fading out; silence in {clock_time(max(0, (c.master.ends_at or c.frame) - c.frame))}"


_SILENT = {
    State.PAUSED: "; paused, `play` brings the music back",
    State.MUTED: "; muted, `play` brings the music back",
}
_ANSWERS = {
    "next": _next,
    "goto": _next,
    "back": _back,
    "undo": _undo,
    "hold": _hold,
    "release": _release,
    "pause": lambda c: f"pausing in {c.phase.name} at {_phase_time(c)}; `play` brings it back",
    "play": _play,
    "duck": _duck,
    "skip": _skip,
    "soften": _trim,
    "lift": _trim,
    "land": _land,
    "care": _care,
    "mute": _mute,
    "stop": _stop,
}
_BY_ARGUMENTS = {
    "level": _level,
    "dose": _dose,
    "extend": _extend,
    "swap": _swap,
    "note": _noted,
    "mark": _noted,
}
"""Replies that depend on the command's arguments."""
