"""What several media tests read with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from soundscape.media.decoder import FileDecoder
from soundscape.mixer.source import Block

ReadAll = Callable[..., Block]


@pytest.fixture
def read_all() -> ReadAll:
    """Read a file from a frame on, in blocks of a size, at most so many frames."""

    def read(path: Path, start: int = 0, *, most: int = 10**9, size: int = 5000) -> Block:
        decoder = FileDecoder(str(path), start)
        blocks: list[Block] = [np.zeros((0, 2), np.float32)]
        while most > 0 and len(block := decoder.read(min(size, most))):
            blocks.append(block)
            most -= len(block)
        decoder.close()
        return np.concatenate(blocks)

    return read
