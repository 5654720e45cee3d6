"""Tags: where ID3, APEv2 and Lyrics3 stand in a file, and what names and gains mean.

They are no sound and no damage. Sources: ID3v2.4 (structure, 3.1 and 3.4), ID3v1, APEv2.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

TAGS = (b"APETAGEX", b"TAG", b"ID3", b"LYRICSBEGIN", b"3DI")
"""The bytes that the tags of a file begin with."""

_ID3V1 = 128  # bytes
_APE_HEADER = 32  # bytes
_NUMBER = re.compile(r"\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+))\s*(?:dB\s*)?", re.IGNORECASE)


def folded_tags(*sources: Mapping[str, str]) -> dict[str, str]:
    """Return tags by name in small letters, without empty ones. The first source wins."""
    folded: dict[str, str] = {}
    for source in sources:
        for name, value in source.items():
            if value.strip():
                folded.setdefault(name.lower(), value.strip())
    return folded


def number(text: str | None) -> float | None:
    """Return the number in a text such as `-6.50 dB` or `0.988` (ReplayGain 2.0), or None."""
    match = _NUMBER.fullmatch(text or "")
    value = float(match[1]) if match else math.nan
    return value if math.isfinite(value) else None


def q7_8(text: str | None) -> float | None:
    """Return a gain in dB from its Q7.8 fixed-point form as text (RFC 7845, 5.2.1), or None."""
    try:
        steps = int(text or "")
    except ValueError:
        return None
    return steps / 256 if -32768 <= steps <= 32767 else None


def header_gain(opus_head: bytes) -> float | None:
    """Return the output gain in dB of an Opus header (RFC 7845, 5.1); None if it is 0."""
    if opus_head[:8] != b"OpusHead":
        return None
    return int.from_bytes(opus_head[16:18], "little", signed=True) / 256 or None


def after_id3v2(file: BinaryIO, begin: int) -> int:
    """Return the byte after the ID3v2 tags that begin at `begin`; `begin` if there are none."""
    while True:
        file.seek(begin)
        head = file.read(10)
        if head[:3] != b"ID3" or len(head) < 10 or max(head[6:10]) > 0x7F:
            return begin
        size = 0
        for byte in head[6:10]:
            size = size << 7 | byte
        begin += 10 + size + (10 if head[5] & 0x10 else 0)


def after_tags(file: BinaryIO, at: int) -> int:
    """Return the byte after an APEv2 tag with its header and an ID3v1 tag, each if it is there."""
    file.seek(at)
    head = file.read(_APE_HEADER)
    if head[:8] == b"APETAGEX" and len(head) == _APE_HEADER:
        at += int.from_bytes(head[12:16], "little")
        if head[23] & 0x20:  # this is the header; else the footer stood alone
            at += _APE_HEADER
        file.seek(at)
        head = file.read(3)
    return at + _ID3V1 if head[:3] == b"TAG" else at


def ends_with_tags(path: str, at: int) -> bool:
    """Return whether only a tag, zeros, or nothing follows the byte `at` of a file."""
    try:
        with Path(path).open("rb") as file:
            file.seek(at)
            head = file.read(16)
    except OSError:
        return False
    return not head.strip(b"\0") or head.startswith(TAGS)
