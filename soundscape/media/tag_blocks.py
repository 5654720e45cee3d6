"""Tags that stand before or after the sound: ID3, APEv2, Lyrics3. No sound, and no damage.

Sources: ID3v2.4 (structure, 3.1 and 3.4), ID3v1, APEv2.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

TAGS = (b"APETAGEX", b"TAG", b"ID3", b"LYRICSBEGIN", b"3DI")
"""What tags begin with."""

_ID3V1 = 128
_APE_HEADER = 32


def after_id3v2(file: BinaryIO, begin: int) -> int:
    """The place after the ID3v2 tags that begin at a place; that place where there is none."""
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
    """The place after an APEv2 tag with its header and an ID3v1 tag, where they are."""
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
    """Whether what follows a place in a file is a tag or nothing."""
    try:
        with Path(path).open("rb") as file:
            file.seek(at)
            head = file.read(16)
    except OSError:
        return False
    return not head.strip(b"\0") or head.startswith(TAGS)
