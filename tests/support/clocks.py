"""Clocks that a test moves."""

from __future__ import annotations

import math

STEP = 1 / 64
"""Seconds: the steps of Windows' coarse clock, 15.6 ms."""


class StillClock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.moment = 1000.0

    def now(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += seconds


class SteppingClock(StillClock):
    """One that is read in steps, and whose sleepers wake at a step, as on Windows."""

    def now(self) -> float:
        return stepped(self.moment)

    def sleep(self, seconds: float) -> None:
        self.moment = math.ceil((self.moment + seconds) / STEP) * STEP


def stepped(moment: float) -> float:
    """What a clock in steps reads at a moment."""
    return math.floor(moment / STEP) * STEP
