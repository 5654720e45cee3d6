"""How far a phase is: its position over the planned duration, and what is left in real time."""

from __future__ import annotations

import math

from soundscape.units import At, frames


def planned_frame(at: At, planned: int) -> float:
    """Position of `at` in a phase of `planned` frames, counted from its start and clamped to it."""
    if at.from_end:
        return max(0.0, planned - frames(at.seconds))
    return min(float(planned), at.fraction * planned + frames(at.seconds))


class PhaseClock:
    """The position of the running phase.

    It moves one planned frame a frame, until `stretch` changes what is left: then it moves as much
    slower or faster, unbroken. Stopped (hold, pause), it stands.
    """

    def __init__(self, planned: int, frame: int) -> None:
        self.planned = planned
        self._since = frame  # the frame of the last change
        self._position = 0.0  # planned frames passed at it
        self._left = planned  # real frames left at it
        self._passed = 0  # real frames passed at it
        self._running = True

    @property
    def running(self) -> bool:
        """Whether the position moves."""
        return self._running

    def position(self, frame: int) -> float:
        """Planned frames passed, 0 to `planned`."""
        if not self._running or self._left == 0:
            return float(self.planned) if self._left == 0 else self._position
        gone = min(frame - self._since, self._left)
        return self._position + (self.planned - self._position) * (gone / self._left)

    @property
    def pace(self) -> float:
        """Planned frames that pass in a frame; 0 while it stands."""
        if not self._running or self._left == 0:
            return 0.0
        return (self.planned - self._position) / self._left

    def remaining(self, frame: int) -> int:
        """Real frames left, as if it ran on."""
        return self._left - (min(frame - self._since, self._left) if self._running else 0)

    def passed(self, frame: int) -> int:
        """Real frames that the phase has run, without those it stood still."""
        return self._passed + (min(frame - self._since, self._left) if self._running else 0)

    def end(self) -> int | None:
        """The frame at which the phase is over; None while it stands."""
        return self._since + self._left if self._running else None

    def reaches(self, position: float) -> int | None:
        """The first frame at or beyond a position; None while it stands, and beyond the end.

        A position passed before the last change counts as reached with it: a change may fall on
        the very frame at which something was due.
        """
        if not self._running or position > self.planned:
            return None
        if self._left == 0 or position <= self._position:
            return self._since
        gone = (position - self._position) * (self._left / (self.planned - self._position))
        return self._since + min(self._left, math.ceil(gone - 1e-6))

    def reaches_end_minus(self, count: int) -> int | None:
        """The first frame with at most `count` real frames left; None while it stands."""
        return self._since + max(0, self._left - count) if self._running else None

    def stop(self, frame: int) -> None:
        """The position stands from here."""
        self._settle(frame)
        self._running = False

    def run(self, frame: int) -> None:
        """The position moves from here."""
        self._settle(frame)
        self._running = True

    def stretch(self, frame: int, by: int) -> int:
        """What is left grows by `by` frames, never below nothing. Returns the frames now left."""
        self._settle(frame)
        self._left = max(0, self._left + by)
        return self._left

    def start_at(self, position: int) -> None:
        """Begin in the middle: `position` planned frames are taken as passed."""
        self._position = float(min(position, self.planned))
        self._left = self.planned - min(position, self.planned)
        self._passed = min(position, self.planned)

    def _settle(self, frame: int) -> None:
        position, left = self.position(frame), self.remaining(frame)
        self._passed = self.passed(frame)
        # Once at its end a phase that is extended stays at position 1.
        self._position, self._left, self._since = position, left, frame
