"""Envelopes: a value over a phase, piecewise linear over its planned frames."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from soundscape.dsp.rise import RISE_DB_PER_SECOND, TOP_DB
from soundscape.timeline.phase_clock import planned_frame
from soundscape.timeline.show import Envelope
from soundscape.units import frames

LEAST_STEP = frames(0.05)
"""A level that falls at once would click."""


@dataclass(frozen=True, slots=True)
class Contour:
    """An envelope laid over a phase: rising positions in planned frames, and their values."""

    positions: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, position: float) -> float:
        """The value at a position; the first before the first point, the last after the last."""
        after = bisect_right(self.positions, position)
        if after == 0:
            return self.values[0]
        if after == len(self.positions):
            return self.values[-1]
        start, end = self.positions[after - 1], self.positions[after]
        low, high = self.values[after - 1], self.values[after]
        return low + (high - low) * ((position - start) / (end - start))

    def plus(self, other: Contour) -> Contour:
        """The sum of two: their corners are its corners."""
        positions = tuple(sorted({*self.positions, *other.positions}))
        return Contour(positions, tuple(self.at(p) + other.at(p) for p in positions))

    def capped(self, cap: float | None) -> Contour:
        """The same, nowhere above `cap`. A corner is added where it is crossed."""
        if cap is None or max(self.values) <= cap:
            return self
        positions = set(self.positions)
        for (start, low), (end, high) in zip(self._corners(), self._corners()[1:], strict=False):
            if (low - cap) * (high - cap) < 0:
                positions.add(start + (end - start) * ((cap - low) / (high - low)))
        rising = tuple(sorted(positions))
        return Contour(rising, tuple(min(cap, self.at(p)) for p in rising))

    def eased(self) -> Contour:
        """The same, but a step takes time: a rise what its top 20 dB need at the limit's pace."""
        positions = [self.positions[0]]
        for (_, before), (position, value) in pairwise(self._corners()):
            rise = min(value - before, TOP_DB)
            least = max(LEAST_STEP, frames(rise / RISE_DB_PER_SECOND)) if value != before else 0
            positions.append(max(position, positions[-1] + least))
        return Contour(tuple(positions), self.values)

    def _corners(self) -> list[tuple[float, float]]:
        return list(zip(self.positions, self.values, strict=True))


def contour(envelope: Envelope, planned: int) -> Contour:
    """Lay an envelope over a phase of `planned` frames."""
    corners: dict[float, float] = {}
    for at, value in envelope.points:
        corners[planned_frame(at, planned)] = value
    positions = tuple(sorted(corners))
    return Contour(positions, tuple(corners[p] for p in positions))
