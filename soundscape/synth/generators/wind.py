"""`wind`: gusts over open land, that now and then sing softly at some edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.loudness_normaliser import LoudnessNormaliser
from soundscape.synth.machinery.noise_bed import HOP, SIZE, NoiseBed, even, hump, within
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PARAMETERS: tuple[Parameter, ...] = (
    amount("intensity", 0.4, "How strong the wind is: a light air to a gale around the house."),
    amount("brightness", 0.4, "How much the leaves hiss: bare land to a wood."),
    amount("density", 0.4, "How much it sings: open land to many edges."),
    amount("motion", 0.5, "How fast and how far it gusts."),
    amount("width", 0.8, "How far it spreads between left and right; 0 is mono."),
)

_GUST_SECONDS = np.array([13.0, 5.0])
_GUST_MIX = np.array([0.62, 0.38])
_EDGES = 3
_LATER = 0.7  # seconds by which the leaves follow a gust


class Wind:
    """A `wind`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "wind")
        full, motion = params["intensity"], params["motion"]
        self._bed = NoiseBed(chance.derive(key, "bed"), params["width"])
        self._bands = even(_bands(params["brightness"], full))
        air = np.array([0.5 + 0.5 * full, 1.0, 0.05 + 0.45 * params["brightness"]])
        singing = 0.35 * params["density"]
        self._air = (1.0 - singing) * air / air.sum()
        self._singing = singing / _EDGES

        pace = 2.0 ** (2.0 * motion - 1.0)
        self._gust = chance.keys(chance.derive(key, "gust"), 2)
        self._gust_rate = pace / _GUST_SECONDS
        self._gust_db = (3.0 + 5.5 * motion) * _GUST_MIX
        self._power = power_at(NOMINAL_LUFS)
        self._steady = LoudnessNormaliser(weak_method(self._gust_power), 25.0)
        self._sway = chance.keys(chance.derive(key, "sway"), 1)
        self._sway_rate = pace / 8.0
        self._lean = 0.2 * params["width"]
        self._pitch = chance.keys(chance.derive(key, "pitch"), _EDGES)
        self._pitch_rate = pace / np.array([7.0, 9.0, 12.0])
        self._voice = chance.keys(chance.derive(key, "voice"), _EDGES)
        self._lowest = 170.0 * 1.6**full
        self._sound = OverlapAdd(weak_method(self._frame), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        gust, before = self._gusts(time), self._gusts(time - _LATER)
        # The leaves answer late; the deep swells less than the rest.
        air = self._air * 10.0 ** (np.array([-0.2 * gust, 0.0, 1.4 * (before - gust)]) / 10.0)
        pitch = self._lowest * 2.0 ** (
            np.arange(_EDGES) * 0.8
            + 0.5 * chance.wander(self._pitch, time * self._pitch_rate)
            + 0.03 * gust
        )
        # An edge sings while the gust lasts, each with a will of its own.
        voice = self._singing * 10.0 ** (
            (9.0 * chance.wander(self._voice, time * self._pitch_rate) + 0.4 * gust) / 10.0
        )
        shape = np.einsum("b,bf->f", air.astype(np.float32), self._bands)
        for hertz, level in zip(pitch, voice, strict=True):
            shape += np.float32(level) * even(hump(hertz, 0.16))
        total = self._power * 10.0 ** (gust / 10.0) / (air.sum() + voice.sum())
        total /= self._steady.mean(time)
        lean = float(chance.wander(self._sway, np.array([time * self._sway_rate]))[0])
        return self._bed.frame(index, np.float32(total) * shape, self._lean * lean)

    def _gust_power(self, time: float) -> float:
        return float(10.0 ** (self._gusts(time) / 10.0))

    def _gusts(self, time: float) -> float:
        """Return how much louder than on average the wind blows, dB."""
        return float(self._gust_db @ chance.swell(self._gust, time * self._gust_rate))


def _bands(bright: float, full: float) -> NDArray[np.float64]:
    """Return the power of each band in each bin, shape (3, bins): deep, body, leaves."""
    humps = [
        hump(120.0 - 40.0 * full, 0.9),
        hump(330.0 + 90.0 * full, 1.2),
        hump(2500.0 + 1500.0 * bright, 1.1),
    ]
    return np.array(humps) * within(45.0, 1800.0 * 5.0**bright)
