"""How much time passed in which the session did not go on: the machine slept, or stood still.

Frames rendered are the session's time. What T+ has to count beside them is measured here.
"""

from __future__ import annotations

from math import inf

from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.units import SAMPLE_RATE

SETTLED = 3.0
"""Seconds for which sound has to flow until the session is compared with the clock."""
LEAST = 1.5
"""Seconds that are worth counting; less comes and goes with what the device holds."""


class LostTime:
    """Compares a session's frames with a clock that goes on while the machine sleeps."""

    def __init__(self, counting_sleep: Clock = clock.counting_sleep) -> None:
        self._now = counting_sleep
        self._flowing_since: float | None = None
        self._least_lag = inf
        self._first_lag: float | None = None
        self._counted = 0.0
        self.lag = 0.0
        """Seconds that the session is behind the clock, since sound first flowed."""

    def compare(self, heard: int, *, flowing: bool) -> None:
        """The session is at a frame; `flowing`: there is sound. Call it often."""
        now = self._now()
        if not flowing:  # the player that takes over may make up for it
            self._flowing_since = None
            return
        if self._flowing_since is None:
            self._flowing_since, self._least_lag = now, inf
        self._least_lag = min(self._least_lag, now - heard / SAMPLE_RATE)
        if now - self._flowing_since < SETTLED:
            return
        if self._first_lag is None:
            self._first_lag = self._least_lag
        self.lag = self._least_lag - self._first_lag
        self._flowing_since = None

    @property
    def uncounted(self) -> float:
        """Seconds that T+ has not counted yet; 0 for less than is worth it."""
        missing = self.lag - self._counted
        return missing if missing >= LEAST else 0.0

    def count(self, seconds: float) -> None:
        """T+ has counted so many seconds."""
        self._counted += seconds
