"""From a light's level to the part of full that is sent for it, and back.

A level says how much light is given, 0 to 1 of what the room lets this lamp give. What is sent lies
between the light's `min` and `max`. Where the lamp's dimmer curve was measured, levels are even in
light; else the lamp is taken to give light in proportion to what is sent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
"""What is sent and the light that it gives, both 0 to 1."""


@dataclass(frozen=True, slots=True)
class DimmerCurve:
    """A lamp's curve between `low` and `high` (parts of full, low < high).

    `points` rise in what is sent, never fall in light, and are inside `low` and `high`; their
    light runs from 0 to 1.
    """

    low: float
    high: float
    points: tuple[Point, ...]

    def sent(self, level: float) -> float:
        """The part of full to send for a level; where several give that light, the highest."""
        light = min(1.0, max(0.0, level))
        place = bisect_right(self.points, light, key=lambda point: point[1])
        if place == len(self.points):  # of what gives all the light, the lowest
            return next(sent for sent, light in self.points if light >= 1.0)
        (sent, dark), (after, bright) = self.points[place - 1], self.points[place]
        return sent + (after - sent) * (light - dark) / (bright - dark)

    def level(self, sent: float) -> float:
        """The level that a part of full gives; below `low` 0, above `high` 1."""
        if sent <= self.low:
            return self.points[0][1]
        for (before, dark), (after, bright) in pairwise(self.points):
            if sent <= after:
                return dark + (bright - dark) * (sent - before) / (after - before)
        return 1.0


def dimmer_curve(low: float, high: float, measured: Sequence[Point] = ()) -> DimmerCurve:
    """The curve of a lamp with a `min` and a `max`; `measured` as it is written in the room."""
    points = tuple(measured) or ((0.0, 0.0), (1.0, 1.0))
    inner = [(sent, light) for sent, light in points if low < sent < high]
    ends = [(low, _light(points, low)), (high, _light(points, high))]
    dark, bright = ends[0][1], ends[1][1]
    if bright <= dark:  # no light between them: sent as it is
        return DimmerCurve(low, high, ((low, 0.0), (high, 1.0)))
    whole = [ends[0], *inner, ends[1]]
    return DimmerCurve(
        low, high, tuple((sent, (light - dark) / (bright - dark)) for sent, light in whole)
    )


def _light(points: Sequence[Point], sent: float) -> float:
    for (before, dark), (after, bright) in pairwise(points):
        if sent <= after:
            return dark + (bright - dark) * (sent - before) / (after - before)
    return points[-1][1]
