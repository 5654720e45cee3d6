"""Measures how long the session stood still while the clock went on: the machine slept, or hung.

A session's time is its rendered frames. T+ has to count this time as well.
"""

from __future__ import annotations

from math import inf

from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.units import SAMPLE_RATE

SETTLED = 3.0
"""Seconds for which sound must flow before the session is compared with the clock."""
LEAST = 1.5
"""Seconds: a shorter time is not counted, since the device's buffers vary by as much."""


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
        """Compare with the clock: the session is at frame `heard`; `flowing`: there is sound. Call
        it often.
        """
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
        """Seconds that T+ has not counted yet; 0 for less than `LEAST`."""
        missing = self.lag - self._counted
        return missing if missing >= LEAST else 0.0

    def count(self, seconds: float) -> None:
        """Note that T+ has counted some seconds."""
        self._counted += seconds
