"""Where an MP3 file ends by its own Xing or Info header, so that joined ones can be told apart.

Frame headers: ISO/IEC 11172-3, 2.4.2.3; Xing header: "XING VBR Header (layer III)"; tags: ID3v2.4,
6.2 and 3.4, ID3v1, APEv2.
"""

from __future__ import annotations

from typing import BinaryIO

_HEAD = 256
_ID3V1 = 128
_APE_HEADER = 32


def mp3_end(file: BinaryIO, begin: int) -> int | None:
    """Where the next MP3 begins after the one at `begin`.

    None where the one at `begin` is no MP3 or does not tell, or where nothing that is an MP3 begins
    at the place that it tells.
    """
    told = mp3_bytes(file, begin)
    if told is None:
        return None
    end = _after_tags(file, told)
    file.seek(end)
    following = file.read(_HEAD)
    if following[:3] == b"ID3" or is_mp3_frame(following):
        return end
    return None


def mp3_bytes(file: BinaryIO, begin: int) -> int | None:
    """The byte after the last frame of the MP3 at `begin`, where its header tells it."""
    frame = _after_id3v2(file, begin)
    file.seek(frame)
    length = _xing_bytes(file.read(_HEAD))
    return frame + length if length else None


def is_mp3_frame(head: bytes) -> bool:
    """Whether bytes begin as a frame of layer III does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and 0 < bitrate < 15 and rate != 3


def has_xing_header(packet: bytes) -> bool:
    """Whether a frame holds no sound but the header of a file."""
    return is_mp3_frame(packet) and any(
        packet[at : at + 4] in {b"Xing", b"Info"} for at in _places(packet)
    )


def _places(head: bytes) -> tuple[int, ...]:
    """Where a Xing header may stand: after the side information, with a checksum or without."""
    mono = head[3] >> 6 == 3
    side = (17 if mono else 32) if head[1] >> 3 & 3 == 3 else (9 if mono else 17)
    return 4 + side, 6 + side


def _xing_bytes(head: bytes) -> int | None:
    """The bytes from the first frame's start to the end of the last, as the header has them."""
    if not is_mp3_frame(head):
        return None
    for at in _places(head):
        if head[at : at + 4] in {b"Xing", b"Info"}:
            flags = int.from_bytes(head[at + 4 : at + 8], "big")
            if not flags & 2:
                return None
            field = at + 8 + (4 if flags & 1 else 0)
            return int.from_bytes(head[field : field + 4], "big") or None
    return None


def _after_id3v2(file: BinaryIO, begin: int) -> int:
    file.seek(begin)
    head = file.read(10)
    if head[:3] != b"ID3" or len(head) < 10:
        return begin
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return begin + 10 + size + (10 if head[5] & 0x10 else 0)


def _after_tags(file: BinaryIO, at: int) -> int:
    """The place after an APEv2 tag with its header and an ID3v1 tag, where they are."""
    file.seek(at)
    head = file.read(_APE_HEADER)
    if head[:8] == b"APETAGEX":
        at += _APE_HEADER + int.from_bytes(head[12:16], "little")
        file.seek(at)
        head = file.read(3)
    return at + _ID3V1 if head[:3] == b"TAG" else at
