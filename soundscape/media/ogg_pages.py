"""Reads pages of Ogg files: where the streams of a chain begin, and whether the last one is whole.

Source: RFC 3533, section 6. Recorded web radio is a chain of streams, one after the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

PAGE = b"OggS\0"

SAMPLES = 24
"""Places at which a file is read; a chain shows at any of them."""

WINDOW = 1 << 17
"""Bytes read at a place: at least one whole page (65 307 bytes at most)."""

_LARGEST_PAGE = 27 + 255 + 255 * 255
_FIRST_PAGE = 0x02
_LAST_PAGE = 0x04


def chain_links(file: BinaryIO, most: int) -> list[int]:
    """Return the offsets at which the streams of a chain begin, at most `most`."""
    size = file.seek(0, 2)
    return _links(file, most) if _is_chained(file, size) else [0]


def ogg_is_cut(path: str, end: int | None = None) -> bool:
    """Return whether the last page of an Ogg stream that ends at `end` is missing or cut."""
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


def ogg_goes_back(path: str, end: int | None = None) -> bool:
    """Return whether the last page of a stream that ends at `end` has an earlier time than one
    before.

    That can be right for one page, whose last samples are left out.
    """
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, 2) if end is None else end
            pages = [one for one in _pages(file, max(0, size - WINDOW)) if one[0] < size]
    except OSError:
        return False
    if not pages:
        return False
    serial, last = pages[-1][2:]
    return any(granule > last for _, _, other, granule in pages[:-1] if other == serial)


def _is_chained(file: BinaryIO, size: int) -> bool:
    """Return whether another stream, or an earlier time, is found at some place of the file."""
    first: set[int] = set()
    last: dict[int, int] = {}
    reached = -1
    for number in range(SAMPLES + 1):
        at = size * number // SAMPLES if number < SAMPLES else max(0, size - WINDOW)
        pages = [page for page in _pages(file, at) if page[0] > reached]
        for place, flags, serial, granule in pages if number in {0, SAMPLES} else pages[:1]:
            reached = place
            if not last and flags & _FIRST_PAGE:
                first.add(serial)
                continue
            if serial not in first or flags & _FIRST_PAGE:
                return True
            if granule != -1:
                if granule < last.get(serial, 0):
                    return True
                last[serial] = granule
    return False


def _pages(file: BinaryIO, at: int) -> list[tuple[int, int, int, int]]:
    """Return offset, flags, serial number and granule position of the pages in a window."""
    file.seek(at)
    data = file.read(WINDOW)
    found = []
    place = data.find(PAGE)
    while 0 <= place <= len(data) - 27:
        flags, granule, serial = (
            data[place + 5],
            int.from_bytes(data[place + 6 : place + 14], "little", signed=True),
            int.from_bytes(data[place + 14 : place + 18], "little"),
        )
        if flags < 8:
            found.append((at + place, flags, serial, granule))
        place = data.find(PAGE, place + 27)
    return found


def _links(file: BinaryIO, most: int) -> list[int]:
    """Return where each link begins: at the first page of a stream that follows other pages."""
    begins: list[int] = []
    place = 0
    among_first = False
    file.seek(0)
    while len(begins) < most:
        head = file.read(27)
        if len(head) < 27 or head[:5] != PAGE:
            place = _next_page(file, place + 1)
            if place < 0:
                break
            continue
        is_first = bool(head[5] & _FIRST_PAGE)
        if is_first and not among_first:
            begins.append(place)
        among_first = is_first
        place += 27 + head[26] + sum(file.read(head[26]))
        file.seek(place)
    return begins or [0]


def _next_page(file: BinaryIO, at: int) -> int:
    """Return the next offset at which a page seems to begin, and seek there; −1 at the end."""
    while True:
        file.seek(at)
        data = file.read(1 << 20)
        place = data.find(PAGE)
        if place >= 0:
            file.seek(at + place)
            return at + place
        if len(data) < 1 << 20:
            return -1
        at += len(data) - len(PAGE)
