"""Whether a file is all there, for the containers in which FFmpeg goes by what it finds.

A WAV or AIFF file tells its length in front; an Ogg file marks its last page.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

_STREAMED = {0, 0xFFFF_FFFF}
"""Data sizes of writers that could not go back to the header."""

_WRAP = 1 << 32
_LARGEST_PAGE = 27 + 255 + 255 * 255  # RFC 3533, section 6
_LAST_PAGE = 0x04
_TAIL = 1 << 20
"""Bytes at a file's end in which chunks after the sound are looked for."""

_RUBBISH = 16 << 10
"""Bytes after the sound that may be anything; more of them are sound."""

_TAGS = (b"APETAGEX", b"TAG", b"ID3", b"LYRICSBEGIN", b"3DI")


@dataclass(frozen=True, slots=True)
class IffData:
    """The sound in a WAV or AIFF file.

    `samples` is what the header counts, None where it counts nothing. `end` is where the sound
    really ends, where that is beyond what the header says, else None. A header read with
    `open_size` at `size_at` says that the sound goes to the end of the file.
    """

    samples: int | None
    end: int | None
    size_at: int
    open_size: bytes


def wav_samples(path: str) -> int | None:
    """The samples that a WAV or RF64 header tells of; None where it does not."""
    try:
        with Path(path).open("rb") as file:
            data = iff_data(file)
    except OSError:
        return None
    return data.samples if data is not None else None


def iff_data(file: BinaryIO) -> IffData | None:
    """Read the header of a WAV, RF64 or AIFF file; None where it has none that makes sense."""
    file.seek(0)
    form, _, kind = _unpacked(">4s4s4s", file.read(12)) or (b"", b"", b"")
    try:
        if form in {b"RIFF", b"RF64"} and kind == b"WAVE":
            return _wav_data(file)
        if form == b"FORM" and kind in {b"AIFF", b"AIFC"}:
            return _aiff_data(file)
    except struct.error:
        return None
    return None


def _wav_data(file: BinaryIO) -> IffData:
    long_size = width = 0
    while True:
        name, size = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            at = file.tell()
            whole = long_size if size == 0xFFFF_FFFF and long_size else size
            told = whole not in _STREAMED
            end = _true_end(file, at, whole, "<") if told else None
            samples = whole // width if width and told else None
            return IffData(samples, end, at - 4, b"\xff\xff\xff\xff")
        body = file.read(min(size, 64))
        if name == b"ds64":
            long_size = struct.unpack_from("<Q", body, 8)[0]
        elif name == b"fmt ":
            width = struct.unpack_from("<H", body, 12)[0]
        file.seek(size + size % 2 - len(body), 1)


def _aiff_data(file: BinaryIO) -> IffData:
    while True:
        name, size = struct.unpack(">4sI", file.read(8))
        if name == b"SSND":
            at = file.tell()
            end = _true_end(file, at, size, ">") if size not in _STREAMED else None
            open_size = struct.pack(">I", min((end or at) - at, 0xFFFF_FFFF))
            return IffData(None, end, at - 4, open_size)
        file.seek(size + size % 2, 1)


def _true_end(file: BinaryIO, begin: int, size: int, order: str) -> int | None:
    """Where the sound ends that is said to have `size` bytes, where it is longer than that.

    A size that has wrapped is too small by a multiple of 4 GiB. After the sound come chunks, or
    nothing; where no such place is found, the sound goes to the end, less chunks that stand there.
    """
    whole = file.seek(0, 2)
    end = begin + size
    while end < whole:
        if _only_chunks(file, end + size % 2, whole, order) or _only_chunks(
            file, end, whole, order
        ):
            return None if end == begin + size else end
        end += _WRAP
    if whole - (begin + size) < _RUBBISH:
        return None
    return whole - _trailing_chunks(file, begin, whole, order)


def _only_chunks(file: BinaryIO, at: int, whole: int, order: str) -> bool:
    """Whether from a place on there are only chunks, tags or zeros, up to the end of the file."""
    for _ in range(64):
        if at >= whole - 1:
            return True
        file.seek(at)
        head = file.read(12)
        if not head.strip(b"\0") or head.startswith(_TAGS):
            return True
        unpacked = _unpacked(f"{order}4sI", head[:8])
        if unpacked is None or not _is_name(unpacked[0]):
            return False
        at += 8 + unpacked[1] + unpacked[1] % 2
    return False


def _trailing_chunks(file: BinaryIO, begin: int, whole: int, order: str) -> int:
    """The bytes of a known chunk that ends with the file."""
    start = max(begin, whole - _TAIL)
    file.seek(start)
    tail = file.read()
    for name in (b"LIST", b"id3 ", b"ID3 ", b"bext", b"cue ", b"COMM", b"NAME", b"ANNO"):
        at = tail.rfind(name)
        if 0 <= at <= len(tail) - 8 and _only_chunks(file, start + at, whole, order):
            return len(tail) - at
    return 0


def _is_name(name: bytes) -> bool:
    return all(32 <= byte < 127 for byte in name) and name.strip() != b""


def _unpacked(form: str, data: bytes) -> tuple[Any, ...] | None:
    try:
        return struct.unpack(form, data)
    except struct.error:
        return None


def ends_with_tags(path: str, at: int) -> bool:
    """Whether what follows a place in a file is a tag (APEv2, ID3, Lyrics3) or nothing."""
    try:
        with Path(path).open("rb") as file:
            file.seek(at)
            head = file.read(16)
    except OSError:
        return False
    return not head.strip(b"\0") or head.startswith(_TAGS)


def ogg_is_cut(path: str, end: int | None = None) -> bool:
    """Whether the last page of an Ogg stream that ends at `end` is missing, or a part of it."""
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, 2) if end is None else end
            start = max(0, size - 2 * _LARGEST_PAGE)
            file.seek(start)
            tail = file.read(size - start)
    except OSError:
        return False
    start = tail.rfind(b"OggS")
    head = tail[start : start + 27]
    if start < 0 or len(head) < 27:
        return True
    segments = tail[start + 27 : start + 27 + head[26]]
    whole = len(segments) == head[26] and start + 27 + head[26] + sum(segments) <= len(tail)
    return not (whole and head[5] & _LAST_PAGE)
