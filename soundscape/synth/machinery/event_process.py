"""When something is struck, and how hard: by chance, but never twice close together."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.weak_method import weak_method

_HISTORY = 24  # slots over which the loudness of what still rings is followed


class Strike(NamedTuple):
    """One strike: when (s), which, and how hard: 0 to 1, in amplitude."""

    time: float
    number: int
    force: float


class EventProcess:
    """A Poisson process, thinned so that no two of its times are closer than `gap` seconds.

    Time is cut into slots of one gap, each with a candidate; of two that are too close the one
    with the lesser mark stays (Matérn's second hard-core process, 1960). So whether there is a
    strike depends on its neighbours alone, wherever one begins to listen.

    Forces are spread over `range_db`. Nothing startles: with what was struck before dying away by
    1/e in `ring` seconds, a strike raises the power at most `step_db`, and after a pause the
    strikes come back softly, one by one. `bed` is the power of what sounds besides them, of that
    of the hardest strike.
    """

    def __init__(
        self, key: int, gap: float, ring: float, range_db: float, step_db: float, bed: float
    ) -> None:
        self._gap = gap
        self._ring = ring
        self._range_db = range_db
        self._bed = bed
        self._step = 10.0 ** (step_db / 10.0) - 1.0
        self._when = chance.derive(key, "when")
        self._mark = chance.derive(key, "mark")
        self._how = chance.derive(key, "how")
        self._time = lru_cache(1024)(weak_method(self._kept))
        self._force = lru_cache(256)(weak_method(self._restrained))

    def between(self, first: float, last: float) -> list[Strike]:
        """Return the strikes from `first` to before `last` (s), in order."""
        slots = range(math.floor(first / self._gap), math.floor(last / self._gap) + 1)
        times = [(time, slot) for slot in slots if (time := self._time(slot)) is not None]
        return [Strike(t, slot, self._force(slot)) for t, slot in times if first <= t < last]

    def _candidate(self, slot: int) -> float:
        return (slot + chance.unit(self._when, slot)) * self._gap

    def _kept(self, slot: int) -> float | None:
        """Return the time (s) of a slot's strike, if it has one."""
        time, mark = self._candidate(slot), chance.unit(self._mark, slot)
        for beside in (slot - 1, slot + 1):
            close = abs(self._candidate(beside) - time) < self._gap
            if close and chance.unit(self._mark, beside) < mark:
                return None
        return time

    def _restrained(self, slot: int) -> float:
        """Return the force of a slot's strike, after those before it."""
        ringing, before, power = 1.0, (slot - _HISTORY) * self._gap, 1.0
        for number in range(slot - _HISTORY, slot + 1):
            time = self._time(number)
            if time is not None:
                ringing *= math.exp(-2.0 * (time - before) / self._ring)
                drawn = 10.0 ** (-self._range_db * chance.unit(self._how, number) / 10.0)
                power = min(drawn, (ringing + self._bed) * self._step)
                ringing, before = ringing + power, time
        return math.sqrt(power)
