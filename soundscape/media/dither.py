"""Converts float samples to integers, with dither."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.mixer.source import Block

_STEPS = 2**16
"""Levels of the noise within one step of the integers."""


class Dither:
    """Rounds sound to integers of `bits`, full scale being 2^(bits−1). Louder sound is clipped.

    The noise is the difference of neighbours in a stream of uniform noise. It is triangular and two
    steps wide, so the error's mean and power do not follow the sound, and it rises to high
    frequencies, which are heard least (Wannamaker, Lipshitz, Vanderkooy, Wright: "A theory of
    nonsubtractive dither", IEEE Trans. Signal Processing 48, 2000). The same seed gives the same
    noise whatever the block size.
    """

    def __init__(self, bits: int, seed: int = 0) -> None:
        self._scale = 2 ** (bits - 1)
        # Beside 24 bits, float32 has no room for fractions.
        self._dtype = np.float32 if bits <= 16 else np.float64
        self._integer: type[np.signedinteger] = np.int16 if bits <= 16 else np.int32
        self._random = np.random.SFC64(seed)
        self._spare = np.zeros(0, np.uint16)
        self._last = self._uniform(1)

    def __call__(self, block: Block) -> NDArray[np.signedinteger]:
        """Return the block as integers, shape (frames, 2): int16 up to 16 bits, else int32."""
        if not len(block):
            return np.zeros((0, 2), self._integer)
        noise = self._uniform(len(block))
        level = block * self._dtype(self._scale)
        level += noise
        level[1:] -= noise[:-1]
        level[:1] -= self._last
        self._last = noise[-1:].copy()
        np.rint(level, out=level)
        np.clip(level, -self._scale, self._scale - 1, out=level)
        return level.astype(self._integer)

    def _uniform(self, frames: int) -> NDArray[np.float32]:
        """Return uniform noise from 0 to 1, shape (frames, 2). Each word of the generator makes
        four.
        """
        missing = 2 * frames - len(self._spare)
        words = self._random.random_raw(max(0, -(-missing // 4)))
        drawn = np.concatenate([self._spare, np.asarray(words, "<u8").view("<u2")])
        self._spare = drawn[2 * frames :].copy()
        noise = drawn[: 2 * frames].astype(np.float32)
        noise *= np.float32(1 / _STEPS)
        return noise.reshape(-1, 2)
