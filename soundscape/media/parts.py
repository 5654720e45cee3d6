"""A file that is several sound files one after the other, as byte ranges.

Recorded web radio is a chain of Ogg streams, and MP3 files are joined by appending one to another.
FFmpeg reads such a file as one stream with the first part's header; here each part is read as a
file of its own, with its own rate, channels and length. A WAV or AIFF header whose size has wrapped
at 4 GiB, or counts too little, is read with the size that the file has.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from soundscape.media.completeness import iff_data
from soundscape.media.mp3_header import mp3_end

SAMPLES = 24
"""Places at which an Ogg file is looked at; more than one stream is found at any of them."""

WINDOW = 1 << 17
"""Bytes read at a place: at least one whole Ogg page (RFC 3533: 65 307 bytes at most)."""

MOST_PARTS = 1000

_PAGE = b"OggS\0"


@dataclass(frozen=True, slots=True)
class FilePart:
    """The bytes from `begin` to `end` of a file; None is the file's end.

    `patch` replaces bytes from its offset on (in the part): a corrected size.
    """

    begin: int = 0
    end: int | None = None
    patch: tuple[int, bytes] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the file as it stands."""
        return self == WHOLE


WHOLE = FilePart()


def file_parts(path: str) -> list[FilePart]:
    """The parts of a file in order; one that is the whole file where it is an ordinary one."""
    try:
        if not Path(path).is_file():  # to open a pipe would wait for ever
            return [WHOLE]
        with Path(path).open("rb") as file:
            head = file.read(12)
            if head[:5] == _PAGE:
                return _ogg_parts(file)
            if head[:4] in {b"RIFF", b"RF64", b"FORM"}:
                return _sized_part(file)
            return _mp3_parts(file)
    except OSError:
        return [WHOLE]


class PartReader:
    """A part of a file, as FFmpeg reads it through PyAV."""

    def __init__(self, path: str, part: FilePart) -> None:
        self._file: BinaryIO = Path(path).open("rb", buffering=1 << 16)  # noqa: SIM115
        self._part = part
        size = os.fstat(self._file.fileno()).st_size
        self._end = size if part.end is None else min(part.end, size)
        self._at = part.begin
        self._file.seek(self._at)

    def read(self, count: int) -> bytes:
        """The next bytes of the part, at most `count`."""
        data = self._file.read(max(0, min(count, self._end - self._at)))
        if self._part.patch is not None:
            data = _patched(data, self._at - self._part.begin, *self._part.patch)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in the part; returns it."""
        base = {0: self._part.begin, 1: self._at, 2: self._end}[whence]
        self._at = max(self._part.begin, base + offset)
        self._file.seek(self._at)
        return self.tell()

    def tell(self) -> int:
        """The place in the part."""
        return self._at - self._part.begin

    def __del__(self) -> None:
        """Close the file with the container that reads it: PyAV does not."""
        self._file.close()


def _patched(data: bytes, at: int, offset: int, patch: bytes) -> bytes:
    begin, end = max(at, offset), min(at + len(data), offset + len(patch))
    if begin >= end:
        return data
    return data[: begin - at] + patch[begin - offset : end - offset] + data[end - at :]


# Ogg ----------------------------------------------------------------------------------------------


def _ogg_parts(file: BinaryIO) -> list[FilePart]:
    size = file.seek(0, 2)
    if not _is_chained(file, size):
        return [WHOLE]
    begins = _chain_links(file)
    if len(begins) == 1:
        return [WHOLE]
    return [FilePart(b, e) for b, e in zip(begins, [*begins[1:], size], strict=True)]


def _is_chained(file: BinaryIO, size: int) -> bool:
    """Whether another stream is met, or a stream's time goes back, at some place of the file."""
    first = {serial for _, flags, serial, _ in _pages(file, 0) if flags & 2}
    last: dict[int, int] = {}
    reached = 0
    for number in range(1, SAMPLES + 1):
        at = size * number // SAMPLES if number < SAMPLES else max(0, size - WINDOW)
        pages = [page for page in _pages(file, at) if page[0] > reached]
        for place, _, serial, granule in pages if number == SAMPLES else pages[:1]:
            reached = place
            if serial not in first:
                return True
            if granule != -1:
                if granule < last.get(serial, 0):
                    return True
                last[serial] = granule
    return False


def _pages(file: BinaryIO, at: int) -> list[tuple[int, int, int, int]]:
    """Place, flags, serial number and granule position of the pages that begin in a window."""
    file.seek(at)
    data = file.read(WINDOW)
    found = []
    place = data.find(_PAGE)
    while 0 <= place <= len(data) - 27:
        flags, granule, serial = (
            data[place + 5],
            int.from_bytes(data[place + 6 : place + 14], "little", signed=True),
            int.from_bytes(data[place + 14 : place + 18], "little"),
        )
        if flags < 8:
            found.append((at + place, flags, serial, granule))
        place = data.find(_PAGE, place + 27)
    return found


def _chain_links(file: BinaryIO) -> list[int]:
    """Where each link begins: at the first page of a stream after pages that are none."""
    begins: list[int] = []
    place = 0
    among_first = False
    file.seek(0)
    while len(begins) < MOST_PARTS:
        head = file.read(27)
        if len(head) < 27 or head[:5] != _PAGE:
            place = _next_page(file, place + 1)
            if place < 0:
                break
            continue
        is_first = bool(head[5] & 2)
        if is_first and not among_first:
            begins.append(place)
        among_first = is_first
        place += 27 + head[26] + sum(file.read(head[26]))
        file.seek(place)
    return begins or [0]


def _next_page(file: BinaryIO, at: int) -> int:
    """The next place at which a page seems to begin, the file standing there; −1 at the end."""
    while True:
        file.seek(at)
        data = file.read(1 << 20)
        place = data.find(_PAGE)
        if place >= 0:
            file.seek(at + place)
            return at + place
        if len(data) < 1 << 20:
            return -1
        at += len(data) - len(_PAGE)


# MP3, WAV, AIFF -----------------------------------------------------------------------------------


def _mp3_parts(file: BinaryIO) -> list[FilePart]:
    """Each MP3 with a Xing header says where it ends; what follows is the next one."""
    size = file.seek(0, 2)
    begins = [0]
    while len(begins) < MOST_PARTS:
        end = mp3_end(file, begins[-1])
        if end is None or end >= size:
            break
        begins.append(end)
    if len(begins) == 1:
        return [WHOLE]
    return [FilePart(b, e) for b, e in zip(begins, [*begins[1:], size], strict=True)]


def _sized_part(file: BinaryIO) -> list[FilePart]:
    data = iff_data(file)
    if data is None or data.end is None:
        return [WHOLE]
    return [FilePart(0, data.end, (data.size_at, data.open_size))]
