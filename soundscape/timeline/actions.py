"""What each command does.

`ACTIONS` serve the rows of the transport table; `ALWAYS_ALLOWED` the commands that every state
allows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from soundscape.timeline.action_context import ActionContext, phase_index
from soundscape.timeline.commands import Command
from soundscape.timeline.directives import LightsMove, SessionEnds, Warned
from soundscape.timeline.envelope import Contour
from soundscape.timeline.layer import IN_TIME
from soundscape.timeline.layer_context import LEAST_FADE
from soundscape.timeline.level_limits import keep_to_limit, move_level, move_trim
from soundscape.timeline.master import PAUSE
from soundscape.timeline.phase_automation import PhaseTarget
from soundscape.timeline.show import LANDING_LUFS
from soundscape.timeline.transport import Action, State
from soundscape.timeline.undo import LeftPhase, Undoable
from soundscape.translation import gettext as _
from soundscape.units import format_clock, frames, seconds

LANDING = Contour((0.0,), (LANDING_LUFS,))
LANDING_FADE = frames(20.0)

LEAVES_PHASE = frozenset({Action.ADVANCE, Action.MARK_DOSE_AND_ADVANCE, Action.CANCEL_END_THERE})
"""The actions that begin another phase."""


# What the rows of the table do --------------------------------------------------------------------


def _nothing(c: ActionContext, _command: Command) -> None:
    pass


def _advance(c: ActionContext, command: Command) -> None:
    index = phase_index(c, command.phase) if command.do == "goto" else c.index + 1
    assert index is not None  # noqa: S101 - `transport_input` refuses an unknown phase
    _leave_for(c, index)
    c.context.emit(*c.looks.uncover(c.frame, "land"))


def _leave_for(c: ActionContext, index: int, *, silently: bool = False) -> None:
    c.go_to(index, silently=silently)
    keep_to_limit(c)


def _return_to_phase(c: ActionContext, _command: Command) -> None:
    place = c.left_phases.pop()
    fade = c.show.fades.phase
    present = LeftPhase(c.index, c.clock, c.cue_schedule, c.clock.remaining(c.frame) == 0)
    c.return_to(place, fade, remember=False, silently=False)
    if c.undoable is not None:
        c.undoable.place = present
    c.context.emit(*c.looks.uncover(c.frame, "land"))
    keep_to_limit(c)


def _undo_move(c: ActionContext, _command: Command) -> None:
    undoable = _take_undoable(c)
    if undoable is None or undoable.place is None:
        return
    c.doses[:] = undoable.doses
    place, landed = undoable.place, State.LANDING in undoable.states
    returned = undoable.do == "back"  # the phase that `back` left is behind this one again
    while not returned and c.left_phases and c.left_phases.pop() is not place:
        pass
    for name, run in c.layers.items():
        layer = c.show.phases[place.index].layers.get(name)
        if landed or layer is None or not run.plays(layer.playlist):
            run.requeue(undoable.music)
    c.return_to(place, c.show.fades.skip, remember=returned, silently=landed)
    if landed:
        _land(c, Command("land"))
    else:
        c.context.emit(*c.looks.uncover(c.frame, "land"))
    keep_to_limit(c)


def _take_undoable(c: ActionContext) -> Undoable | None:
    c.undone, c.undoable = c.undoable, None
    return c.undone


def _undo_end(c: ActionContext, command: Command) -> None:
    undoable = _take_undoable(c)
    _cancel_end(c, command)
    if undoable is not None and State.LANDING in undoable.states:
        c.context.emit(*c.looks.cover(c.frame, "land", LANDING_FADE))


def _stretch(c: ActionContext, command: Command) -> None:
    c.clock.stretch(c.frame, frames(command.by or 0.0))
    c.keep_pace(stretched=True)
    _warn_of_range(c)


def _warn_of_range(c: ActionContext) -> None:
    total = c.clock.passed(c.frame) + c.clock.remaining(c.frame)
    phase = c.phase
    for text, limit, beyond in (
        (_("{phase} is now {time}; its longest is {limit}"), phase.max_frames, operator.gt),
        (_("{phase} is now {time}; its shortest is {limit}"), phase.min_frames, operator.lt),
    ):
        if limit is not None and beyond(total, limit):
            length, planned = (format_clock(seconds(n)) for n in (total, limit))
            said = text.format(phase=phase.name, time=length, limit=planned)
            c.context.emit(Warned(c.frame, said))


def _mark_dose(c: ActionContext, command: Command) -> None:
    """Mark a dose. With `ago` the first one is moved, if there is one."""
    at = c.elapsed(c.frame) - frames(command.ago or 0.0)
    if command.ago is not None and c.doses:
        c.doses[0] = at
    else:
        c.doses.append(at)


def _mark_dose_and_advance(c: ActionContext, command: Command) -> None:
    _mark_dose(c, command)
    _leave_for(c, c.index + 1, silently=c.transport.beneath(State.LANDING))


def _unmark_dose(c: ActionContext, command: Command) -> None:
    """Take the last dose back, or what `undo` takes back of it."""
    undoable = c.undoable if command.do == "undo" else None
    if undoable is not None:
        c.doses[:] = undoable.doses
    else:
        c.doses.pop()
    if c.undoable is not None and c.undoable.do == "dose":
        _take_undoable(c)


def _pause(c: ActionContext, _command: Command) -> None:
    c.master.fade_to_silence(c.frame, PAUSE)


def _mute(c: ActionContext, _command: Command) -> None:
    c.master.mute(c.frame)
    if "mute" not in c.looks.covers:
        c.context.emit(*c.looks.cover(c.frame, "mute"))


def _resume(c: ActionContext, _command: Command) -> None:
    c.master.resume(c.frame)
    c.context.emit(*c.looks.uncover(c.frame, "mute"))


def _land(c: ActionContext, _command: Command) -> None:
    for name, run in c.layers.items():
        landing = c.show.landing.get(name)
        if landing is None:
            c.silence_layer(run, LANDING_FADE)
        else:
            run.target = PhaseTarget(LANDING, c.clock)
            c.play_layer(run, landing, LANDING, LANDING_FADE)
    c.context.emit(*c.looks.cover(c.frame, "land", LANDING_FADE))


def _leave_landing(c: ActionContext, _command: Command) -> None:
    c.start_layers(LANDING_FADE)
    c.context.emit(*c.looks.uncover(c.frame, "land"))


def _end(c: ActionContext, command: Command) -> None:
    c.master.end(c.frame, None if command.fade is None else frames(command.fade))


def _end_after_last(c: ActionContext, command: Command) -> None:
    _end(c, command)
    c.context.emit(*c.looks.uncover(c.frame, "land"))


def _cancel_end(c: ActionContext, _command: Command) -> None:
    c.master.cancel_end(c.frame)
    c.context.emit(*c.looks.uncover(c.frame, "mute"))


def _cancel_end_longer(c: ActionContext, command: Command) -> None:
    _cancel_end(c, command)
    _stretch(c, command)


def _cancel_end_there(c: ActionContext, command: Command) -> None:
    _cancel_end(c, command)
    _advance(c, command)


def _cancel_end_back(c: ActionContext, command: Command) -> None:
    _cancel_end(c, command)
    _return_to_phase(c, command)


def _next_track(c: ActionContext, _command: Command) -> None:
    c.layers["music"].crossfade(c.music_frame, max(c.show.fades.skip, LEAST_FADE))


def _other_track(c: ActionContext, command: Command) -> None:
    newest = c.layers["music"].newest_track()
    if newest is not None:
        c.swapped.append(newest.key)
        if c.undoable is not None:
            c.undoable.swapped = newest.key
        c.leave_out(newest.key)
    _next_track(c, command)


def _bring_track_back(c: ActionContext, command: Command) -> None:
    """Let a swapped-out track play again: with `undo` at once, else when its turn comes."""
    key = c.swapped.pop()
    c.context.left_out.discard(key)
    music = c.layers["music"]
    undoable = c.undoable if command.do == "undo" else None
    if undoable is not None and music.bus is not None:
        music.requeue(undoable.music)
        if music.put_first(key):
            _next_track(c, command)
    else:
        music.reschedule(c.music_frame, IN_TIME)
    if c.undoable is not None and c.undoable.swapped == key:
        _take_undoable(c)


def _finish(c: ActionContext, _command: Command) -> None:
    after = c.show.after
    if after is not None:
        c.context.emit(LightsMove(c.frame, after.values, after.over))
    c.context.emit(SessionEnds(c.frame))


ACTIONS: dict[Action, Callable[[ActionContext, Command], None]] = {
    Action.NOTHING: _nothing,
    Action.ADVANCE: _advance,
    Action.RETURN_TO_PHASE: _return_to_phase,
    Action.STRETCH: _stretch,
    Action.MARK_DOSE: _mark_dose,
    Action.MARK_DOSE_AND_ADVANCE: _mark_dose_and_advance,
    Action.UNMARK_DOSE: _unmark_dose,
    Action.UNDO_MOVE: _undo_move,
    Action.PAUSE: _pause,
    Action.MUTE: _mute,
    Action.RESUME: _resume,
    Action.LAND: _land,
    Action.LEAVE_LANDING: _leave_landing,
    Action.END: _end,
    Action.END_AFTER_LAST: _end_after_last,
    Action.CANCEL_END: _cancel_end,
    Action.CANCEL_END_LONGER: _cancel_end_longer,
    Action.CANCEL_END_THERE: _cancel_end_there,
    Action.CANCEL_END_BACK: _cancel_end_back,
    Action.UNDO_END: _undo_end,
    Action.NEXT_TRACK: _next_track,
    Action.OTHER_TRACK: _other_track,
    Action.BRING_TRACK_BACK: _bring_track_back,
    Action.FINISH: _finish,
}


# What every state allows --------------------------------------------------------------------------


def _duck(c: ActionContext, _command: Command) -> None:
    c.master.duck(c.frame, down=not c.master.ducked)


def _level(c: ActionContext, command: Command) -> None:
    if command.output is None:
        move_level(c, command.by or 0.0)
    else:
        move_trim(c, command.output, command.by or 0.0)


def _soften(c: ActionContext, _command: Command) -> None:
    move_level(c, -1.0)
    c.context.emit(*c.looks.trim(c.frame, -1))


def _lift(c: ActionContext, _command: Command) -> None:
    move_level(c, 1.0)
    c.context.emit(*c.looks.trim(c.frame, 1))


def _care(c: ActionContext, _command: Command) -> None:
    if "care" in c.looks.covers:
        c.context.emit(*c.looks.uncover(c.frame, "care"))
    else:
        c.context.emit(*c.looks.cover(c.frame, "care"))


def already_set(c: ActionContext, command: Command) -> bool:
    """Whether what a command with `on` sets is as it should be already."""
    if command.on is None:
        return False
    present = {
        "duck": c.master.ducked,
        "care": "care" in c.looks.covers,
        "land": c.transport.beneath(State.LANDING),
    }
    return command.on == present[command.do]


ALWAYS_ALLOWED: dict[str, Callable[[ActionContext, Command], None]] = {
    "duck": _duck,
    "level": _level,
    "soften": _soften,
    "lift": _lift,
    "care": _care,
    "note": _nothing,
    "mark": _nothing,
}
