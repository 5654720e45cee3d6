"""What a command did and what comes of it, in a line for the therapist."""

from __future__ import annotations

from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.transport import State
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.units import format_clock, seconds
from soundscape.views.value_texts import level, state_name, trim

MINUTE = 60.0


def reply(conductor: Conductor, command: Command) -> str:
    """The line for a command that was just done."""
    made = _ANSWERS.get(command.do)
    return made(conductor) if made else _BY_ARGUMENTS[command.do](conductor, command)


def clock_time(count: int) -> str:
    """A time of so many frames, in whole seconds."""
    return format_clock(seconds(count))


def _noted(c: Conductor, command: Command) -> str:
    text = (
        _("noted in {phase} at {time}")
        if command.do == "note"
        else _("marked in {phase} at {time}")
    )
    since = "" if c.dosed_at is None else f", {_since(c, c.frame)}"
    return text.format(phase=c.phase.name, time=_phase_time(c)) + since


def _since(c: Conductor, frame: int) -> str:
    return f"T+{clock_time(c.since_dose(frame) or 0)}"


def _phase_time(c: Conductor) -> str:
    return clock_time(c.clock.passed(c.frame))


def _left(c: Conductor) -> str:
    return clock_time(c.clock.remaining(c.frame))


def _next(c: Conductor) -> str:
    if c.transport.state in (State.ENDING, State.STOPPING):
        return _("the last phase is over; fading out until {time}").format(
            time=clock_time(c.master.ends_at or 0)
        )
    now = _("now {phase}, {time} planned").format(phase=c.phase.name, time=_left(c))
    return f"{now}{_after(c)}{_silent(c)}"


def _silent(c: Conductor) -> str:
    return _(_SILENT[c.transport.state]) if c.transport.state in _SILENT else ""


def _hold(c: Conductor) -> str:
    comes_back = c.transport.left is State.ENDING
    text = (
        _("held in {phase} at {time}; the music comes back")
        if comes_back
        else _("held in {phase} at {time}; the music goes on")
    )
    return text.format(phase=c.phase.name, time=_phase_time(c))


def _release(c: Conductor) -> str:
    return _("{phase} goes on, {time} left").format(phase=c.phase.name, time=_left(c))


def _extend(c: Conductor, command: Command) -> str:
    left, end = c.clock.remaining(c.frame), c.frame + c.clock.remaining(c.frame)
    when = _since(c, end) if c.dosed_at is not None else clock_time(end)
    ends = _("{phase} now ends at {when}, {time} from now").format(
        phase=c.phase.name, when=when, time=clock_time(left)
    )
    return f"{ends}{_after(c)}{_short(command)}{_silent(c)}"


def _short(command: Command) -> str:
    """A time without a unit is in seconds: what was typed in minutes is noticed."""
    by = abs(command.by or 0.0)
    if not 0 < by < MINUTE:
        return ""
    return _("; that was {number} s (minutes: `extend {number}m`)").format(number=f"{by:g}")


def _after(c: Conductor) -> str:
    later = c.show.phases[c.index + 1 :]
    if not later:
        return ""
    return _("; then {phase}, {time} as planned").format(
        phase=later[0].name, time=clock_time(later[0].frames)
    )


def _dose(c: Conductor, command: Command) -> str:
    if command.undo:
        return _dose_undone(c)
    marked_before = c.undoable is not None and bool(c.undoable.doses)
    since = _since(c, c.frame)
    if not marked_before:
        text = _("dose marked, {since}")
    elif command.ago is not None:
        text = _("dose moved, {since}")
    else:
        text = _("dose marked, {since} still, from the first")
    left = _("{phase}, {time} left").format(phase=c.phase.name, time=_left(c))
    return f"{text.format(since=since)}; {left}{_silent(c)}"


def _back(c: Conductor) -> str:
    if c.transport.beneath(State.WAITING):
        back = _("back at the end of {phase}; `next` or `extend` goes on")
        return back.format(phase=c.phase.name) + _silent(c)
    back = _("back in {phase} at {time}, {left} left")
    return back.format(phase=c.phase.name, time=_phase_time(c), left=_left(c)) + _silent(c)


def _undo(c: Conductor) -> str:
    undone = c.undone
    if undone is None or undone.swapped is not None:
        return _("swap undone; {what}").format(what=_skip(c))
    if undone.do == "dose" and undone.place is None:
        return _dose_undone(c)
    taken = (
        _dose_undone(c) if undone.do == "dose" else _("{command} undone").format(command=undone.do)
    )
    again = _("{phase} again at {time}, {left} left").format(
        phase=c.phase.name, time=_phase_time(c), left=_left(c)
    )
    return f"{taken}; {again}{_state(c)}"


def _state(c: Conductor) -> str:
    """The state, where it is not the usual one."""
    return "" if c.transport.state is State.PLAYING else f"; {state_name(c.transport.state.value)}"


def _dose_undone(c: Conductor) -> str:
    if c.dosed_at is None:
        return _("dose undone; no dose is marked")
    return _("dose undone; {since}, from the first").format(since=_since(c, c.frame))


def _pause(c: Conductor) -> str:
    return _("pausing in {phase} at {time}; `play` brings it back").format(
        phase=c.phase.name, time=_phase_time(c)
    )


def _play(c: Conductor) -> str:
    return _("the music comes back in {phase}, {state}").format(
        phase=c.phase.name, state=state_name(c.transport.state.value)
    )


def _duck(c: Conductor) -> str:
    if c.master.ducked:
        return _("ducked for your voice; `duck` again brings it back")
    return _("no longer ducked")


def _level(c: Conductor, command: Command) -> str:
    if command.output is not None:
        return f"{command.output} {trim(c.master.trims[command.output])}"
    return _("level {level}").format(level=level(c.master.level_db))


def _trim(c: Conductor) -> str:
    return _("level {level}, the lights with it").format(level=level(c.master.level_db))


def _skip(c: Conductor) -> str:
    newest = c.layers["music"].newest_track()
    if not newest:
        return _("no music left")
    return _("crossfading to {title}; {phase} goes on").format(
        title=newest.title, phase=c.phase.name
    )


def _swap(c: Conductor, command: Command) -> str:
    if command.undo:
        return _("the track that was left out last will be played again")
    return _("{what}; the previous one will not be played again").format(what=_skip(c))


def _land(c: Conductor) -> str:
    if c.transport.beneath(State.LANDING):
        return _("landing: grounding music and the care light; `land` again goes back")
    return _("back to {phase}").format(phase=c.phase.name)


def _care(c: Conductor) -> str:
    if "care" in c.looks.covers:
        return _("care light on; `care` again turns it off")
    return _("care light off")


def _mute(c: Conductor) -> str:
    if c.transport.state is State.STOPPING:
        return _("muted; care light on; the session ends when it is silent")
    return _("muted in {phase}; care light on; `play` brings it back").format(phase=c.phase.name)


def _stop(c: Conductor) -> str:
    if c.master.standing:
        return _("already silent; the session ends")
    return _("fading out; silence in {time}").format(
        time=clock_time(max(0, (c.master.ends_at or c.frame) - c.frame))
    )


_SILENT = {
    State.PAUSED: marked("; paused, `play` brings the music back"),
    State.MUTED: marked("; muted, `play` brings the music back"),
}
_ANSWERS = {
    "next": _next,
    "goto": _next,
    "back": _back,
    "undo": _undo,
    "hold": _hold,
    "release": _release,
    "pause": _pause,
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
