"""Finds where the sound of a WAV, RF64, Wave64, AIFF or CAF file begins and truly ends.

Their headers say it at the start, in the size of one chunk, and FFmpeg believes that. A size may
have wrapped at 4 GiB, count too little, or mean "unknown" if its writer could not go back.

Sources: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; EBU Tech 3306
(RF64); Sony Pictures Digital, "Wave64 File Format 1.0"; Apple, "AIFF 1.3" and "Core Audio Format
Specification 1.0".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soundscape.media.tags import TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_OPEN_SIZES = (0x7F00_0000, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)
"""Sizes that mean "unknown": SoX, mpv and others write them, rounded down to whole samples. FFmpeg
knows 0, the last one, and a negative one."""

_LARGEST = 1 << 62

_ROUNDING = 128
_WRAP = 1 << 32
_TAIL = 1 << 20
"""Bytes at a file's end in which chunks after the sound are sought."""

_RUBBISH = 16 << 10
"""Unknown bytes after the sound up to this number are ignored; more of them are sound."""

_MOST_CHUNKS = 64
_W64_NAME = bytes.fromhex("f3acd3118cd100c04f8edb8a")
"""The end of the GUIDs of Wave64's chunks, which begin with four letters."""

_W64_FILE = b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000")
_FILES = {b"RIFF", b"RF64", b"FORM", b"caff", _W64_FILE}

Patch = tuple[int, bytes]
"""An offset, and the bytes to read there instead of the file's."""


