"""Evening out of what tones that nearly agree do to the loudness of their sum.

They beat, and may leave next to nothing for a second; a tone that fell into that, or the way out
of it, would startle. So what the beats add to the power or take from it is evened out in part: they
are heard as a colour that moves, more than as a level that does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from soundscape.synth.machinery.generator import Block, OverlapAdd, Planes
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

HOP = 4096
"""Frames over which a power is taken; the gain goes straight from one to the next."""

_RAMP = (np.arange(HOP) / (HOP - 1)).astype(np.float32)
_SHARE = 0.8
_MOST = 16.0  # 12 dB


class EvenedSum:
    """A sum of sounds whose beats are evened out.

    `summed(index)` returns hop `index` (from −1 on) of the sum, shape (2, HOP), and the mean power,
    both sides summed, that it would have if no two tones met. `level(time)` is a gain besides, at a
    time (s). Of a beat, in dB, `share` is evened out, as far as it adds or takes up to `most` times
    the power.
    """

    def __init__(
        self,
        summed: Callable[[int], tuple[Planes, float]],
        level: Callable[[float], float] = lambda _time: 1.0,
        *,
        share: float = _SHARE,
        most: float = _MOST,
    ) -> None:
        self._summed, self._level, self._share, self._most = summed, level, share, most
        self._hop = lru_cache(2)(weak_method(self._evened))
        self._sound = OverlapAdd(weak_method(self._frame), HOP, 1)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        first = self._level(index * HOP / SAMPLE_RATE) * self._hop(index - 1)[1]
        sound, gain = self._hop(index)
        last = self._level((index + 1) * HOP / SAMPLE_RATE) * gain
        return sound * (np.float32(first) + np.float32(last - first) * _RAMP)

    def _evened(self, index: int) -> tuple[Planes, float]:
        """Return hop `index` of the sum, and the gain that evens it."""
        sound, expected = self._summed(index)
        beating = float(np.vdot(sound, sound)) / HOP
        if not beating or not expected:
            return sound, 1.0
        apart = min(max(expected / beating, 1.0 / self._most), self._most)
        return sound, float(apart ** (0.5 * self._share))
