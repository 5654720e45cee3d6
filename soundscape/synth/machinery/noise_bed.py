"""A bed of noise whose spectrum may be another in every frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import bin_frequencies, k_power
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import Planes

HOP = 4096
"""Samples from one frame of a bed to the next."""

SIZE = 2 * HOP
"""Samples of a frame: each overlaps with the next by half."""

FREQUENCY = bin_frequencies(SIZE)
"""The frequency (Hz) of each bin of a frame's spectrum."""

_OCTAVE = np.log2(np.maximum(FREQUENCY, 1.0) / 1000.0)
# The window of Vorbis: overlapping squares add up to 1, so noise stays even, and little of it
# leaks into the deep.
_WINDOW = np.sin(0.5 * np.pi * np.sin(np.pi * (np.arange(SIZE) + 0.5) / SIZE) ** 2).astype(
    np.float32
)
_BIN_POWER = 2.0 / 3.0  # of real and imaginary part uniform in −1 to 1
# A bin's share of a frame's mean square, twice for its mirror image and twice for the two sides.
_HEARD = k_power(FREQUENCY) * _BIN_POWER * 4.0 / SIZE**2


class NoiseBed:
    """Noise spread over the middle and the sides, from `width` 0 (mono) to 1."""

    def __init__(self, key: int, width: float) -> None:
        self._key = key
        # Deep sound reaches both ears alike, so the sides begin at a few hundred Hz. The squares
        # of middle and side add up to 1.
        angle = 0.25 * np.pi * width * FREQUENCY**2 / (FREQUENCY**2 + 300.0**2)
        self._mid, self._side = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)

    def frame(self, index: int, power: NDArray[np.float32], lean: float = 0.0) -> Planes:
        """Return frame `index`, shape (2, SIZE), with this power in each bin.

        `lean` makes the left louder and the right fainter by that share.
        """
        bins = len(FREQUENCY)
        words = chance.noise(self._key, index, 4 * bins)
        random = (words * np.float32(2.0**-15)).view(np.complex64).reshape(2, bins)
        shape = np.sqrt(power)
        mid, side = random[0] * (shape * self._mid), random[1] * (shape * self._side)
        spectrum = np.stack([(mid + side) * (1.0 + lean), (mid - side) * (1.0 - lean)])
        return np.asarray(np.fft.irfft(spectrum, SIZE) * _WINDOW, np.float32)


def heard(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the K-weighted power of spectra, shape (…, bins), both sides summed."""
    return np.asarray(np.einsum("...f,f->...", power, _HEARD))


def even(power: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return spectra, shape (…, bins), each brought to a K-weighted power of 1."""
    return np.asarray(power / heard(power)[..., None], np.float32)


def hump(hertz: float, octaves: float) -> NDArray[np.float64]:
    """Return a spectrum with one round hump around a frequency, 1 at its top."""
    away = (_OCTAVE - np.log2(hertz / 1000.0)) / octaves
    return np.asarray(np.exp(-away * away))


def within(low: float, high: float, slope: int = 4) -> NDArray[np.float64]:
    """Return a spectrum of 1 between two frequencies (Hz) that falls steeply below `low`.

    Above `high` it falls by 3 dB an octave for each unit of `slope`, and all ends at 16 kHz.
    """
    low_cut = 1.0 / (1.0 + (low / np.maximum(FREQUENCY, 1.0)) ** 8)
    high_cut = 1.0 / (1.0 + (FREQUENCY / high) ** slope)
    return np.asarray(low_cut * high_cut / (1.0 + (FREQUENCY / 15500.0) ** 24))
