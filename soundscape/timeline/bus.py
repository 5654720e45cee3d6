"""A bus: the level that the clips of one run of a playlist share, in dB over the session's frames.

It follows the phase's loudness target plus the layer's level, both laid over the phase's position.
When the playlist plays on into the next phase it goes over from the one contour to the other; when
the layer goes on to another playlist it keeps the level it had reached, and a new bus begins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.fade import Gains
from soundscape.dsp.lane import Lane
from soundscape.dsp.rise import RISE_DB_PER_SECOND
from soundscape.timeline.directives import BusLevel
from soundscape.timeline.envelope import Contour
from soundscape.timeline.phase_clock import PhaseClock
from soundscape.units import frames


class Bus:
    """A bus of its own level."""

    def __init__(self, ident: int, frame: int, contour: Contour, clock: PhaseClock) -> None:
        self.id = ident
        self.contour = contour
        self._blended_at = frame
        self._lane = Lane(contour.at(clock.position(frame)), frame)

    def level(self, frame: int) -> float:
        """The level at a frame, in dB."""
        return self._lane.at(frame)

    def levels(self, at: NDArray[np.int64]) -> Gains:
        """Return the levels at frames of any distance, in dB."""
        return self._lane.sampled(at)

    def go_over(self, frame: int, over: int, contour: Contour, clock: PhaseClock) -> BusLevel:
        """Another contour, reached in `over` frames from the present level.

        A rise takes as long as the limit on rising wants, so that a phase's fade of 0 is no jump.
        """
        rise = contour.at(clock.position(frame)) - self.level(frame)
        over = max(over, frames(rise / RISE_DB_PER_SECOND))
        self.contour = contour
        self._blended_at = frame + over
        return self.follow(frame, clock)

    def follow(self, frame: int, clock: PhaseClock) -> BusLevel:
        """Lay out the rest of the contour again after the clock changed its pace."""
        points: list[tuple[int, float]] = []
        if frame < self._blended_at:
            there = clock.position(self._blended_at)
            points.append((self._blended_at, self.contour.at(there)))
        after = max(frame, self._blended_at)
        for position, value in zip(self.contour.positions, self.contour.values, strict=True):
            when = clock.reaches(position)
            if when is not None and when > after:
                points.append((when, value))
        return self._laid_out(frame, points)

    def stay(self, frame: int) -> BusLevel:
        """Keep the level that is reached."""
        return self._laid_out(frame, [])

    def _laid_out(self, frame: int, points: list[tuple[int, float]]) -> BusLevel:
        reached = self._lane.at(frame)
        self._lane.go(frame, points)
        return BusLevel(frame, self.id, ((frame, reached), *points))
