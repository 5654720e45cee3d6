"""What the limits will make of a move, before any of it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from soundscape.lighting.fixture import presumed
from soundscape.lighting.rig import CARE_RATE, Rig
from soundscape.scene.models import Room
from soundscape.units import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class StretchedMove:
    """A light's move takes `frames` in truth; `by` is the limit that makes it: the room's rate, or
    the messages that its port carries.
    """

    frames: int
    by: Literal["rate", "messages"]


def stretched(
    room: Room,
    before: Mapping[str, float],
    values: Mapping[str, float],
    over: int,
    *,
    care: bool = False,
) -> dict[str, StretchedMove]:
    """The lights whose move from `before` to `values` takes longer than `over` frames.

    A light that `before` lacks is where it is presumed to be at a session's start.
    """
    rig = Rig(room, before)
    rig.move(0, values, over, care=care)
    rate = max(room.limits.rate, CARE_RATE) if care else room.limits.rate
    goals = rig.targets()
    out: dict[str, StretchedMove] = {}
    for name, frames in rig.arrivals().items():
        if frames <= over + 1:
            continue
        by_rate = abs(goals[name] - before.get(name, presumed(name, room))) / rate * SAMPLE_RATE
        out[name] = StretchedMove(frames, "rate" if frames <= by_rate + 1 else "messages")
    return out
