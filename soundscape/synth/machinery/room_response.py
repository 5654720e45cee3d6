"""The answer of a room to a clap: noise that dies away, the high of it faster than the deep.

A hall's late response is noise under an exponential decay (Moorer, "About this reverberation
business", 1979). It is made of short overlapping frames with a spectrum each, part by part, so that
the first part is there at once.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import bin_frequencies
from soundscape.synth.machinery import chance
from soundscape.units import SAMPLE_RATE

PART = 16_384
"""Samples of a part of a response."""

Spectra = NDArray[np.complex64]
"""Spectra of 2 × PART samples, left and right: shape (2, PART + 1)."""

_SIZE = 1024
_HOP = _SIZE // 2
_FRAMES = PART // _HOP  # that begin in a part
_FREQUENCY = bin_frequencies(_SIZE)
_WINDOW = np.sin(np.pi * (np.arange(_SIZE) + 0.5) / _SIZE)  # the squares add up to 1
_UNIFORM_POWER = 2.0 / 3.0  # of real and imaginary part uniform in −1 to 1
_SHORTEST, _LONGEST = 0.5, 6.5  # seconds to −60 dB, from a small room to a cathedral
_DARKENING = 3500.0  # Hz at which the air halves the time (ISO 9613-1 at some 20 °C, roughly)
_LEAST = 35.0  # Hz: below it a room would only rumble
_KEY = chance.derive(0, "room")


class Response:
    """The response of a space from 0 (exclusive; a small room) to 1 (a cathedral).

    Its energy is 1 in every octave but the highest. From `width` 0 to 1 left and right go from the
    same to independent; the deep stays in the middle.
    """

    def __init__(self, space: float, width: float) -> None:
        lasting = _SHORTEST * (_LONGEST / _SHORTEST) ** space
        self.parts = -int(-lasting * SAMPLE_RATE // PART)
        self._levels = _levels(lasting, 0.004 + 0.026 * space)
        angle = 0.25 * np.pi * width * _FREQUENCY**2 / (_FREQUENCY**2 + 250.0**2)
        self._mid, self._side = np.cos(angle), np.sin(angle)
        self.energy = _energy(self._levels, self.parts)
        self._spectra: dict[int, Spectra] = {}

    def part(self, number: int) -> Spectra:
        """Return the spectrum of a part (0 to `parts` − 1), with as much silence after it."""
        if number not in self._spectra:
            sound = self._sound(number)
            self._spectra[number] = np.asarray(np.fft.rfft(sound, 2 * PART), np.complex64)
        return self._spectra[number]

    def _sound(self, number: int) -> NDArray[np.float32]:
        """Return the samples of a part, shape (2, PART)."""
        first = number * _FRAMES
        frames = np.arange(first - 1, first + _FRAMES)
        keys = np.array([chance.derive(_KEY, int(frame)) for frame in frames], np.uint64)
        bins = len(_FREQUENCY)
        words = chance.words(keys[:, None], np.arange(bins)).view(np.int16)
        random = (words * np.float32(2.0**-15)).view(np.complex64).reshape(-1, 2, bins)
        known = (frames >= 0) & (frames < len(self._levels))
        level = np.zeros((len(frames), bins))
        level[known] = self._levels[frames[known]]
        mid, side = random[:, 0] * (level * self._mid), random[:, 1] * (level * self._side)
        waves = np.fft.irfft(np.stack([mid + side, mid - side]), _SIZE) * _WINDOW
        joined = waves[:, :-1, _HOP:] + waves[:, 1:, :_HOP]
        return np.asarray(joined.reshape(2, PART), np.float32)


response = lru_cache(8)(Response)
"""The response of a space and width; those in use are kept, for several sounds share them."""


@lru_cache(1)  # the voices of a stack are mostly in one space, each with a width of its own
def _levels(lasting: float, blooming: float) -> NDArray[np.float64]:
    """Return the amplitude of each frame in each bin, shape (frames, bins)."""
    time = (np.arange(max(2, round(lasting * SAMPLE_RATE / _HOP))) + 1.0) * (_HOP / SAMPLE_RATE)
    rate = np.log(10.0**6.0) / lasting * (1.0 + (_FREQUENCY / _DARKENING) ** 1.2)
    power = np.exp(-time[:, None] * rate)
    power *= (1.0 - np.exp(-time / blooming))[:, None] ** 2
    power *= np.clip((time[-1] - time) / (0.2 * lasting), 0.0, 1.0)[:, None]
    power /= power.sum(axis=0)
    high = 1.0 / (1.0 + (_FREQUENCY / 6000.0) ** 2)
    deep = 1.0 / (1.0 + (_LEAST / np.maximum(_FREQUENCY, 1.0)) ** 6)
    return np.asarray(np.sqrt(power * high * deep * (_SIZE / _HOP / _UNIFORM_POWER)))


def _energy(levels: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    """Return the share of the energy in each part, at 500 Hz."""
    power = levels[:, round(500.0 * _SIZE / SAMPLE_RATE)] ** 2
    padded = np.zeros(parts * _FRAMES)
    padded[: len(power)] = power[: len(padded)]
    return np.asarray(padded.reshape(parts, _FRAMES).sum(axis=1) / power.sum())
