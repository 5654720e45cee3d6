"""Writes WAV files in one pass; RF64 if they pass 4 GiB.

RIFF: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; RF64: EBU Tech
3306. A `JUNK` chunk keeps room for RF64's `ds64`, so that nothing has to be moved at the end.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Literal

import numpy as np

from soundscape.media.dither import Dither
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE

RIFF_LIMIT = 2**32 - 1
CHANNELS = 2
PCM, IEEE_FLOAT = 1, 3


class WavFile:
    """Writes stereo sound at 48 kHz to an open file: float32, or integers of 16 or 24 bits.

    `limit` is the largest number of bytes for plain RIFF.
    """

    def __init__(
        self, file: BinaryIO, bits: Literal[16, 24] | None, *, limit: int = RIFF_LIMIT
    ) -> None:
        self._file = file
        self._bits = bits
        self._limit = limit
        self._dither = Dither(bits) if bits else None
        self._frame_bytes = CHANNELS * (bits or 32) // 8
        self._frames = 0
        file.write(self._header())

    def write(self, block: Block) -> None:
        """Append a block."""
        if self._dither is None:
            data = np.ascontiguousarray(block, "<f4")
        elif self._bits == 16:
            data = self._dither(block).astype("<i2", copy=False)
        else:
            whole = self._dither(block).astype("<i4", copy=False)
            data = np.ascontiguousarray(whole.view(np.uint8).reshape(-1, 4)[:, :3])
        self._file.write(data.data)
        self._frames += len(block)

    def finish(self) -> None:
        """Write the sizes into the header."""
        self._file.seek(0)
        self._file.write(self._header())

    def _header(self) -> bytes:
        data = self._frames * self._frame_bytes
        form = struct.pack(
            "<HHIIHH",
            PCM if self._bits else IEEE_FLOAT,
            CHANNELS,
            SAMPLE_RATE,
            SAMPLE_RATE * self._frame_bytes,
            self._frame_bytes,
            self._bits or 32,
        )
        fact = struct.pack("<I", min(self._frames, RIFF_LIMIT))
        chunks = _chunk(b"fmt ", form)
        if self._bits is None:
            chunks = _chunk(b"fmt ", form + struct.pack("<H", 0)) + _chunk(b"fact", fact)
        ds64_size = struct.calcsize("<QQQI")
        riff = 4 + 8 + ds64_size + len(chunks) + 8 + data
        if riff <= self._limit:
            head = struct.pack("<4sI4s", b"RIFF", riff, b"WAVE")
            return (
                head
                + _chunk(b"JUNK", bytes(ds64_size))
                + chunks
                + struct.pack("<4sI", b"data", data)
            )
        head = struct.pack("<4sI4s", b"RF64", RIFF_LIMIT, b"WAVE")
        sizes = struct.pack("<QQQI", riff, data, self._frames, 0)
        return head + _chunk(b"ds64", sizes) + chunks + struct.pack("<4sI", b"data", RIFF_LIMIT)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body
