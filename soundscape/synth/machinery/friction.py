"""The noise of what rubs a bowl or a glass, as strong as the tones that it makes sing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from soundscape.synth.machinery.generator import Block, OverlapAdd, Planes
from soundscape.synth.machinery.loudness_normaliser import LoudnessNormaliser
from soundscape.synth.machinery.noise_bed import FREQUENCY, HOP, SIZE, NoiseBed, even, within
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from soundscape.synth.machinery.modal import Stroke

_HIGHEST = 6500.0  # Hz: there the noise ends
_SPECTRUM = even(within(2500.0, 6000.0, 6) / (1.0 + (FREQUENCY / _HIGHEST) ** 48))
_LONGEST = 30.0  # s after its beginning for which a stroke is rubbed


class Friction:
    """Noise at 2.5 to 6 kHz of rubbed strokes: `share` of their power, K-weighted.

    `strokes(first, last)` returns those that begin from `first` to before `last` (s); `gain(time)`
    is the factor by which they sound.
    """

    def __init__(
        self,
        strokes: Callable[[float, float], Sequence[Stroke]],
        gain: Callable[[float], float],
        share: float,
        key: int,
        width: float,
    ) -> None:
        self._strokes, self._gain, self._share = strokes, gain, share
        self._rubbed = LoudnessNormaliser(weak_method(self._power), 1.0)
        self._bed = NoiseBed(key, width)
        self._sound = OverlapAdd(weak_method(self._frame), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        power = self._share * self._rubbed.now(time) * self._gain(time) ** 2
        return self._bed.frame(index, np.float32(power) * _SPECTRUM)

    def _power(self, time: float) -> float:
        """Return the K-weighted power in the second around a time (s)."""
        first = time - 0.5
        return sum(s.power(first) for s in self._strokes(first - _LONGEST, first + 1.0))
