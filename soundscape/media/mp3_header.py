"""Reads the headers of MP3 files: where one ends, and where the next one of joined files begins.

Frame headers: ISO/IEC 11172-3, 2.4.2.3, and 13818-3; Xing header: "XING VBR Header (layer III)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from soundscape.media.tags import after_id3v2, after_tags

if TYPE_CHECKING:
    from typing import BinaryIO

_HEAD = 256
_BLOCK = 1 << 16
_SEARCHED = 1 << 20
_OVERLAP = 512
"""Bytes read at a time, also in a search, and those that two blocks of a search share."""

_MARKS = re.compile(rb"ID3[\x02-\x04][\0-\xfe]|TAG|Xing|Info")
"""What stands between joined files, or in the first frame of the second."""

_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LOW_BIT_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44_100, 48_000, 32_000)

LOOKED_AT = 64
"""Frames whose mean size shows whether a header's count of frames can be true."""


def next_mp3(file: BinaryIO, begin: int) -> int | None:
    """Return where the next MP3 begins after the one at `begin`, or None.

    If the one at `begin` does not say where it ends, it is searched for the beginning of another.
    """
    sound_end = mp3_bytes(file, begin)
    if sound_end is None:
        return _searched(file, begin)
    end = after_tags(file, sound_end)
    return end if _begins_at(file, end) else None


def mp3_bytes(file: BinaryIO, begin: int) -> int | None:
    """Return the byte after the last frame of the MP3 at `begin`, or None if its header does not
    say.
    """
    frame = after_id3v2(file, begin)
    file.seek(frame)
    length = _xing_bytes(file.read(_HEAD))
    return frame + length if length else None


def corrected_frames(file: BinaryIO, begin: int) -> tuple[int, bytes, int] | None:
    """Return the right count of frames for a Xing header that counts far too few, or None.

    It is the offset of the field from `begin`, its bytes, and the samples that the field counted.
    """
    first = after_id3v2(file, begin)
    file.seek(first)
    head = file.read(_HEAD)
    at = _xing_at(head)
    size = _xing_bytes(head)
    if at is None or size is None or not head[at + 7] & 1:
        return None
    counted = int.from_bytes(head[at + 8 : at + 12], "big")
    frames = list(islice(_frames(file, first, first + size), LOOKED_AT + 1))
    if len(frames) < LOOKED_AT or not counted:
        return None
    mean = (frames[-1] - frames[1]) / (len(frames) - 2)
    if counted * mean * 2 > size:
        return None
    count = sum(1 for _ in _frames(file, first, first + size)) - 1
    samples = 1152 if head[1] >> 3 & 3 == 3 else 576
    return first + at + 8 - begin, count.to_bytes(4, "big"), counted * samples


def is_mp3_frame(head: bytes) -> bool:
    """Return whether bytes begin like a frame of layer III."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and 0 < bitrate < 15 and rate != 3


def has_xing_header(packet: bytes) -> bool:
    """Return whether a frame holds no sound but the header of a file."""
    return is_mp3_frame(packet) and any(
        packet[at : at + 4] in {b"Xing", b"Info"} for at in _places(packet)
    )


def _places(head: bytes) -> tuple[int, ...]:
    """Return where a Xing header may stand: after the side information, or its checksum."""
    mono = head[3] >> 6 == 3
    side = (17 if mono else 32) if head[1] >> 3 & 3 == 3 else (9 if mono else 17)
    return 4 + side, 6 + side


def _xing_at(head: bytes) -> int | None:
    if not is_mp3_frame(head):
        return None
    return next((at for at in _places(head) if head[at : at + 4] in {b"Xing", b"Info"}), None)


def _xing_bytes(head: bytes) -> int | None:
    """Return the header's count of bytes from the first frame's start to the last one's end."""
    at = _xing_at(head)
    if at is None:
        return None
    flags = int.from_bytes(head[at + 4 : at + 8], "big")
    if not flags & 2:
        return None
    field = at + 8 + (4 if flags & 1 else 0)
    return int.from_bytes(head[field : field + 4], "big") or None


def _frame_bytes(head: bytes) -> int:
    """Return the length of a frame of layer III, in bytes."""
    version, bit_rate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    full = version == 3
    kilobits = (_BIT_RATES if full else _LOW_BIT_RATES)[bit_rate]
    hertz = _RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    return (144_000 if full else 72_000) * kilobits // hertz + (head[2] >> 1 & 1)


def _frames(file: BinaryIO, at: int, end: int) -> Iterator[int]:
    """Yield the offsets of the frames from `at` on, as long as one follows another."""
    data, base = b"", at
    while at < end:
        if at + 4 > base + len(data):
            file.seek(at)
            data, base = file.read(_BLOCK), at
        head = data[at - base : at - base + 4]
        if not is_mp3_frame(head):
            return
        yield at
        at += _frame_bytes(head)


def _begins_at(file: BinaryIO, at: int) -> bool:
    """Return whether an MP3 begins at an offset: two frames follow its tags."""
    first = after_id3v2(file, at)
    return len(list(islice(_frames(file, first, file.seek(0, 2)), 2))) == 2


def _searched(file: BinaryIO, begin: int) -> int | None:
    """Return the first offset after the MP3 at `begin` at which another one begins."""
    first = after_id3v2(file, begin)
    if not _begins_at(file, first):
        return None
    at = first + _HEAD
    while True:
        file.seek(at)
        data = file.read(_SEARCHED)
        for mark in _MARKS.finditer(data):
            place = _marked(file, at + mark.start(), mark[0])
            if place is not None and place > first:
                return place
        if len(data) < _SEARCHED:
            return None
        at += _SEARCHED - _OVERLAP


def _marked(file: BinaryIO, at: int, mark: bytes) -> int | None:
    """Return where the file with this mark begins, or None if there is none."""
    if mark == b"TAG":
        return at + 128 if _begins_at(file, at + 128) else None
    if mark.startswith(b"ID3"):
        return at if after_id3v2(file, at) > at and _begins_at(file, at) else None
    for before in (36, 38, 21, 23, 13, 15):
        file.seek(max(0, at - before))
        if has_xing_header(file.read(_HEAD)) and _begins_at(file, at - before):
            return at - before
    return None
