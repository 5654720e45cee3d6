"""The playlist formats of other programs: M3U, M3U8, PLS, XSPF and cue sheets to their entries.

Only what names a track is read; what else these formats can say (lengths, pictures, extensions) is
ignored. Where the files are is found by `playlist_files`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from soundscape.library.files.cue_sheet import read_cue_sheet
from soundscape.library.files.encodings import DecodedText, decodings
from soundscape.library.files.sound_files import ENDINGS
from soundscape.library.files.xspf import XmlError, read_xspf

LineColumn = tuple[int, int]
"""Line and column, from 1."""


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """A track as the file has it.

    The first of the `locations` that exists counts. `url`: the format says that they are URLs.
    `maybe`: the line is a comment unless a sound file has exactly that name. `start` and `end` are
    in seconds. `continues`: the track goes on where the entry before it ends.
    """

    locations: tuple[str, ...]
    place: LineColumn
    title: str | None = None
    artist: str | None = None
    url: bool = False
    maybe: bool = False
    start: float | None = None
    end: float | None = None
    continues: bool = False


class UnreadablePlaylistError(Exception):
    """The file is not of its format; `place` says where."""

    def __init__(self, place: LineColumn, message: str) -> None:
        self.place, self.message = place, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class ParsedPlaylist:
    """The contents of a file under one encoding; `encoding` is empty for Unicode."""

    name: str | None
    entries: list[PlaylistEntry]
    encoding: str = ""


Lines = list[tuple[int, int, str]]
"""Each line that is not blank: its number, the column of its first character, its text."""


def _lines(text: str) -> Lines:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [
        (number, len(line) - len(line.lstrip()) + 1, line.strip())
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def _in_each_encoding(
    read: Callable[[str], ParsedPlaylist],
) -> Callable[[bytes], list[ParsedPlaylist]]:
    def reads(data: bytes) -> list[ParsedPlaylist]:
        return list(_read_each(read, decodings(data)))

    return reads


def _read_each(
    read: Callable[[str], ParsedPlaylist], texts: Sequence[DecodedText]
) -> Iterator[ParsedPlaylist]:
    for one in texts:
        yield replace(read(one.text), encoding=one.name)


def _m3u(text: str) -> ParsedPlaylist:
    name, title, artist = None, None, None
    entries: list[PlaylistEntry] = []
    for line, column, content in _lines(text):
        if content.upper().startswith("#EXTINF:"):
            artist, title = _extinf(content)
        elif content.upper().startswith("#PLAYLIST:"):
            name = content[len("#PLAYLIST:") :].strip() or None
        elif content.startswith("#"):
            if content.lower().endswith(tuple(ENDINGS)):
                entries.append(PlaylistEntry((content,), (line, column), title, artist, maybe=True))
        else:
            entries.append(PlaylistEntry((content,), (line, column), title, artist))
            title, artist = None, None
    return ParsedPlaylist(name, entries)


# The length may be followed by key="value" attributes, in which a comma may stand. What is matched
# is never given back, since a line of blanks would be tried at each of them.
_EXTINF = re.compile(
    r'#EXTINF:(?:\s*+[-+\d.]++)?+(?:\s++[^\s=,"]++="[^"]*+")*+\s*+,(.*)', re.IGNORECASE
)


def _extinf(content: str) -> tuple[str | None, str | None]:
    """Artist and title of `#EXTINF:123,Artist - Title`."""
    match = _EXTINF.fullmatch(content)
    said = match[1].strip() if match else ""
    artist, dash, title = said.partition(" - ")
    if dash and artist.strip() and title.strip():
        return artist.strip(), title.strip()
    return None, said or None


_PLS_KEY = re.compile(r"(file|title)(\d{1,6})\s*=(.*)", re.IGNORECASE)


def _pls(text: str) -> ParsedPlaylist:
    lines = [line for line in _lines(text) if line[2][0] not in ";#"]
    if not lines or lines[0][2].lower() != "[playlist]":
        line, column = lines[0][:2] if lines else (1, 1)
        raise UnreadablePlaylistError(
            (line, column), "not a PLS playlist: its first line must be [playlist]"
        )
    files: dict[int, tuple[str, LineColumn]] = {}
    titles: dict[int, str] = {}
    for line, column, content in lines[1:]:
        if match := _PLS_KEY.fullmatch(content):
            number, value = int(match[2]), match[3].strip()
            if match[1].lower() == "title":
                titles[number] = value
            elif number in files:
                first = files[number][1][0]
                raise UnreadablePlaylistError(
                    (line, column), f"File{number} is written twice (first in line {first})"
                )
            elif value:
                files[number] = value, (line, column)
    entries = [
        PlaylistEntry((location,), place, titles.get(number) or None)
        for number, (location, place) in sorted(files.items())
    ]
    return ParsedPlaylist(None, entries)


def _cue(text: str) -> ParsedPlaylist:
    sheet = read_cue_sheet(text)
    entries = [
        PlaylistEntry(
            (track.file,),
            track.place,
            track.title,
            track.performer,
            start=track.start,
            end=track.end,
            continues=number > 0,
        )
        for number, track in enumerate(sheet.tracks)
    ]
    return ParsedPlaylist(sheet.title, entries)


def _read_xspf(data: bytes) -> list[ParsedPlaylist]:
    try:
        found = read_xspf(data)
    except XmlError as fault:
        raise UnreadablePlaylistError(fault.place, str(fault)) from fault
    entries = [
        PlaylistEntry(tuple(track.locations), track.place, track.title, track.creator, url=True)
        for track in found.tracks
    ]
    return [ParsedPlaylist(found.title, entries)]


READERS: dict[str, Callable[[bytes], list[ParsedPlaylist]]] = {
    ".m3u": _in_each_encoding(_m3u),
    ".m3u8": _in_each_encoding(_m3u),
    ".pls": _in_each_encoding(_pls),
    ".xspf": _read_xspf,
    ".cue": _in_each_encoding(_cue),
}
"""For each ending: the contents of a file, under each encoding that it may be in.

Raises UnreadablePlaylistError.
"""
