"""What `back` and `undo` need to know: where phases were left, and what was done last."""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.timeline.cue_schedule import CueSchedule
from soundscape.timeline.phase_clock import PhaseClock
from soundscape.timeline.transport import State
from soundscape.units import frames

UNDO_WITHIN = frames(30.0)
"""How long `undo` can take the last command back."""

MOST_LEFT = 20
"""Phases that were left and can be returned to, the newest."""


@dataclass(slots=True)
class LeftPhase:
    """A phase as it was left: its clock, stopped, and what it still had to send and show."""

    index: int
    clock: PhaseClock
    schedule: CueSchedule
    over: bool
    """Whether it had been played to its end."""


@dataclass(slots=True)
class Undoable:
    """The last command that `undo` takes back, and how things were before it.

    `music` is the music frame at which it was done, `place` the phase that was left by it,
    `swapped` the key of the track that was left out by it.
    """

    do: str
    frame: int
    music: int
    states: tuple[State, ...]
    doses: tuple[int, ...]
    place: LeftPhase | None = None
    ended: bool = False
    swapped: str | None = None
