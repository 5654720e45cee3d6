"""Whether a file is all there, for the containers in which FFmpeg goes by what it finds.

A WAV file tells its length in front; an Ogg file marks its last page.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_STREAMED = {0, 0xFFFF_FFFF}
"""Data sizes of writers that could not go back to the header."""

_LARGEST_PAGE = 27 + 255 + 255 * 255  # RFC 3533, section 6
_LAST_PAGE = 0x04


def wav_samples(path: str) -> int | None:
    """The samples that a WAV or RF64 header tells of; None where it does not."""
    try:
        with Path(path).open("rb") as file:
            riff, _, wave = struct.unpack("<4sI4s", file.read(12))
            if riff not in (b"RIFF", b"RF64") or wave != b"WAVE":
                return None
            return _data_samples(file)
    except (OSError, struct.error):
        return None


def _data_samples(file: BinaryIO) -> int | None:
    long_size = width = 0
    while True:
        name, size = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            whole = long_size if size == 0xFFFF_FFFF and long_size else size
            return whole // width if width and whole not in _STREAMED else None
        body = file.read(min(size, 64))
        if name == b"ds64":
            long_size = struct.unpack_from("<Q", body, 8)[0]
        elif name == b"fmt ":
            width = struct.unpack_from("<H", body, 12)[0]
        file.seek(size + size % 2 - len(body), 1)


def ogg_is_cut(path: str) -> bool:
    """Whether an Ogg file's last page is missing, or a part of it."""
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 2 * _LARGEST_PAGE))
            tail = file.read()
    except OSError:
        return False
    start = tail.rfind(b"OggS")
    head = tail[start : start + 27]
    if start < 0 or len(head) < 27:
        return True
    segments = tail[start + 27 : start + 27 + head[26]]
    whole = len(segments) == head[26] and start + 27 + head[26] + sum(segments) <= len(tail)
    return not (whole and head[5] & _LAST_PAGE)
