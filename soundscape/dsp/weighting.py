"""K-weighting and loudness, as ITU-R BS.1770-4 has them, for 48 kHz."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from soundscape.units import SAMPLE_RATE

SILENT_LUFS = -120.0
"""What silence reads: far below every gate, and finite, so that it can be drawn and compared."""

HOP = SAMPLE_RATE // 10
"""Frames between two readings of momentary loudness (EBU Tech 3341: at least 10 a second)."""

SHORT_TERM = 30
"""Tenths of a second of a short-term value (EBU Tech 3341)."""

STEPS = 100.0
"""Steps to the LU in which a track's momentary loudness is kept: 16 bits are enough."""

_PIECE = 64  # frames filtered by one multiplication; divides HOP

# BS.1770-4, annex 1, tables 1 and 2: the head's shelf, then the revised low-frequency B curve.
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))

Squares = NDArray[np.float64]


def lufs(mean_square: float) -> float:
    """The loudness (LUFS) of a K-weighted mean square, summed over channels."""
    if mean_square <= 10.0 ** ((SILENT_LUFS + 0.691) / 10.0):
        return SILENT_LUFS
    return -0.691 + 10.0 * math.log10(mean_square)


def power_at(lufs: float) -> float:
    """Return the K-weighted power, both channels summed, of a loudness (BS.1770-4, equation 2)."""
    return float(10.0 ** ((lufs + 0.691) / 10.0))


def trailing_mean(power: Squares, count: int) -> Squares:
    """Return for each value the mean of the last `count`; what lies before them is silence."""
    return np.convolve(power, np.full(count, 1.0 / count))[: power.size]


def k_power(frequency: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power gain |K|² at frequencies in Hz, same shape."""
    z = np.exp(-2j * np.pi * np.asarray(frequency) / SAMPLE_RATE)
    gain = np.ones(z.shape)
    for b, a in (_SHELF, _HIGH_PASS):
        ratio = (b[0] + b[1] * z + b[2] * z * z) / (a[0] + a[1] * z + a[2] * z * z)
        gain = gain * np.abs(ratio) ** 2
    return gain


def bin_frequencies(size: int) -> NDArray[np.float64]:
    """Return the frequencies (Hz) of the bins of a real transform of `size` frames."""
    return np.asarray(np.arange(size // 2 + 1) * (SAMPLE_RATE / size), np.float64)


def in_steps(loudness: NDArray[np.float32]) -> NDArray[np.int16]:
    """Loudness (LUFS) as it is kept: whole steps of a hundredth, same shape."""
    steps: NDArray[np.int16] = np.clip(np.rint(loudness * STEPS), -32768, 32767).astype(np.int16)
    return steps


def from_steps(steps: NDArray[np.int16], gain_db: float = 0.0) -> NDArray[np.float32]:
    """Loudness (LUFS, float32, same shape) of what is kept, with a gain on top."""
    loudness = steps.astype(np.float32)
    loudness *= np.float32(1.0 / STEPS)
    if gain_db:
        loudness += np.float32(gain_db)
    return loudness


class KWeighting:
    """The K-weighting filter on a stereo stream, any multiple of 64 frames at a time.

    A recursive filter runs frame by frame, which Python cannot do in time. So it is unrolled over
    pieces of 64 frames: within a piece the output is a matrix times input and state. The states, of
    four numbers each, follow from each other by doubling: first each counts the piece before it,
    then two, four, eight (Hillis and Steele, "Data parallel algorithms", 1986).
    """

    def __init__(self) -> None:
        self._response, self._of_state, self._of_input, self._step = _unrolled(_PIECE)
        self._state = np.zeros((4, 2))

    def apply(self, block: NDArray[np.float32]) -> Squares:
        """Filter a block of shape (n, 2), n a multiple of 64; float64, same shape."""
        count = len(block) // _PIECE
        # A column for each piece and channel, so that one multiplication does all of them.
        pieces = block.reshape(count, _PIECE, 2).swapaxes(0, 1).astype(np.float64)
        columns = pieces.reshape(_PIECE, 2 * count)
        states = np.empty((4, 2 * (count + 1)))
        states[:, :2] = self._state
        np.matmul(self._of_input, columns, out=states[:, 2:])
        step, back = self._step, 1
        while back <= count:
            states[:, 2 * back :] += step @ states[:, : -2 * back]
            step, back = step @ step, 2 * back
        state = states[:, -2:].copy()
        state[np.abs(state) < 1e-25] = 0.0  # or silence would end in slow denormal numbers
        self._state = state
        out: Squares = self._response @ columns
        out += self._of_state @ states[:, :-2]
        return out.reshape(_PIECE, count, 2).swapaxes(0, 1).reshape(-1, 2)


def _unrolled(count: int) -> tuple[Squares, Squares, Squares, Squares]:
    """Matrices of the whole filter over `count` frames.

    Output from input (count, count), output from state (count, 4), state from input (4, count),
    state from state (4, 4).
    """
    a, b, c, d = _state_space()
    powers = [np.eye(4)]
    for _ in range(count):
        powers.append(a @ powers[-1])
    impulse = np.array([d, *(float(c @ powers[k] @ b) for k in range(count - 1))])
    back = np.subtract.outer(np.arange(count), np.arange(count))
    response = np.where(back >= 0, impulse[np.maximum(back, 0)], 0.0)
    of_state = np.array([c @ powers[k] for k in range(count)])
    of_input = np.array([powers[count - 1 - k] @ b for k in range(count)]).T
    return response, of_state, of_input, powers[count]


def _state_space() -> tuple[Squares, Squares, Squares, float]:
    """Both sections in series (each in transposed direct form II) as one system of order four."""
    (a1, b1, c1, d1), (a2, b2, c2, d2) = _section(*_SHELF), _section(*_HIGH_PASS)
    a = np.zeros((4, 4))
    a[:2, :2], a[2:, :2], a[2:, 2:] = a1, np.outer(b2, c1), a2
    return a, np.concatenate([b1, b2 * d1]), np.concatenate([d2 * c1, c2]), d1 * d2


def _section(
    up: tuple[float, float, float], down: tuple[float, float, float]
) -> tuple[Squares, Squares, Squares, float]:
    (b0, b1, b2), (_, a1, a2) = up, down
    a = np.array([[-a1, 1.0], [-a2, 0.0]])
    return a, np.array([b1 - a1 * b0, b2 - a2 * b0]), np.array([1.0, 0.0]), b0
