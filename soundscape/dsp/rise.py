"""The limit on how fast the master gain may rise, whatever moves it.

At most 8 dB a second over the top 20 dB (docs/clinical.md, Audio): sound rises slowly and falls
fast. Crossfades are exempt: their sum is steady.
"""

from __future__ import annotations

import numpy as np

from soundscape.dsp.fade import Gains
from soundscape.units import SAMPLE_RATE

RISE_DB_PER_SECOND = 8.0
TOP_DB = 20.0

LOW = 10.0 ** (-TOP_DB / 20.0)
"""The gain at the bottom of those top 20 dB."""

ENTRY = round(0.5 * SAMPLE_RATE)
"""Frames from silence to that gain when sound comes back after a fault."""

_STEP = RISE_DB_PER_SECOND / SAMPLE_RATE * np.log(10.0) / 20.0  # natural log of gain, per frame
_FLOOR = -TOP_DB * np.log(10.0) / 20.0
_TINY = 1e-30


class RiseLimit:
    """Holds a gain's rise to the limit: out[n] = min(in[n], max(out[n−1], −20 dB) + 8 dB/s).

    Falling is free. The first gain is taken as it comes (a session starts from silence).
    """

    def __init__(self) -> None:
        self._last: float | None = None

    def apply(self, gains: Gains | float, count: int) -> Gains | float:
        """Limit the gains of the next `count` frames: shape (count,), or one number for all."""
        last = self._last
        if isinstance(gains, float):
            if last is None or gains <= last or gains <= np.exp(_FLOOR):
                self._last = gains
                return gains
            gains = np.full(count, gains)
        wanted = np.log(np.maximum(gains, _TINY))
        steps = np.arange(1, count + 1) * _STEP
        start = np.inf if last is None else max(np.log(max(last, _TINY)), _FLOOR)
        # In coordinates that climb at the limit's slope, the limit is a running minimum.
        climbing = np.minimum(np.minimum.accumulate(np.maximum(wanted, _FLOOR) - steps), start)
        limited = climbing + steps
        result = np.where(limited < wanted, np.exp(limited), gains)
        self._last = float(result[-1])
        return result


def slowest_square_rise() -> float:
    """Seconds below which a p² fade from silence would break the limit.

    Its gain in dB is 40 log10(t/T), steepest where it enters the top 20 dB, at t = T/√10.
    """
    return float(40.0 / np.log(10.0) / RISE_DB_PER_SECOND * np.sqrt(10.0))
