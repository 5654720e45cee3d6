"""Playlists of other programs: M3U, M3U8, PLS and XSPF to the same model as ours.

Their paths count from the playlist's own file. Only what names a track is read; what else these
formats can say (lengths, pictures, extensions) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote, urlsplit

from soundscape.errors import FileFaults, Problem, Severity
from soundscape.library.files.locate import exists
from soundscape.library.files.xspf import XmlError, read_xspf
from soundscape.scene.models import PlaylistSpec, TrackSpec
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.units import quoted

MAX_BYTES = 16 << 20

Place = tuple[int, int]
"""Line and column, from 1."""


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """A playlist file of another program, read; the likeness of a `scene` Document."""

    model: PlaylistSpec
    file: str
    places: tuple[Place, ...] = field(repr=False)

    def place(self, path: KeyPath) -> Place:
        """Return line and column of a track: `("tracks", 3, …)`."""
        match path:
            case ("tracks", int(index), *_) if index < len(self.places):
                return self.places[index]
            case _:
                return 1, 1

    def problem(self, path: KeyPath, message: str, severity: Severity = "error") -> Problem:
        """Return a problem with a track, or with the file."""
        return Problem(self.file, *self.place(path), message, severity)


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """A track as the file has it."""

    location: str
    place: Place
    title: str | None = None
    artist: str | None = None
    url: bool = False  # the format says that a location is a URL


class _UnreadableError(Exception):
    def __init__(self, place: Place, message: str) -> None:
        self.place, self.message = place, message
        super().__init__(message)


def read_playlist_file(data: bytes, path: Path, file: str) -> ListedPlaylist:
    """Read a playlist file's bytes by the ending of `path`; its folder is where paths count from.

    `file` is the file's name in problems. Raises FileFaults with every problem.
    """
    if len(data) > MAX_BYTES:
        raise FileFaults([Problem(file, 1, 1, "the file is over 16 MiB, too large for a playlist")])
    try:
        name, entries = _READERS[path.suffix.lower()](data)
    except _UnreadableError as fault:
        raise FileFaults([Problem(file, *fault.place, fault.message)]) from fault
    if not entries:
        raise FileFaults([Problem(file, 1, 1, "names no tracks: add at least one")])
    problems: list[Problem] = []
    tracks: list[TrackSpec] = []
    for entry in entries:
        try:
            tracks.append(_track(entry, path.parent))
        except _UnreadableError as fault:
            problems.append(Problem(file, *fault.place, fault.message))
    if problems:
        raise FileFaults(problems)
    places = tuple(entry.place for entry in entries)
    return ListedPlaylist(PlaylistSpec(name=name, tracks=tuple(tracks)), file, places)


# Entries to tracks --------------------------------------------------------------------------------

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters and more: one is a Windows drive


def _track(entry: PlaylistEntry, folder: Path) -> TrackSpec:
    location = entry.location
    if bad := next((c for c in location if c < " " or c == "\x7f"), None):
        raise _UnreadableError(
            entry.place, f"a control character (0x{ord(bad):02X}) in a path: delete it"
        )
    scheme = _SCHEME.match(location)
    if scheme and not _is_there(folder, location):
        location = _of_url(entry, scheme[0][:-1].lower())
    elif entry.url:
        location = unquote(location)
    return TrackSpec(file=str(_path(location, folder)), title=entry.title, artist=entry.artist)


def _of_url(entry: PlaylistEntry, scheme: str) -> str:
    if scheme != "file":
        raise _UnreadableError(
            entry.place,
            f"{quoted(entry.location)} is not a file: a session plays no streams, "
            "for a connection may break; put the file into the library",
        )
    url = urlsplit(entry.location)
    path = unquote(url.path)
    if re.match(r"/[A-Za-z]:", path):
        return path[1:]
    if url.netloc not in {"", "localhost"}:
        return f"//{url.netloc}{path}"  # a share
    return path


def _path(location: str, folder: Path) -> Path:
    """The file that a location means; a Windows path where there is no file of that very name."""
    if "\\" in location and not _is_there(folder, location):
        location = PureWindowsPath(location).as_posix()
    return folder / location


def _is_there(folder: Path, location: str) -> bool:
    return bool(PurePosixPath(location).name) and exists(folder / location)


# The formats --------------------------------------------------------------------------------------

Read = tuple[str | None, list[PlaylistEntry]]
"""The playlist's name, and its entries."""


