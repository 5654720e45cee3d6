"""Reads XSPF playlists (version 1, xspf.org/spec) without opening anything outside the file.

A document type is refused, since entities need it, and with them bombs and outside files.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.parsers import expat

from soundscape.library.files.encodings import decodings

LineColumn = tuple[int, int]


class XmlError(Exception):
    """The file is not valid. `place` is line and column, from 1."""

    def __init__(self, place: LineColumn, message: str) -> None:
        self.place = place
        super().__init__(message)


@dataclass(slots=True)
class XspfTrack:
    """A track. `locations` are URLs, or paths with encoded special characters, the best first."""

    place: LineColumn
    locations: list[str] = field(default_factory=list)
    title: str | None = None
    creator: str | None = None


@dataclass(slots=True)
class XspfPlaylist:
    """The parts of the file that we use."""

    title: str | None = None
    tracks: list[XspfTrack] = field(default_factory=list)


_LISTED = ("playlist", "trackList")
_TRACK = (*_LISTED, "track")
_DEEPEST = 64
_BASE = "http://www.w3.org/XML/1998/namespace base"
"""`xml:base`, which relative locations count from."""


_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_DECLARATION = 1024
"""Bytes within which an XML declaration ends."""
_MULTI_BYTE = {
    codecs.lookup(name).name
    for name in (
        "cp932",
        "shift_jis",
        "euc_jp",
        "gb18030",
        "gbk",
        "gb2312",
        "big5",
        "cp949",
        "euc_kr",
    )
}
"""Encodings that expat cannot read."""


def read_xspf(data: bytes) -> XspfPlaylist:
    """Return the playlist; a track may have no location. Raises XmlError."""
    parser = expat.ParserCreate(namespace_separator=" ")
    reading = _XspfHandlers(parser)
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.doctype
    try:
        parser.Parse(_readable(data), True)
    except expat.ExpatError as error:
        message = f"not readable as XML: {expat.ErrorString(error.code)}"
        raise XmlError((error.lineno, error.offset + 1), message) from error
    except (LookupError, ValueError) as error:  # an encoding that Python lacks, or cannot use here
        raise XmlError((1, 1), "its encoding is not known here: save it as UTF-8") from error
    return reading.playlist


def _readable(data: bytes) -> bytes | str:
    """Return the file for expat, decoded if expat cannot read it or its declaration is wrong."""
    declared = _DECLARED.match(data, 0, _DECLARATION)
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        return data
    if encoding in _MULTI_BYTE:
        return data.decode(encoding, "replace")
    if encoding == "utf-8" and (one := decodings(data)[0]).name:
        return one.text
    return data


class _XspfHandlers:
    """Expat's handlers: the open elements, and what has been found."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.playlist = XspfPlaylist()
        self._parser = parser
        self._open: list[str] = []
        self._bases: list[str] = []
        self._text: list[str] = []

    @property
    def _place(self) -> LineColumn:
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1

    def doctype(self, *_: object) -> None:
        raise XmlError(
            self._place, "has a document type (<!DOCTYPE …>), which is not read: delete it"
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not self._open and name != "playlist":
            message = f"not an XSPF playlist: it starts with <{name}> and not with <playlist>"
            raise XmlError(self._place, message)
        if len(self._open) >= _DEEPEST:
            raise XmlError(self._place, f"nested more than {_DEEPEST} deep")
        self._open.append(name)
        above = self._bases[-1] if self._bases else ""
        self._bases.append(_joined(above, attributes.get(_BASE, "").strip()))
        self._text.clear()
        if tuple(self._open) == _TRACK:
            self.playlist.tracks.append(XspfTrack(self._place))

    def text(self, part: str) -> None:
        self._text.append(part)

    def end(self, _: str) -> None:
        said = "".join(self._text).strip()
        match tuple(self._open):
            case ("playlist", "title"):
                self.playlist.title = said or None
            case ("playlist", "trackList", "track", "location"):
                track = self.playlist.tracks[-1]
                if said and not track.locations:
                    track.place = self._place
                based = _joined(self._bases[-1], said)
                track.locations += [one for one in dict.fromkeys((based, said)) if said]
            case ("playlist", "trackList", "track", "title"):
                self.playlist.tracks[-1].title = said or None
            case ("playlist", "trackList", "track", "creator"):
                self.playlist.tracks[-1].creator = said or None
            case _:
                pass
        self._open.pop()
        self._bases.pop()
        self._text.clear()


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:  # a host that cannot be one
        return location
