"""What each command does.

`ACTIONS` serve the rows of the transport table; `ALWAYS_ALLOWED` the commands that every state
allows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING

from soundscape.errors import CommandRefused
from soundscape.timeline.commands import Command
from soundscape.timeline.directives import LightsMove, SessionEnds, Warned
from soundscape.timeline.envelope import Contour
from soundscape.timeline.layer import LEAST_FADE
from soundscape.timeline.master import PAUSE
from soundscape.timeline.phase_automation import PhaseTarget
from soundscape.timeline.show import Phase
from soundscape.timeline.transport import Action, State
from soundscape.units import did_you_mean, format_clock, frames, seconds

if TYPE_CHECKING:
    from soundscape.timeline.conductor import Conductor

LANDING_LUFS = -28.0
"""Loudness that `land` goes to."""
LANDING = Contour((0.0,), (LANDING_LUFS,))
LANDING_FADE = frames(20.0)
MOST_LEVEL_DB, LEAST_LEVEL_DB = 3.0, -40.0
"""How far the level may be trimmed over and under the scene's."""


def check(c: Conductor, command: Command) -> None:
    """Refuse what cannot be done, before anything is changed."""
    if command.do == "goto" and command.phase not in names(c):
        hint = did_you_mean(str(command.phase), names(c))
        raise CommandRefused(
            f"no phase '{command.phase}' in {c.show.name}{hint}; it has {', '.join(names(c))}"
        )
    if command.do in ("skip", "swap") and c.layers["music"].bus is None:
        raise CommandRefused(f"cannot {command.do}: no music in {c.phase.name}")


def names(c: Conductor) -> list[str]:
    """The names of the show's phases."""
    return [phase.name for phase in c.show.phases]


def _nothing(c: Conductor, _command: Command) -> None:
    pass


def _advance(c: Conductor, command: Command) -> None:
    index = c.index + 1 if command.do == "next" else names(c).index(str(command.phase))
    if index < len(c.show.phases):
        c.go_to(index)
        _keep_to_limit(c)
    else:
        c.transport.end()
        _end(c, Command("stop"))
    c.stage.tell(*c.board.uncover(c.frame, "land"))


def _stretch(c: Conductor, command: Command) -> None:
    c.clock.stretch(c.frame, frames(command.by or 0.0))
    c.keep_pace(stretched=True)
    _warn_of_range(c)


def _warn_of_range(c: Conductor) -> None:
    total = c.clock.passed(c.frame) + c.clock.remaining(c.frame)
    phase = c.phase
    for word, limit, beyond in (
        ("longest", phase.max_frames, operator.gt),
        ("shortest", phase.min_frames, operator.lt),
    ):
        if limit is not None and beyond(total, limit):
            length, planned = (format_clock(seconds(n)) for n in (total, limit))
            text = f"{phase.name} is now {length}; its {word} is {planned}"
            c.stage.tell(Warned(c.frame, text))


def _mark_dose(c: Conductor, command: Command) -> None:
    ago = frames(command.ago or 0.0)
    if c.dosed_at is None:
        c.dosed_at = c.frame - ago
        ending = c.master.ends_at is not None
        if c.phase.advance == "dose" and not ending and c.index + 1 < len(c.show.phases):
            c.go_to(c.index + 1, silently=c.transport.beneath(State.LANDING))


def _hush(c: Conductor, _command: Command) -> None:
    c.master.hush(c.frame, PAUSE)


def _mute(c: Conductor, _command: Command) -> None:
    c.master.mute(c.frame)
    if "mute" not in c.board.covers:
        c.stage.tell(*c.board.cover(c.frame, "mute"))


def _return(c: Conductor, _command: Command) -> None:
    c.master.come_back(c.frame)
    c.stage.tell(*c.board.uncover(c.frame, "mute"))


def _land(c: Conductor, _command: Command) -> None:
    for name, run in c.layers.items():
        landing = c.show.landing.get(name)
        if landing is None:
            c.silence_layer(run, LANDING_FADE)
        else:
            run.arc = PhaseTarget(LANDING, c.clock)
            c.play_layer(run, landing, LANDING, LANDING_FADE)
    c.stage.tell(*c.board.cover(c.frame, "land", LANDING_FADE))


def _take_off(c: Conductor, _command: Command) -> None:
    c.start_layers(LANDING_FADE)
    c.stage.tell(*c.board.uncover(c.frame, "land"))


def _end(c: Conductor, command: Command) -> None:
    c.master.end(c.frame, None if command.fade is None else frames(command.fade))


