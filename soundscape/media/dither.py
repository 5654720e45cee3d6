"""From float to integer samples, with dither."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.mixer.source import Block


class Dither:
    """Rounds sound to integers of `bits`, full scale being 2^(bits−1); what is beyond is clipped.

    The noise is the difference of neighbours in a stream of uniform noise: triangular, two steps
    wide, so the error's mean and power do not follow the sound; and rising to high frequencies,
    where it is heard least (Wannamaker, Lipshitz, Vanderkooy, Wright: "A theory of nonsubtractive
    dither", IEEE Trans. Signal Processing 48, 2000). The same seed gives the same noise, however
    the sound is cut into blocks.
    """

    def __init__(self, bits: int, seed: int = 0) -> None:
        self._scale = 2 ** (bits - 1)
        # Beside 24 bits, float32 has no room for fractions.
        self._dtype = np.float32 if bits <= 16 else np.float64
        self._random = np.random.SFC64(seed)
        self._spare = np.zeros((0, 2), np.uint16)
        self._last = self._noise(1)

    def __call__(self, block: Block) -> NDArray[np.int32]:
        """The block as integers, shape (frames, 2)."""
        noise = self._noise(len(block))
        level = block * self._dtype(self._scale)
        level += noise
        level[1:] -= noise[:-1]
        level[:1] -= self._last[: len(block)]
        self._last = noise[-1:].copy() if len(noise) else self._last
        np.rint(level, out=level)
        np.clip(level, -self._scale, self._scale - 1, out=level)
        return level.astype(np.int32)

    def _noise(self, count: int) -> NDArray[np.float32]:
        """Uniform noise of 0 to 1 in 2^16 steps, shape (count, 2): half a random number a frame."""
        wanted = max(0, count - len(self._spare) + 1) // 2
        drawn = np.atleast_1d(self._random.random_raw(wanted)).view(np.uint16).reshape(-1, 2)
        drawn = np.concatenate((self._spare, drawn)) if len(self._spare) else drawn
        self._spare = drawn[count:]
        noise = drawn[:count].astype(np.float32)
        noise *= np.float32(2**-16)
        return noise
