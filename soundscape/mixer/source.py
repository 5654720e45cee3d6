"""What a deck pulls its sound from."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
"""Sound: float32, shape (frames, 2), nominal range −1 to 1."""


class Source(Protocol):
    """A stream of frames at 48 kHz, read once from its start."""

    def read(self, count: int) -> Block:
        """Return the next `count` frames, or fewer: what there is. The caller may change them.

        Fewer than asked means the end for an offline source, and for a prefetched one the end or
        an underrun. Never blocks in the render thread.
        """
        ...

    def close(self) -> None:
        """Give up whatever is held. Reading after it is an error."""
        ...
