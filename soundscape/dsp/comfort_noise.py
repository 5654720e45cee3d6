"""Noise far below hearing in silences, so that what goes out is never digitally silent.

Many converters mute with a click after some 20 ms of zeros, wireless speakers fall asleep, and
networked outputs resynchronise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEVEL_DB = -100.0
"""dBFS, root mean square."""

PEAK = 6.0**0.5 * 10.0 ** (LEVEL_DB / 20.0)
"""No value is larger: 0.8 of the last place of 16 bits."""

SILENT = 2.0**-24
"""What is smaller than this is a zero in 24 bits: a fade is exact down to it."""

ONSET = 240
"""Frames (5 ms) of silence before the noise: what is silent for a shorter time stays exact."""

_PROBED = ONSET // 2
"""If each frame of this number sounds, no silence is long enough for the noise."""

_PERIOD = 1 << 16
"""Frames after which it repeats: 1.4 s, which is not heard at this level."""


class ComfortNoise:
    """Adds the noise to what is silent. The output does not depend on the block size."""

    def __init__(self) -> None:
        self._silent = 0  # frames up to here that were silent, at most ONSET

    def fill(self, block: NDArray[np.float32], frame: int) -> None:
        """Add to a block, shape (count, 2), that begins at an absolute frame; in place."""
        if len(block) >= ONSET and np.maximum(*np.abs(block[::_PROBED].T)).min() >= SILENT:
            end = np.maximum(*np.abs(block[-ONSET:].T)) >= SILENT
            self._silent = ONSET - 1 - int(np.flatnonzero(end)[-1])
            return
        sounds = np.flatnonzero(np.abs(block).max(axis=1, initial=0.0) >= SILENT)
        befores = np.concatenate(([-1 - self._silent], sounds))
        afters = np.append(sounds, len(block))
        for k in np.flatnonzero(afters - befores > ONSET + 1):
            first, last = max(0, int(befores[k]) + 1 + ONSET), int(afters[k])
            block[first:last] += noise(frame + first, last - first)
        self._silent = min(ONSET, len(block) - 1 - int(befores[-1]))


def noise(frame: int, count: int) -> NDArray[np.float32]:
    """The noise of `count` frames from an absolute frame on: float32, shape (count, 2).

    Each value is the difference of two neighbouring random ones: the triangular high-pass dither
    of Lipshitz, Wannamaker and Vanderkooy (1992), which has the least where the ear hears best.
    """
    return _TABLE.take(np.arange(frame, frame + count), axis=0, mode="wrap")


def _table() -> NDArray[np.float32]:
    # The difference of two uniform values between −a and a has the variance 2a²/3, and 2a at most.
    chance = np.random.default_rng(0)
    drawn = chance.uniform(-PEAK / 2, PEAK / 2, (_PERIOD, 2))
    return (drawn - np.roll(drawn, 1, axis=0)).astype(np.float32)


_TABLE = _table()
