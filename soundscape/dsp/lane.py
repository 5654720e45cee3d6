"""A lane: one value's way through the session, piecewise linear between frames.

What the numbers are is the user's choice: dB for levels, the root of the gain for fades from and to
silence (linear there is p² in gain). A ramp that is interrupted goes on from the value reached.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.fade import Gains


class Lane:
    """Values over frames: the first before the first point, the last after the last one."""

    def __init__(self, value: float, frame: int = 0) -> None:
        self._frames: list[int] = [frame]
        self._values: list[float] = [value]

    @property
    def target(self) -> float:
        """Where the lane ends up if nothing else comes."""
        return self._values[-1]

    def at(self, frame: int) -> float:
        """The value at a frame."""
        after = bisect_right(self._frames, frame)
        if after == 0:
            return self._values[0]
        if after == len(self._frames):
            return self._values[-1]
        start, end = self._frames[after - 1], self._frames[after]
        low, high = self._values[after - 1], self._values[after]
        return low + (high - low) * ((frame - start) / (end - start))

    def go(self, frame: int, points: Iterable[tuple[int, float]]) -> None:
        """From `frame` on, go from the value reached there through `points` (rising frames)."""
        reached = self.at(frame)
        keep = bisect_right(self._frames, frame - 1)
        self._frames[keep:] = [frame]
        self._values[keep:] = [reached]
        for when, value in points:
            if when > self._frames[-1]:
                self._frames.append(when)
                self._values.append(value)
            elif when == self._frames[-1] and when > frame:
                self._values[-1] = value

    def values(self, first: int, count: int) -> Gains | float:
        """Values of frames `first` to `first + count`: shape (count,), or a number if alike."""
        self._forget_before(first)
        if first >= self._frames[-1]:
            return self._values[-1]
        if first + count <= self._frames[0]:
            return self._values[0]
        low, high = bisect_right(self._frames, first) - 1, bisect_right(self._frames, first + count)
        inside = self._values[max(0, low) : high + 1]
        if min(inside) == max(inside):
            return inside[0]
        return np.interp(np.arange(first, first + count), self._frames, self._values)

    def sampled(self, at: NDArray[np.int64]) -> Gains:
        """Values at frames of any distance, of all that `values` has not passed yet."""
        return np.interp(at, self._frames, self._values)

    def _forget_before(self, frame: int) -> None:
        passed = bisect_right(self._frames, frame) - 1
        if passed > 0:
            del self._frames[:passed]
            del self._values[:passed]


def decibels(values: Gains | float) -> Gains | float:
    """Gains of values in dB."""
    if isinstance(values, float):
        return float(10.0 ** (values / 20.0))
    gains: Gains = np.exp(values * (np.log(10.0) / 20.0))
    return gains


def squared(values: Gains | float) -> Gains | float:
    """Gains of a lane of roots: p²."""
    return values * values
