"""The meter: momentary and short-term loudness of what goes out (EBU Tech 3341, BS.1770-4).

For screens and journals, outside the render thread.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import HOP, SHORT_TERM, SILENT_LUFS, KWeighting, lufs

MOMENTARY = 4
"""Tenths of a second that momentary loudness looks back: 400 ms."""


class LoudnessMeter:
    """Loudness of a stream of blocks of any size; new readings every 100 ms.

    What lies before the stream counts as silence.
    """

    def __init__(self) -> None:
        self.momentary = SILENT_LUFS
        self.short_term = SILENT_LUFS
        self._weighting = KWeighting()
        self._tenths: deque[float] = deque([0.0] * SHORT_TERM, SHORT_TERM)
        self._waiting: list[NDArray[np.float32]] = []
        self._count = 0

    def push(self, block: NDArray[np.float32]) -> list[float]:
        """Take a block, float32 of shape (n, 2). Returns the momentary readings (LUFS) new with it.

        The last of them, and the short-term loudness of that moment, stay readable as attributes.
        """
        self._waiting.append(block)
        self._count += len(block)
        if self._count < HOP:
            return []
        frames = np.concatenate(self._waiting)
        whole = self._count - self._count % HOP
        self._waiting, self._count = [frames[whole:]], self._count - whole
        return [self._read(frames[first : first + HOP]) for first in range(0, whole, HOP)]

    def _read(self, tenth: NDArray[np.float32]) -> float:
        weighted = self._weighting.apply(tenth)
        self._tenths.append(float(np.einsum("nc,nc->", weighted, weighted)) / HOP)
        recent = list(self._tenths)
        self.momentary = lufs(sum(recent[-MOMENTARY:]) / MOMENTARY)
        self.short_term = lufs(sum(recent) / SHORT_TERM)
        return self.momentary