def _bring_back(c: Conductor, _command: Command) -> None:
    c.master.bring_back(c.frame)
    c.stage.tell(*c.board.uncover(c.frame, "mute"))


def _bring_back_longer(c: Conductor, command: Command) -> None:
    _bring_back(c, command)
    _stretch(c, command)


def _bring_back_there(c: Conductor, command: Command) -> None:
    _bring_back(c, command)
    _advance(c, command)


def _next_track(c: Conductor, _command: Command) -> None:
    c.layers["music"].skip(c.music_frame, max(c.show.fades.skip, LEAST_FADE))


def _other_track(c: Conductor, command: Command) -> None:
    newest = c.layers["music"].newest()
    if newest is not None:
        c.leave_out(newest.key)
    _next_track(c, command)


def _finish(c: Conductor, _command: Command) -> None:
    after = c.show.after
    if after is not None:
        c.stage.tell(LightsMove(c.frame, after.values, after.over))
    c.stage.tell(SessionEnds(c.frame))


ACTIONS: dict[Action, Callable[[Conductor, Command], None]] = {
    Action.NOTHING: _nothing,
    Action.ADVANCE: _advance,
    Action.STRETCH: _stretch,
    Action.MARK_DOSE: _mark_dose,
    Action.HUSH: _hush,
    Action.MUTE: _mute,
    Action.RETURN: _return,
    Action.LAND: _land,
    Action.TAKE_OFF: _take_off,
    Action.END: _end,
    Action.BRING_BACK: _bring_back,
    Action.BRING_BACK_LONGER: _bring_back_longer,
    Action.BRING_BACK_THERE: _bring_back_there,
    Action.NEXT_TRACK: _next_track,
    Action.OTHER_TRACK: _other_track,
    Action.FINISH: _finish,
}


def _duck(c: Conductor, _command: Command) -> None:
    c.master.duck(c.frame, down=not c.master.ducked)


def _level(c: Conductor, command: Command) -> None:
    _trim_level(c, command.by or 0.0)


def _trim_level(c: Conductor, by: float) -> None:
    most = min(MOST_LEVEL_DB, _room_left(c))
    to = max(LEAST_LEVEL_DB, min(most, c.master.level_db + by))
    if by > 0 and to <= c.master.level_db:
        raise CommandRefused(f"the level is at its highest, {c.master.level_db:+.0f} dB")
    if by < 0 and to >= c.master.level_db:
        raise CommandRefused(f"the level is at its lowest, {c.master.level_db:+.0f} dB")
    c.master.level(c.frame, to)


def _room_left(c: Conductor) -> float:
    """How much the level may rise before the loudest target to come meets the room's limit."""
    cap = c.show.level_cap_lufs
    if cap is None:
        return MOST_LEVEL_DB
    return max(0.0, cap - max(_loudest(phase) for phase in c.show.phases[c.index :]))


def _loudest(phase: Phase) -> float:
    """At least what the loudest layer of a phase comes to, in LUFS."""
    levels = [value for layer in phase.layers.values() for _, value in layer.level.points]
    return max(value for _, value in phase.loudness.points) + max(levels, default=0.0)


def _keep_to_limit(c: Conductor) -> None:
    """A `goto` back to a louder phase takes the level down where the room's limit wants it."""
    most = _room_left(c)
    if c.master.level_db > most:
        c.master.level(c.frame, most)


def _soften(c: Conductor, _command: Command) -> None:
    _trim_level(c, -1.0)
    c.stage.tell(*c.board.trim(c.frame, -1))


def _lift(c: Conductor, _command: Command) -> None:
    _trim_level(c, 1.0)
    c.stage.tell(*c.board.trim(c.frame, 1))


def _care(c: Conductor, _command: Command) -> None:
    if "care" in c.board.covers:
        c.stage.tell(*c.board.uncover(c.frame, "care"))
    else:
        c.stage.tell(*c.board.cover(c.frame, "care"))


def stands(c: Conductor, command: Command) -> bool:
    """Whether what a command with `on` sets is as it should be already."""
    if command.on is None:
        return False
    present = {
        "duck": c.master.ducked,
        "care": "care" in c.board.covers,
        "land": c.transport.beneath(State.LANDING),
    }
    return command.on == present[command.do]


ALWAYS_ALLOWED: dict[str, Callable[[Conductor, Command], None]] = {
    "duck": _duck,
    "level": _level,
    "soften": _soften,
    "lift": _lift,
    "care": _care,
    "note": _nothing,
    "mark": _nothing,
}
