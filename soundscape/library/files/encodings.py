"""The encodings in which lists of tracks are written."""

from __future__ import annotations

import codecs
import os
import sys
from dataclasses import dataclass

CODE_PAGES = (
    "cp1252", "cp1250", "cp1251", "cp932", "gb18030", "cp949", "cp950", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "koi8-r", "mac-roman", "cp850", "cp866", "latin-1",
)  # fmt: skip
"""Tried in this order for a text that is not Unicode. The first under which files exist counts."""

NAMES = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp932": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "cp949": "Windows-949 (Korean)",
    "cp950": "Big5 (Chinese)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "mac-roman": "Mac OS Roman",
    "cp850": "code page 850 (DOS, Western European)",
    "cp866": "code page 866 (DOS, Cyrillic)",
    "latin-1": "Latin-1",
}
"""The encodings' names in messages."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text under one encoding. `name` is for messages, and empty for Unicode."""

    text: str
    name: str = ""


def decodings(data: bytes) -> list[DecodedText]:
    """Return the ways to read a text, the most credible first; only one if it is Unicode."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [DecodedText(data.decode(encoding, "replace"))]
    if wide := _utf_16_without_mark(data):
        return [DecodedText(data.decode(wide, "replace"))]
    text = decoded(data, "utf-8")
    if text is not None:
        return [DecodedText(text)]
    found = [DecodedText(t, NAMES[page]) for page in CODE_PAGES if (t := decoded(data, page))]
    if sys.platform != "win32":  # names may be the very bytes
        found.append(DecodedText(os.fsdecode(data), "the bytes of the disk's own names"))
    return found


def decoded(data: bytes, encoding: str) -> str | None:
    """Return the text under an encoding, or None if the bytes are not valid in it."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf_16_without_mark(data: bytes) -> str:
    """Return the encoding if it is UTF-16, which shows as zeros in every other byte of mostly ASCII
    text.
    """
    head = data[:4096]
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    high, low = head[1::2].count(0), head[0::2].count(0)
    if high > pairs * 0.4 and low < pairs * 0.05:
        return "utf-16-le"
    if low > pairs * 0.4 and high < pairs * 0.05:
        return "utf-16-be"
    return ""
