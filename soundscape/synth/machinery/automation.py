"""What a parameter that may change does over a track's length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from soundscape.scene.fields import EnvelopeSpec
    from soundscape.units import At


@dataclass(frozen=True, slots=True)
class ParameterAutomation:
    """Values at rising times (s from the track's start), straight between, level beyond."""

    points: tuple[tuple[float, float], ...]

    def at(self, time: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at some times (s), in their shape."""
        times, values = zip(*self.points, strict=True)
        return np.asarray(np.interp(time, times, values))

    @property
    def corners(self) -> list[float]:
        """The times (s) of the points."""
        return [time for time, _ in self.points]


def laid(envelope: EnvelopeSpec, length: float) -> ParameterAutomation:
    """Return an envelope laid over a track of `length` seconds."""
    points = {_place(at, length): value for at, value in envelope.points}
    return ParameterAutomation(tuple(sorted(points.items())))


def _place(at: At, length: float) -> float:
    """Return a position in seconds from the track's start, clamped to it."""
    if at.from_end:
        return max(0.0, length - at.seconds)
    return min(length, at.fraction * length + at.seconds)
