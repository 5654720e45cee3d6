"""Keeping a sound of single events at its loudness, in whichever minute one listens."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from soundscape.synth.machinery.weak_method import weak_method

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_STEP = 1.0  # seconds between two samples of the power


class LoudnessNormaliser:
    """The mean of a power over `reach` seconds before and after any time, weighted to the middle.

    Dividing by it leaves each event its shape, but evens out that chance brings many loud ones in
    one minute and few soft ones in the next. `power(time)` must be a pure function.
    """

    def __init__(self, power: Callable[[float], float], reach: float) -> None:
        self._reach = reach
        self._powers = lru_cache(2 * int(2.0 * reach / _STEP))(lambda step: power(step * _STEP))
        # One hop ends where the next begins.
        self._around = lru_cache(2)(weak_method(self._weighed))

    def now(self, time: float) -> float:
        """Return the power at `time` (s), straight between the seconds."""
        step, through = divmod(time / _STEP, 1.0)
        before, after = self._powers(int(step)), self._powers(int(step) + 1)
        return before + through * (after - before)

    def mean(self, time: float) -> float:
        """Return the mean power around `time` (s)."""
        powers, weight = self._around(time)
        return float(weight @ powers / weight.sum())

    def gated(self, time: float) -> float:
        """Return the mean around `time` (s) as a meter takes it, that leaves pauses out.

        The gate of BS.1770-4 opens at 10 LU under the mean; here it opens gradually, so that the
        mean has no steps.
        """
        powers, weight = self._around(time)
        gate = 0.1 * float(weight @ powers / weight.sum())
        weight = weight * powers**4 / (powers**4 + gate**4)
        return float(weight @ powers / weight.sum())

    def _weighed(self, time: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the powers within reach of `time`, and the weight of each."""
        first = int(np.ceil((time - self._reach) / _STEP))
        last = int(np.floor((time + self._reach) / _STEP))
        steps = np.arange(first, last + 1)
        weight = np.cos(0.5 * np.pi * (steps * _STEP - time) / self._reach) ** 2
        return np.array([self._powers(step) for step in range(first, last + 1)]), weight