def _text(data: bytes, *, strict: bool = False) -> str:
    """UTF-8, with or without a byte order mark; else the Latin-1 of older programs."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not strict:
            return data.decode("latin-1")
        before = data[: error.start].decode("utf-8-sig")
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte 0x{data[error.start]:02X} is not UTF-8: save it as UTF-8, or name it .m3u"
        raise _UnreadableError(place, message) from error


def _lines(text: str) -> list[tuple[int, int, str]]:
    """Each line that is not blank: its number, the column of its first character, its text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [
        (number, len(line) - len(line.lstrip()) + 1, line.strip())
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def _read_m3u(data: bytes) -> Read:
    return _m3u(_text(data))


def _read_m3u8(data: bytes) -> Read:
    return _m3u(_text(data, strict=True))


def _m3u(text: str) -> Read:
    name, title, artist = None, None, None
    entries: list[PlaylistEntry] = []
    for line, column, content in _lines(text):
        if content.upper().startswith("#EXTINF:"):
            artist, title = _extinf(content)
        elif content.upper().startswith("#PLAYLIST:"):
            name = content[len("#PLAYLIST:") :].strip() or None
        elif not content.startswith("#"):
            entries.append(PlaylistEntry(content, (line, column), title, artist))
            title, artist = None, None
    return name, entries


# The length may be followed by key="value" attributes, in which a comma may stand.
_EXTINF = re.compile(r'#EXTINF:\s*[-+]?[\d.]*(?:\s+[^\s=,"]+="[^"]*")*\s*,(.*)', re.IGNORECASE)


def _extinf(content: str) -> tuple[str | None, str | None]:
    """Artist and title of `#EXTINF:123,Artist - Title`."""
    match = _EXTINF.fullmatch(content)
    said = match[1].strip() if match else ""
    artist, dash, title = said.partition(" - ")
    if dash and artist.strip() and title.strip():
        return artist.strip(), title.strip()
    return None, said or None


_PLS_KEY = re.compile(r"(file|title)(\d{1,6})\s*=(.*)", re.IGNORECASE)


def _read_pls(data: bytes) -> Read:
    lines = [line for line in _lines(_text(data)) if line[2][0] not in ";#"]
    if not lines or lines[0][2].lower() != "[playlist]":
        line, column = lines[0][:2] if lines else (1, 1)
        raise _UnreadableError(
            (line, column), "not a PLS playlist: its first line must be [playlist]"
        )
    files: dict[int, tuple[str, Place]] = {}
    titles: dict[int, str] = {}
    for line, column, content in lines[1:]:
        if match := _PLS_KEY.fullmatch(content):
            number, value = int(match[2]), match[3].strip()
            if match[1].lower() == "title":
                titles[number] = value
            elif number in files:
                first = files[number][1][0]
                raise _UnreadableError(
                    (line, column), f"File{number} is written twice (first in line {first})"
                )
            elif value:
                files[number] = value, (line, column)
    return None, [
        PlaylistEntry(location, place, titles.get(number) or None)
        for number, (location, place) in sorted(files.items())
    ]


def _read_xspf(data: bytes) -> Read:
    try:
        found = read_xspf(data)
    except XmlError as fault:
        raise _UnreadableError(fault.place, str(fault)) from fault
    return found.title, [
        PlaylistEntry(track.location, track.place, track.title, track.creator, url=True)
        for track in found.tracks
    ]


_READERS: dict[str, Callable[[bytes], Read]] = {
    ".m3u": _read_m3u,
    ".m3u8": _read_m3u8,
    ".pls": _read_pls,
    ".xspf": _read_xspf,
}
