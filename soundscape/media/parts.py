"""A file that is several sound files one after the other, as byte ranges.

Recorded web radio is a chain of Ogg streams, and files are joined by appending one to another.
FFmpeg reads such a file as one stream with the first part's header. Here each part is read as a
file of its own, with its own rate, channels and length. A header whose size has wrapped, or counts
too little, is read with the size that the file has.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from soundscape.media.joined import joined_files
from soundscape.media.mp3_header import corrected_frames
from soundscape.media.ogg_pages import PAGE, chain_links
from soundscape.media.sound_chunk import Patch, SoundChunk, sound_chunk

if TYPE_CHECKING:
    from typing import BinaryIO

MOST_PARTS = 1000


@dataclass(frozen=True, slots=True)
class FilePart:
    """The bytes from `begin` to `end` of a file; None is the file's end.

    `patches` replace bytes from an offset on (in the part) if its header is wrong; `stated_samples`
    is then the header's count of samples, if it has one.
    """

    begin: int = 0
    end: int | None = None
    patches: tuple[Patch, ...] = ()
    stated_samples: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole file, unchanged."""
        return self == WHOLE


WHOLE = FilePart()


def file_parts(path: str) -> list[FilePart]:
    """Return the parts of a file in order; an ordinary file is one part."""
    try:
        if not Path(path).is_file():  # to open a pipe would wait for ever
            return [WHOLE]
        with Path(path).open("rb") as file:
            is_ogg = file.read(len(PAGE)) == PAGE
            begins = (chain_links if is_ogg else joined_files)(file, MOST_PARTS)
            ends = [*begins[1:], None]
            return [_part(file, b, e) for b, e in zip(begins, ends, strict=True)]
    except OSError:
        return [WHOLE]


def header_chunk(path: str, part: FilePart) -> SoundChunk | None:
    """Return the sound chunk of a part; None if its kind has none."""
    try:
        with Path(path).open("rb") as file:
            return sound_chunk(file, part.begin)
    except OSError:
        return None


def _part(file: BinaryIO, begin: int, end: int | None) -> FilePart:
    """Return a part, with its header corrected if it is seen to be wrong."""
    if end is None:
        chunk = sound_chunk(file, begin)
        if chunk is not None and chunk.patches:
            return FilePart(begin, chunk.end, chunk.patches, chunk.samples)
    corrected = corrected_frames(file, begin)
    if corrected is not None:
        at, count, stated = corrected
        return FilePart(begin, end, ((at, count),), stated)
    return FilePart(begin, end)


class PartReader:
    """A part of a file, as PyAV reads it for FFmpeg."""

    def __init__(self, path: str, part: FilePart) -> None:
        self._file: BinaryIO = Path(path).open("rb", buffering=1 << 16)  # noqa: SIM115
        self._part = part
        size = os.fstat(self._file.fileno()).st_size
        self._end = size if part.end is None else min(part.end, size)
        self._at = part.begin
        self._file.seek(self._at)

    def read(self, count: int) -> bytes:
        """Return the next bytes of the part, at most `count`."""
        data = self._file.read(max(0, min(count, self._end - self._at)))
        for patch in self._part.patches:
            data = _patched(data, self._at - self._part.begin, *patch)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Seek in the part and return the position."""
        base = {0: self._part.begin, 1: self._at, 2: self._end}[whence]
        self._at = max(self._part.begin, base + offset)
        self._file.seek(self._at)
        return self.tell()

    def tell(self) -> int:
        """Return the position in the part."""
        return self._at - self._part.begin

    def __del__(self) -> None:
        """Close the file with the container that reads it, since PyAV does not."""
        self._file.close()


def _patched(data: bytes, at: int, offset: int, patch: bytes) -> bytes:
    begin, end = max(at, offset), min(at + len(data), offset + len(patch))
    if begin >= end:
        return data
    return data[: begin - at] + patch[begin - offset : end - offset] + data[end - at :]
