"""Additive sound: many partials, each drawn into the spectrum of every frame.

Every partial is drawn as the spectrum of the frame's window at its exact frequency (Rodet and
Depalle, "Spectral envelopes and inverse FFT synthesis", 1992), so a partial costs a few bins and
the frames overlap to a steady sinusoid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from soundscape.dsp.weighting import bin_frequencies, k_power, power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from soundscape.synth.machinery.partials import Partials

_HOP = 4096
_OVERLAP = 4
_SIZE = _HOP * _OVERLAP
_LOBE = 10  # bins on which a partial is drawn: the window's main lobe is 8 wide
# Nuttall's 4-term window with a continuous first derivative, side lobes −93 dB ("Some windows with
# very good sidelobe behavior", 1981). Hops of a quarter add up to 4 times its first term.
_WINDOW = (0.355768, 0.487396, 0.144232, 0.012604)
# From the energy of a frame's half spectrum to the mean power of the sound it is a window on
# (Parseval, over the window's own energy).
_FRAME_POWER = (
    2.0
    / _SIZE**2
    / ((_WINDOW[0] ** 2 + 0.5 * sum(w * w for w in _WINDOW[1:])) / (_OVERLAP * _WINDOW[0]) ** 2)
)


class Additive:
    """The sound of partials whose tones have `levels` at any time (s), at the nominal loudness.

    Over it goes a breath of `breath_db` at the most, the faster the greater `motion` is.
    """

    def __init__(
        self,
        partials: Partials,
        levels: Callable[[float], NDArray[np.float64]],
        key: int,
        motion: float,
        breath_db: float,
    ) -> None:
        self._partials = partials
        self._levels = levels
        self._bins, self._lobes = _drawn(self._partials.frequency)
        self._heard = k_power(self._partials.frequency)
        self._top = int(self._bins.max()) + 1
        weight = k_power(bin_frequencies(_SIZE)[: self._top])
        self._weight = np.repeat(weight, 2).astype(np.float32)  # for real and imaginary parts
        pace = 2.0 ** (2.0 * motion - 1.0)
        self._breath = chance.keys(key, 2)
        self._breath_rate = pace / np.array([7.0, 13.0])
        self._breath_db = breath_db * np.ones(2)
        self._power = power_at(NOMINAL_LUFS - chance.swell_excess(self._breath_db))
        self._sound = OverlapAdd(weak_method(self._frame), _HOP, _OVERLAP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        time = (index + _OVERLAP / 2) * _HOP / SAMPLE_RATE
        which, sides, power = self._partials.at(time, self._levels(time))
        spectrum = self._spectrum(which, sides)
        spectrum *= self._gain(time, spectrum, float(self._heard[which] @ power))
        return np.asarray(np.fft.irfft(spectrum), np.float32)

    def _spectrum(
        self, which: NDArray[np.int64], sides: NDArray[np.complex128]
    ) -> NDArray[np.complex64]:
        """Return the frame's spectrum, shape (2, bins), from each partial's amplitude."""
        spectrum = np.zeros((2, _SIZE // 2 + 1), np.complex64)
        bins = self._bins[which].ravel()
        lobes = self._lobes[which]
        used = int(bins.max()) + 1
        for side in range(2):
            drawn = lobes * sides[:, side, None]
            real = np.bincount(bins, drawn.real.ravel(), used)
            spectrum[side, :used] = real + 1j * np.bincount(bins, drawn.imag.ravel(), used)
        return spectrum

    def _gain(self, time: float, spectrum: NDArray[np.complex64], expected: float) -> float:
        """Return the gain that keeps the loudness nominal, but for a slow breath.

        The power wanted is that expected from the partials' amplitudes; what their beats add to
        or take from it is evened out by three quarters (in dB): a beat is heard but never lurches.
        """
        parts = spectrum[:, : self._top].view(np.float32)  # real and imaginary in turn
        beating = float(np.einsum("sp,sp,p->", parts, parts, self._weight)) * _FRAME_POWER
        decibels = float(self._breath_db @ chance.swell(self._breath, time * self._breath_rate))
        even = self._power / (expected * beating**3) ** 0.25
        return float(even**0.5 * 10.0 ** (decibels / 20.0))


def _drawn(frequency: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the bins on which each partial is drawn and its share of each, shape (partials, 10).

    A window centred on the frame's middle has a real spectrum; moving the middle to half the
    frame turns every other bin's sign.
    """
    place = frequency * (_SIZE / SAMPLE_RATE)
    bins = np.floor(place).astype(np.int64)[:, None] + np.arange(1 - _LOBE // 2, 1 + _LOBE // 2)
    away = bins - place[:, None]
    lobe = _WINDOW[0] * np.sinc(away)
    for order, term in enumerate(_WINDOW[1:], 1):
        lobe += 0.5 * term * (np.sinc(away - order) + np.sinc(away + order))
    lobe *= _SIZE / 2.0 / (_OVERLAP * _WINDOW[0])
    return bins, np.where(bins % 2, -lobe, lobe)
