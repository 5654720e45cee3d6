"""Converts float samples to integers, with dither."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.mixer.source import Block

PERIOD = 1 << 18
"""Frames after which the noise repeats: 5.5 s, which is not heard at its level."""


class Dither:
    """Rounds sound to integers of `bits`, full scale being 2^(bits−1). Louder sound is clipped.

    The noise is the difference of neighbours in a ring of uniform noise. It is triangular and two
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
        uniform = np.random.default_rng(seed).random((PERIOD, 2), np.float32)
        self._noise = uniform - np.roll(uniform, 1, axis=0)
        self._frame = 0  # of the noise

    def __call__(self, block: Block) -> NDArray[np.signedinteger]:
        """Return the block as integers, shape (frames, 2): int16 up to 16 bits, else int32."""
        level = block * self._dtype(self._scale)
        done = 0
        while done < len(level):
            noise = self._noise[self._frame : self._frame + len(level) - done]
            level[done : done + len(noise)] += noise
            done += len(noise)
            self._frame = (self._frame + len(noise)) % PERIOD
        np.rint(level, out=level)
        np.clip(level, -self._scale, self._scale - 1, out=level)
        return level.astype(self._integer)
