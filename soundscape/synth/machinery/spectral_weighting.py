"""How much each frequency counts for loudness: the K weighting of ITU-R BS.1770-4."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

# BS.1770-4, tables 1 and 2: the filters' coefficients at 48 kHz, (b, a).
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def k_power(frequency: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power gain |K|² at frequencies in Hz."""
    z = np.exp(-2j * np.pi * np.asarray(frequency) / SAMPLE_RATE)
    gain = np.ones(z.shape)
    for b, a in (_SHELF, _HIGH_PASS):
        ratio = (b[0] + b[1] * z + b[2] * z * z) / (a[0] + a[1] * z + a[2] * z * z)
        gain = gain * np.abs(ratio) ** 2
    return gain


def bin_frequencies(size: int) -> NDArray[np.float64]:
    """Return the frequencies (Hz) of the bins of a real transform of `size` frames."""
    return np.asarray(np.arange(size // 2 + 1) * (SAMPLE_RATE / size), np.float64)


def power_at(lufs: float) -> float:
    """Return the K-weighted power, both channels summed, of a loudness (BS.1770-4, equation 2)."""
    return float(10.0 ** ((lufs + 0.691) / 10.0))
