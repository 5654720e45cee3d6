"""Finds where the next file begins in a file that is several sound files, one appended to another.

FFmpeg reads such a file as the first one, or continues with the first one's header. Each container
is walked by its own lengths. What is not understood is taken for a single file.

Sources: RFC 9639 (FLAC); "WavPack 4 & 5 Binary File / Block Format"; "TTA Lossless Audio Codec:
Format Description"; ISO/IEC 14496-12 (MP4); RFC 8794 (EBML, for Matroska); Microsoft, "Advanced
Systems Format Specification" (WMA).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from soundscape.media import sound_chunk
from soundscape.media.mp3_header import next_mp3
from soundscape.media.tags import after_id3v2, after_tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

_BLOCK = 1 << 20
_FLAC_START = b"fLaC\0\0\0\x22"
_WINDOW = 1 << 16
"""Bytes read at a time; a block of 0.1 to 0.5 s usually has fewer."""

_WAVPACK_BLOCK = 131_072
_INITIAL_BLOCK = 0x800
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")


def joined_files(file: BinaryIO, most: int) -> list[int]:
    """Return the offsets at which the files in a file begin, at most `most`. The first is 0."""
    size = file.seek(0, 2)
    begins = [0]
    while len(begins) < most:
        following = _next(file, begins[-1])
        if following is None or not begins[-1] < following < size - 8:
            break
        begins.append(following)
    return begins


def _next(file: BinaryIO, begin: int) -> int | None:
    """Return where another file of the same kind begins after the one at `begin`, or None."""
    first = after_id3v2(file, begin)
    file.seek(first)
    head = file.read(16)
    try:
        for magic, follows in _KINDS.items():
            if head.startswith(magic):
                return follows(file, first)
        if head[4:8] == b"ftyp":
            return _next_mp4(file, first)
        return next_mp3(file, begin)
    except (struct.error, IndexError, ValueError, ArithmeticError):  # sizes that cannot be
        return None


def _next_flac(file: BinaryIO, begin: int) -> int | None:
    """Return the next start mark, which is only sought if frames do not count up to the header's
    length.
    """
    file.seek(begin)
    head = file.read(42)
    if len(head) < 42:
        return None
    samples = int.from_bytes(head[18:26], "big") & (1 << 36) - 1
    block = int.from_bytes(head[10:12], "big")
    if _counts_up(file, begin, samples, block, lambda data: _flac_numbers(data, block)):
        return None
    return _found(file, begin + 4, _FLAC_START)


def _counts_up(
    file: BinaryIO,
    begin: int,
    samples: int,
    slack: int,
    numbers: Callable[[bytes], Iterator[int]],
) -> bool:
    """Return whether sampled blocks have rising sample numbers, and the last one the whole length.

    It is False for a short file, which is searched quickly. `numbers` yields the sample numbers in
    a window; a block lasts `slack` samples at most.
    """
    size = file.seek(0, 2)
    if size - begin < 4 * _WINDOW:
        return False
    reached = -1
    for place in (1, 2, 3):
        file.seek(begin + (size - begin) * place // 4)
        number = next(numbers(file.read(_WINDOW)), None)
        if number is not None and number <= reached:
            return False
        reached = number if number is not None else reached
    file.seek(max(begin, size - _WINDOW))
    last = None
    for last in numbers(file.read()):  # noqa: B007 - the last one counts
        pass
    return last is None or abs(last + slack - samples) <= slack


def _flac_numbers(data: bytes, block: int) -> Iterator[int]:
    """Yield the first sample of each frame in a window, by its header (RFC 9639, 9.1)."""
    at = -1
    while (at := data.find(b"\xff", at + 1)) >= 0:
        head = data[at : at + 16]
        if len(head) < 6 or head[1] & 0xFE != 0xF8 or head[2] >> 4 == 0 or head[3] & 1:
            continue
        coded = _coded_number(head[4:])
        if coded is None:
            continue
        number, length = coded
        extra = {6: 1, 7: 2}.get(head[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
        whole = head[: 4 + length + extra + 1]
        if len(whole) == 4 + length + extra + 1 and _crc8(whole) == 0:
            yield number if head[1] & 1 else number * block


def _coded_number(data: bytes) -> tuple[int, int] | None:
    """Return a number coded as in UTF-8, of up to seven bytes, and its length in bytes."""
    lead = data[0]
    if lead < 0x80:
        return lead, 1
    length = next((n for n in range(2, 8) if lead >> (7 - n) == (1 << (n + 1)) - 2), 0)
    if not length or any(byte & 0xC0 != 0x80 for byte in data[1:length]):
        return None
    number = lead & (1 << max(0, 6 - length)) - 1 if length < 7 else 0
    for byte in data[1:length]:
        number = number << 6 | byte & 0x3F
    return number, length


def _crc8(data: bytes) -> int:
    """Return the checksum of a frame's header (x⁸ + x² + x + 1); 0 over data that end with it."""
    rest = 0
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = (rest << 1 ^ 0x07) & 0xFF if rest & 0x80 else rest << 1
    return rest


