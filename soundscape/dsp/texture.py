"""The texture of sound on segments of 30 seconds: brightness and onset density.

Brightness is the spectral centroid (Peeters 2004, "A large set of audio features"), onsets are the
peaks of the spectral flux in logarithmic bands (Böck and Widmer 2013, "Maximum filter vibrato
suppression for onset detection"). Both describe sound; neither says what it is good for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import bin_frequencies
from soundscape.units import SAMPLE_RATE

SEGMENT = 30.0
"""Seconds. A remainder shorter than half of it belongs to the segment before."""

SIZE, HOP = 2048, 1024
"""Frames of a spectrum, and from one to the next: 43 and 21 ms."""

BANDS = 24
LOWEST, HIGHEST = 60.0, 12_000.0
"""Hz: what the bands of the onsets cover."""

FLOOR = 1e-6
"""Mean square of a band below which it does not count: 60 dB under a full-scale sine."""

LEAST_RISE = 0.5
"""dB by which the bands rise on average at an onset, over what is usual around it."""

APART = 4
"""Spectra from one onset to the next: 85 ms."""

AROUND = 23
"""Spectra on each side, half a second, that say what is usual."""

SMOOTH = 4
"""Spectra that are averaged, 85 ms, so that the fluctuation of noise makes no onsets."""

_VIBRATO = 5  # spectra back with which a band is compared: a note that wavers does not count

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Texture:
    """A segment. `brightness` is the spectral centroid in Hz (0: silence), `onsets` per second."""

    brightness: float
    onsets: float


class TextureMeter:
    """Takes sound at 48 kHz block by block; the sizes of the blocks make no difference."""

    def __init__(self) -> None:
        self._left = np.zeros(0, np.float32)
        self._weights: list[Values] = []
        self._centroids: list[Values] = []
        self._bands: list[Values] = []

    def push(self, block: NDArray[np.float32]) -> None:
        """Measure the next frames: float32, shape (n, 2)."""
        sound = np.concatenate((self._left, block.mean(axis=1, dtype=np.float32)))
        count = max(0, (len(sound) - SIZE) // HOP + 1)
        self._left = sound[count * HOP :]
        if not count:
            return
        windows = np.lib.stride_tricks.sliding_window_view(sound, SIZE)[: count * HOP : HOP]
        magnitude = np.abs(np.fft.rfft(windows * _WINDOW, axis=1))
        weight = magnitude.sum(axis=1)
        self._weights.append(weight)
        self._centroids.append(magnitude @ _HERTZ)
        self._bands.append(magnitude**2 @ _FILTERS)

    def finish(self) -> tuple[Texture, ...]:
        """The segments in their order; none of sound shorter than a spectrum."""
        if not self._weights:
            return ()
        weight, moment = np.concatenate(self._weights), np.concatenate(self._centroids)
        onsets = _onsets(np.concatenate(self._bands))
        step = HOP / SAMPLE_RATE
        bounds = segment_bounds(len(weight), round(SEGMENT / step))
        return tuple(
            Texture(
                float(moment[first:last].sum() / max(weight[first:last].sum(), 1e-9)),
                float(np.count_nonzero(onsets[first:last]) / ((last - first) * step)),
            )
            for first, last in bounds
        )


def segment_bounds(count: int, size: int) -> list[tuple[int, int]]:
    """First and last of each segment of `size` among `count` values; `count` is at least 1."""
    starts = list(range(0, count, size))
    if len(starts) > 1 and count - starts[-1] < size / 2:
        starts.pop()
    return list(zip(starts, [*starts[1:], count], strict=True))


def _onsets(bands: Values) -> NDArray[np.bool_]:
    """Whether an onset begins at each spectrum. Bands: mean squares, shape (n, BANDS)."""
    padded = np.pad(bands, ((SMOOTH - 1, 0), (0, 0)), mode="edge")
    smooth = np.lib.stride_tricks.sliding_window_view(padded, SMOOTH, axis=0).mean(axis=-1)
    level = 10.0 * np.log10(smooth + FLOOR)
    before = np.full_like(level, 10.0 * np.log10(FLOOR))
    before[0] = level[0]  # what a file begins with is no onset
    for back in range(1, _VIBRATO + 1):
        before[back:] = np.maximum(before[back:], level[:-back])
    before[1:_VIBRATO] = np.maximum(before[1:_VIBRATO], level[0])
    flux = np.maximum(level - before, 0.0).mean(axis=1)
    padded = np.pad(flux, AROUND, mode="edge")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1), axis=1)
    near = np.pad(flux, APART, constant_values=-1.0)
    highest = np.lib.stride_tricks.sliding_window_view(near, 2 * APART + 1).max(axis=1)
    return np.asarray((flux >= highest) & (flux > usual + LEAST_RISE), np.bool_)


def _filters() -> Values:
    """Mean square of each band from the squared magnitudes, shape (SIZE // 2 + 1, BANDS)."""
    edges = np.geomspace(LOWEST, HIGHEST, BANDS + 1)
    hertz = bin_frequencies(SIZE)
    inside = (hertz[:, None] >= edges[:-1]) & (hertz[:, None] < edges[1:])
    for band in np.flatnonzero(~inside.any(axis=0)):  # narrower than a bin
        inside[np.abs(hertz - edges[band : band + 2].mean()).argmin(), band] = True
    return np.asarray(inside * (4.0 / _WINDOW.sum() ** 2), np.float64)


_WINDOW = np.hanning(SIZE).astype(np.float32)
_HERTZ = bin_frequencies(SIZE)
_FILTERS = _filters()
