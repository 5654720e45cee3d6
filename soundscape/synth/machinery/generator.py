"""What a generator is, and sound built from overlapping frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Planes = NDArray[np.float32]
"""Sound on the way: float32, shape (2, frames)."""

Block = NDArray[np.float32]
"""Sound: float32, shape (frames, 2), nominal range −1 to 1."""

NOMINAL_LUFS = -24.0
"""The integrated loudness that every generator, and every stack of them, has (EBU R128)."""


class Generator(Protocol):
    """A sound without an end, a pure function of its parameters, its seed and the frame.

    Objects cache what they computed, so each belongs to one thread.
    """

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`, the same however they are asked for."""
        ...


class OverlapAdd:
    """A generator that adds frames of `hop * overlap` samples, one begun every `hop`.

    `frame(i)` returns frame i, which begins at sample `i * hop`; i may be negative. It must be a
    pure function, for only the last few are kept.
    """

    def __init__(self, frame: Callable[[int], Planes], hop: int, overlap: int) -> None:
        self._frame = frame
        self._hop = hop
        self._overlap = overlap
        self._frames: dict[int, Planes] = {}
        self._segment: tuple[int, Block] | None = None

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        out = np.empty((count, 2), np.float32)
        done = 0
        while done < count:
            index, offset = divmod(start + done, self._hop)
            part = self._sum(index)[offset : offset + count - done]
            out[done : done + len(part)] = part
            done += len(part)
        return out

    def _sum(self, index: int) -> Block:
        """Return the samples of one hop, from the frames that reach into it."""
        if self._segment is not None and self._segment[0] == index:
            return self._segment[1]
        needed = range(index - self._overlap + 1, index + 1)
        kept = self._frames
        self._frames = {i: kept[i] if i in kept else self._frame(i) for i in needed}
        total = np.zeros((2, self._hop), np.float32)
        for i in needed:
            begin = (index - i) * self._hop
            total += self._frames[i][:, begin : begin + self._hop]
        segment = np.ascontiguousarray(total.T)
        self._segment = (index, segment)
        return segment