def _next_wavpack(file: BinaryIO, begin: int) -> int | None:
    """Return where a block has the number 0 again, after the blocks of one file.

    The blocks are walked only if they do not count up to the header's length.
    """
    file.seek(begin)
    total, _, block = struct.unpack_from("<III", file.read(32), 12)
    if _counts_up(file, begin, total, max(block, _WAVPACK_BLOCK), _wavpack_numbers):
        return None
    at, started = begin, False
    while True:
        file.seek(at)
        head = file.read(32)
        if head[:4] != b"wvpk" or len(head) < 32:
            after = after_id3v2(file, after_tags(file, at))
            if after == at:
                return None
            at = after
            continue
        length, index, samples, flags = struct.unpack("<4xI8xIII4x", head)
        if index == 0 and flags & _INITIAL_BLOCK and started:
            return at
        started = started or samples > 0
        at += 8 + length


def _wavpack_numbers(data: bytes) -> Iterator[int]:
    """Yield the first sample of each block in a window."""
    at = -1
    while 0 <= (at := data.find(b"wvpk", at + 1)) <= len(data) - 32:
        yield struct.unpack_from("<I", data, at + 16)[0]


def _next_tta(file: BinaryIO, begin: int) -> int | None:
    file.seek(begin)
    rate, samples = struct.unpack_from("<II", file.read(22), 10)
    frames = -(-samples // (rate * 256 // 245))
    if begin + 22 + 4 * frames > file.seek(0, 2):
        return None
    file.seek(begin + 22)
    sizes = struct.unpack(f"<{frames}I", file.read(4 * frames))
    return _if_there(file, begin + 22 + 4 * frames + 4 + sum(sizes), b"TTA")


def _next_mp4(file: BinaryIO, begin: int) -> int | None:
    """Return where another file type box follows the boxes of one file."""
    at = begin
    while True:
        file.seek(at)
        size, kind, long_size = struct.unpack(">I4sQ", file.read(16))
        if kind == b"ftyp" and at > begin:
            return at
        size = long_size if size == 1 else size
        if size < 8:
            return None
        at += size


def _next_matroska(file: BinaryIO, begin: int) -> int | None:
    file.seek(begin)
    head = file.read(12)
    size, width = _ebml_size(head[4:])
    at = begin + 4 + width + size
    file.seek(at)
    head = file.read(12)
    if head[:4] != _SEGMENT:
        return None
    size, width = _ebml_size(head[4:])
    if size == (1 << 7 * width) - 1:  # written live: not known
        return _found(file, at, _EBML)
    return _if_there(file, at + 4 + width + size, _EBML)


def _ebml_size(data: bytes) -> tuple[int, int]:
    """Return a size and its length in bytes."""
    width = 9 - data[0].bit_length()
    return int.from_bytes(data[:width], "big") & (1 << 7 * width) - 1, width


def _next_asf(file: BinaryIO, begin: int) -> int | None:
    """Return where another header object follows the objects of one file."""
    at = begin
    while True:
        file.seek(at)
        name, size = struct.unpack("<16sQ", file.read(24))
        if name == _ASF and at > begin:
            return at
        if size < 24:
            return None
        at += size


def _if_there(file: BinaryIO, at: int, magic: bytes) -> int | None:
    """Return the offset after any tags if a file begins there, else None."""
    place = after_tags(file, at)
    file.seek(after_id3v2(file, place))
    return place if file.read(len(magic)) == magic else None


def _found(file: BinaryIO, at: int, mark: bytes) -> int | None:
    """Return the first offset of a mark from `at` on, or None."""
    at += 1
    while True:
        file.seek(at)
        data = file.read(_BLOCK)
        place = data.find(mark)
        if place >= 0:
            return at + place
        if len(data) < _BLOCK:
            return None
        at += len(data) - len(mark) + 1


_KINDS: dict[bytes, Callable[[BinaryIO, int], int | None]] = {
    b"RIFF": sound_chunk.next_file,
    b"RF64": sound_chunk.next_file,
    b"FORM": sound_chunk.next_file,
    b"caff": sound_chunk.next_file,
    b"riff": sound_chunk.next_file,
    b"fLaC": _next_flac,
    b"wvpk": _next_wavpack,
    b"TTA": _next_tta,
    _EBML: _next_matroska,
    _ASF: _next_asf,
}