@dataclass(frozen=True, slots=True)
class SoundChunk:
    """The sound in a file that begins at offset `begin`.

    `samples` is the header's count, or None. `begin` and `end` are offsets of the sound's bytes.
    `patches` correct the header, as offsets from the file's beginning; a right header has none.
    """

    samples: int | None
    begin: int
    end: int
    patches: tuple[Patch, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layout:
    """How chunks follow each other: a head of name and size, and what the size is rounded up to."""

    head: str
    rounded: int = 1
    counts_head: bool = False

    def chunk(self, file: BinaryIO, at: int) -> tuple[bytes, int, int] | None:
        """Return the name, the size without the head, and the offset of the body of the chunk at
        `at`; None if there is none.
        """
        if at > _LARGEST:  # no file is as long as the size of the chunk before
            return None
        file.seek(at)
        width = struct.calcsize(self.head)
        unpacked = _unpacked(self.head, file.read(width))
        if unpacked is None:
            return None
        name, size = unpacked
        return name, size - width * self.counts_head, at + width

    def after(self, body: int, size: int) -> int:
        """Return the offset of the next chunk."""
        return body + size + -size % self.rounded


_RIFF = _Layout("<4sI", 2)
_IFF = _Layout(">4sI", 2)
_CAF = _Layout(">4sQ")
_W64 = _Layout("<16sQ", 8, counts_head=True)


def sound_chunk(file: BinaryIO, begin: int = 0) -> SoundChunk | None:
    """Read the header of the file that begins at `begin`; None if it makes no sense."""
    file.seek(begin)
    head = file.read(40)
    try:
        if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
            return _wav(file, begin)
        if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
            return _aiff(file, begin)
        if head[:4] == b"caff":
            return _caf(file, begin)
        if head[:16] == _W64_FILE:
            return _w64(file, begin)
    except struct.error:
        return None
    return None


def next_file(file: BinaryIO, begin: int) -> int | None:
    """Return where another such file begins after the one at `begin`, or None."""
    chunk = sound_chunk(file, begin)
    if chunk is None:
        return None
    layout = _layout(file, begin)
    size = chunk.end - chunk.begin
    for at in (chunk.end + -size % layout.rounded, chunk.end):
        for place, name in _chunks(file, at, layout):
            if name in _FILES:
                return place
    return None


def _layout(file: BinaryIO, begin: int) -> _Layout:
    file.seek(begin)
    return {b"FORM": _IFF, b"caff": _CAF, b"riff": _W64}.get(file.read(4), _RIFF)


# The formats --------------------------------------------------------------------------------------


def _wav(file: BinaryIO, begin: int) -> SoundChunk | None:
    ds64 = long_size = width = 0
    for name, size, body in _walk(file, begin + 12, _RIFF):
        if name == b"ds64":
            file.seek(body + 8)
            ds64, (long_size,) = body + 8, struct.unpack("<Q", file.read(8))
        elif name == b"fmt ":
            file.seek(body + 12)
            (width,) = struct.unpack("<H", file.read(2))
        elif name == b"data":
            stated = long_size if ds64 and size == 0xFFFF_FFFF else size
            end, right = _true_end(file, body, stated, _RIFF)
            patches: tuple[Patch, ...] = ()
            if ds64 and (not right or _is_open(stated)):
                patches = ((ds64 - begin, struct.pack("<Q", end - body)),)
            elif not right:
                patches = ((body - 4 - begin, b"\xff\xff\xff\xff"),)
            samples = stated // width if width and not _is_open(stated) else None
            return SoundChunk(samples, body, end, patches)
    return None


def _aiff(file: BinaryIO, begin: int) -> SoundChunk | None:
    counted = width = count_at = 0
    for name, size, body in _walk(file, begin + 12, _IFF):
        if name == b"COMM":
            file.seek(body)
            channels, counted, bits = struct.unpack(">HIH", file.read(8))
            width, count_at = channels * -(-bits // 8), body + 2
        elif name == b"SSND":
            end, right = _true_end(file, body, size, _IFF)
            whole = end - body
            patches: list[Patch] = []
            if not right:
                patches.append((body - 4 - begin, struct.pack(">I", min(whole, 0xFFFF_FFFF))))
            bytes_told = counted * width + 8
            if count_at and counted and (_is_open(bytes_told) or bytes_told > 0xFFFF_FFFF):
                frames = min((whole - 8) // max(1, width), 0xFFFF_FFFF)
                patches.append((count_at - begin, struct.pack(">I", frames)))
                counted = 0
            return SoundChunk(counted or None, body, end, tuple(patches))
    return None


def _caf(file: BinaryIO, begin: int) -> SoundChunk | None:
    width = 0
    for name, size, body in _walk(file, begin + 8, _CAF):
        if name == b"desc":
            file.seek(body + 16)
            per_packet, per_packet_frames = struct.unpack(">II", file.read(8))
            width = per_packet if per_packet_frames == 1 else 0
        elif name == b"data":
            end, right = _true_end(file, body, size, _CAF)
            patches = () if right else ((body - 8 - begin, struct.pack(">q", end - body)),)
            samples = (size - 4) // width if width and not _is_open(size) else None
            return SoundChunk(samples, body, end, patches)
    return None


def _w64(file: BinaryIO, begin: int) -> SoundChunk | None:
    width = 0
    for name, size, body in _walk(file, begin + 40, _W64):
        if name == b"fmt " + _W64_NAME:
            file.seek(body + 12)
            (width,) = struct.unpack("<H", file.read(2))
        elif name == b"data" + _W64_NAME:
            end, right = _true_end(file, body, size, _W64)
            patches = () if right else ((body - 8 - begin, struct.pack("<Q", end - body + 24)),)
            samples = size // width if width and not _is_open(size) else None
            return SoundChunk(samples, body, end, patches)
    return None


# Where the sound ends -----------------------------------------------------------------------------


def _walk(file: BinaryIO, at: int, layout: _Layout) -> Iterator[tuple[bytes, int, int]]:
    """Yield the chunks from `at` on: name, size and offset of the body."""
    while (chunk := layout.chunk(file, at)) is not None:
        yield chunk
        following = layout.after(chunk[2], chunk[1])
        if following <= at:
            return
        at = following


def _true_end(file: BinaryIO, begin: int, size: int, layout: _Layout) -> tuple[int, bool]:
    """Return where the sound ends whose header says `size` bytes, and whether that is what it says.

    A size that has wrapped is too small by a multiple of 4 GiB. After the sound come chunks, or
    nothing. If no such place is found, the sound goes to the end, without chunks that stand there.
    """
    whole = file.seek(0, 2)
    if _is_open(size):
        end = whole - _trailing_chunks(file, begin, whole, layout)
        return end, layout is not _W64 and (size in {0, 0xFFFF_FFFF} or size > _LARGEST)
    end = begin + size
    while end < whole:
        if _only_chunks(file, end + -(end - begin) % layout.rounded, layout) or _only_chunks(
            file, end, layout
        ):
            return end, end == begin + size
        end += _WRAP
    if whole - (begin + size) < _RUBBISH:
        return min(begin + size, whole), True
    return whole - _trailing_chunks(file, begin, whole, layout), False


def _is_open(size: int) -> bool:
    return size <= 0 or size > _LARGEST or any(-16 <= one - size < _ROUNDING for one in _OPEN_SIZES)


def _only_chunks(file: BinaryIO, at: int, layout: _Layout) -> bool:
    """Return whether only chunks, tags, zeros or another file follow, to the end."""
    whole = file.seek(0, 2)
    place = at
    for after, name in _chunks(file, at, layout):
        if name in _FILES:
            return True
        place = after
    if place >= whole - 1:
        return True
    file.seek(place)
    head = file.read(16)
    return not head.strip(b"\0") or head.startswith(TAGS)


def _chunks(file: BinaryIO, at: int, layout: _Layout) -> Iterator[tuple[int, bytes]]:
    """Yield chunks with credible names, and at last the offset after them, without a name."""
    for _ in range(_MOST_CHUNKS):
        chunk = layout.chunk(file, at)
        if chunk is None or not _is_name(chunk[0]) or chunk[1] < 0:
            break
        yield at, chunk[0]
        at = layout.after(chunk[2], chunk[1])
    yield at, b""


def _trailing_chunks(file: BinaryIO, begin: int, whole: int, layout: _Layout) -> int:
    """Return the bytes of a known chunk that ends with the file."""
    start = max(begin, whole - _TAIL)
    file.seek(start)
    tail = file.read()
    names = (b"LIST", b"id3 ", b"ID3 ", b"bext", b"cue ", b"COMM", b"NAME", b"ANNO", b"info")
    for name in names:
        at = tail.rfind(name)
        if 0 <= at <= len(tail) - 8 and _only_chunks(file, start + at, layout):
            return len(tail) - at
    return 0


def _is_name(name: bytes) -> bool:
    if len(name) == 16:
        return name[4:] == _W64_NAME or name == _W64_FILE
    return all(32 <= byte < 127 for byte in name) and name.strip() != b""


def _unpacked(form: str, data: bytes) -> tuple[Any, ...] | None:
    try:
        return struct.unpack(form, data)
    except struct.error:
        return None
