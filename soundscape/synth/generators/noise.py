"""`noise`: plain noise in four colours, even, for masking or as ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.noise_bed import FREQUENCY, HOP, SIZE, NoiseBed, even
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Choice, Parameter, amount
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

COLOURS = ("white", "pink", "brown", "grey")

PARAMETERS: tuple[Parameter, ...] = (
    Choice(
        "colour", "pink", COLOURS, "Even in Hz, falling by 3 or by 6 dB an octave, or to the ear."
    ),
    amount("brightness", 1.0, "How far up it reaches: a murmur under 400 Hz to all that is heard."),
    amount("intensity", 0.0, "How full: the plain colour, to one with a deep body under it."),
    amount("motion", 0.2, "How fast and how far it swells and thins; 0 is still."),
    amount("width", 0.8, "How far it spreads between left and right; 0 is mono."),
)

_BODY = 4.0  # how much more power the deep has at most: 7 dB
_DEEP = 200.0  # Hz
_SWELL_SECONDS = np.array([9.0, 17.0])


class Noise:
    """A `noise`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "noise")
        self._bed = NoiseBed(chance.derive(key, "bed"), params["width"])
        motion = params["motion"]
        self._swell = chance.keys(chance.derive(key, "swell"), 2)
        self._swell_rate = 2.0 ** (2.0 * motion - 1.0) / _SWELL_SECONDS
        self._swell_db = 2.0 * motion * np.ones(2)
        loudness = NOMINAL_LUFS - chance.swell_excess(self._swell_db)
        shape = _coloured(params["colour"]) * _reach(params["brightness"])
        shape *= 1.0 + _BODY * params["intensity"] / (1.0 + (FREQUENCY / _DEEP) ** 2)
        self._shape = even(shape) * np.float32(power_at(loudness))
        self._sound = OverlapAdd(weak_method(self._frame), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        decibels = float(self._swell_db @ chance.swell(self._swell, time * self._swell_rate))
        return self._bed.frame(index, self._shape * np.float32(10.0 ** (decibels / 10.0)))


def _coloured(colour: str) -> NDArray[np.float64]:
    """Return the power of a colour in each bin, without a level of its own."""
    frequency = np.maximum(FREQUENCY, 20.0)
    if colour == "grey":
        return np.asarray(1.0 / np.maximum(_a_power(frequency), 10.0**-3.0))
    return np.asarray(frequency ** -{"white": 0.0, "pink": 1.0, "brown": 2.0}[colour])


def _a_power(frequency: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power gain of the A weighting (IEC 61672-1:2013, annex E), 1 at 1 kHz."""
    square = frequency**2
    gain = 12194.0**2 * square**2 / ((square + 20.6**2) * (square + 12194.0**2))
    gain /= np.sqrt((square + 107.7**2) * (square + 737.9**2))
    return np.asarray((10.0 ** (2.0 / 20.0) * gain) ** 2)


def _reach(brightness: float) -> NDArray[np.float64]:
    """Return the share of power left in each bin: nothing is of use below 30 Hz or at the top."""
    low = 1.0 / (1.0 + (30.0 / np.maximum(FREQUENCY, 1.0)) ** 8)
    top = 400.0 * 45.0**brightness
    return np.asarray(low / (1.0 + (FREQUENCY / top) ** 6) / (1.0 + (FREQUENCY / 18500.0) ** 48))
