"""Playlists of other programs: M3U, M3U8, PLS, XSPF and cue sheets to the same model as ours.

Their paths count from the playlist's own file. Only what names a track is read; what else these
formats can say (lengths, pictures, extensions) is passed over. A line that names no file is a
warning, and the other tracks play.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from urllib.parse import unquote

from soundscape.errors import FileProblems, Problem, Severity
from soundscape.library.files.cue_sheet import read_cue_sheet
from soundscape.library.files.encodings import DecodedText, decodings
from soundscape.library.files.locate import spelled
from soundscape.library.files.path_search import Match, Miss, PathSearch, Spelling, spellings
from soundscape.library.files.sound_files import ENDINGS
from soundscape.library.files.xspf import XmlError, read_xspf
from soundscape.scene.models import PlaylistSpec, TrackSpec
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.units import quoted

MAX_BYTES = 16 << 20
MOST_LOOKED_FOR = 200
"""Entries by which the encoding of a list is told."""

_NO_TRACKS = "names no tracks: add at least one"

Place = tuple[int, int]
"""Line and column, from 1."""


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """A playlist file of another program, read; the likeness of a `scene` Document.

    `continued` has the tracks (by index) that go on where the one before ends, without a gap.
    """

    model: PlaylistSpec
    file: str
    places: tuple[Place, ...] = field(repr=False)
    warnings: tuple[Problem, ...] = ()
    continued: frozenset[int] = frozenset()

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
    """A track as the file has it.

    Of several `locations` the first that is there counts. `url`: the format says that they are
    URLs. `maybe`: the line is a comment unless a sound file has that very name. `start` and `end`
    are in seconds. `continues`: it goes on where the entry before ends.
    """

    locations: tuple[str, ...]
    place: Place
    title: str | None = None
    artist: str | None = None
    url: bool = False
    maybe: bool = False
    start: float | None = None
    end: float | None = None
    continues: bool = False


class _UnreadableError(Exception):
    def __init__(self, place: Place, message: str) -> None:
        self.place, self.message = place, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file says under one encoding; `encoding` is empty where it is Unicode."""

    name: str | None
    entries: list[PlaylistEntry]
    encoding: str = ""


def read_playlist_file(
    data: bytes, path: Path, file: str, search: PathSearch | None = None
) -> ListedPlaylist:
    """Read a playlist file's bytes by the ending of `path`; its folder is where paths count from.

    `file` is the file's name in problems. Raises FileProblems where nothing can be read.
    """
    if len(data) > MAX_BYTES:
        raise FileProblems(
            [Problem(file, 1, 1, "the file is over 16 MiB, too large for a playlist")]
        )
    try:
        reads = _READERS[path.suffix.lower()](data)
    except _UnreadableError as fault:
        raise FileProblems([Problem(file, *fault.place, fault.message)]) from fault
    if not any(read.entries for read in reads):
        raise FileProblems([Problem(file, 1, 1, _NO_TRACKS)])
    listing = _Listing(path, file, search or PathSearch(path.parent))
    return listing.resolved(reads)


# Entries to tracks --------------------------------------------------------------------------------

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?=\S)")
"""Two letters and more: one is a Windows drive. A title such as `Suite: One` is no URL."""


@dataclass(slots=True)
class _Listing:
    """A playlist file whose entries are looked for."""

    path: Path
    file: str
    search: PathSearch
    single_file: bool = False
    warnings: list[Problem] = field(default_factory=list)
    found_otherwise: list[tuple[Place, str, Match]] = field(default_factory=list)

    def resolved(self, reads: Sequence[_Read]) -> ListedPlaylist:
        """The playlist by the encoding under which most of its files are there."""
        self.single_file = len({entry.locations for entry in reads[0].entries}) == 1
        best = max(reads, key=self._score) if len(reads) > 1 else reads[0]
        others = [r for r in reads if r is not best and len(r.entries) == len(best.entries)]
        if best.encoding and self._score(best):
            message = f"is not in UTF-8: read as {best.encoding}, in which its files are found"
            self._warn((1, 1), message)
        tracks: list[TrackSpec] = []
        places: list[Place] = []
        continued: set[int] = set()
        for number, entry in enumerate(best.entries):
            track = self._track(entry, [read.entries[number] for read in others], others)
            if track is not None:
                if entry.continues and tracks:
                    continued.add(len(tracks))
                tracks.append(track)
                places.append(entry.place)
        if not tracks and not self.warnings:
            raise FileProblems([Problem(self.file, 1, 1, _NO_TRACKS)])
        if self.found_otherwise:
            self._tell_how()
        model = PlaylistSpec(name=best.name, tracks=tuple(tracks))
        return ListedPlaylist(
            model, self.file, tuple(places), tuple(self.warnings), frozenset(continued)
        )

    def _score(self, read: _Read) -> int:
        """How many of the entries that are not plain ASCII are there; of a long list of some."""
        telling = [e for e in read.entries if not all(text.isascii() for text in e.locations)]
        some = telling[:: len(telling) // MOST_LOOKED_FOR + 1]
        return sum(isinstance(self._find(e, ()), Match) for e in some)

    def _track(
        self, entry: PlaylistEntry, otherwise: Sequence[PlaylistEntry], others: Sequence[_Read]
    ) -> TrackSpec | None:
        """The track of an entry; None, with a warning, where it names no file."""
        if not entry.locations:
            self._warn(entry.place, "a track without a location: it is left out")
            return None
        if bad := next((c for c in entry.locations[0] if c < " " or c == "\x7f"), None):
            message = f"a control character (0x{ord(bad):02X}) in a path: the line is left out"
            self._warn(entry.place, message)
            return None
        texts = [
            Spelling(text, f"read as {read.encoding}")
            for read, one in zip(others, otherwise, strict=True)
            for text in one.locations
        ]
        found = self._find(entry, texts)
        if isinstance(found, Match):
            if found.how:
                self.found_otherwise.append((entry.place, entry.locations[0], found))
            if found.path.is_dir():
                return TrackSpec(folder=str(found.path))
            return _spec(entry, str(found.path))
        return None if entry.maybe else self._missing(entry)

    def _missing(self, entry: PlaylistEntry) -> TrackSpec | None:
        """An entry that is not found: as written, for its own message; None where it is no file."""
        files = [text for text in entry.locations if not _is_stream(text)]
        if files:
            return _spec(entry, str(_as_path(files[0], self.path.parent, url=entry.url)))
        self._warn(
            entry.place,
            f"{quoted(entry.locations[0])} is not a file and is left out: a session plays no "
            "streams, for a connection may break",
        )
        return None

    def _find(self, entry: PlaylistEntry, others: Sequence[Spelling]) -> Match | Miss:
        texts = [Spelling(text) for text in entry.locations]
        files = [one for one in texts if not _is_stream(one.text)]
        forms = [*spellings(files, url=entry.url), *spellings(others, url=entry.url)]
        streams = [one for one in texts if _is_stream(one.text)]  # a name with a colon in it
        is_cue = self.path.suffix.lower() == ".cue"
        if is_cue and self.single_file:
            forms.append(Spelling(f"{self.path.stem}.wav", "by the sheet's own name"))
        found = self.search.find(
            [*forms, *streams],
            self.path.parent,
            tail=bool(files) and not entry.maybe,
            other_ending=is_cue,
        )
        if entry.maybe and isinstance(found, Match) and found.path.suffix.lower() not in ENDINGS:
            return Miss()
        return found

    def _warn(self, place: Place, message: str) -> None:
        self.warnings.append(Problem(self.file, *place, message, "warning"))

    def _tell_how(self) -> None:
        found = [(written, match) for _, written, match in self.found_otherwise]
        self._warn(self.found_otherwise[0][0], found_otherwise(found, self.path.parent))


def found_otherwise(found: Sequence[tuple[str, Match]], base: Path) -> str:
    """Says once for a list which of its paths were found in another way than written."""
    written, match = found[0]
    shown = os.path.relpath(match.path, base).replace(os.sep, "/")
    rest = len(found) - 1
    also = f"; so {'is' if rest == 1 else 'are'} {rest} more of this list" if rest else ""
    return f"{spelled(written)} is found as {spelled(shown)}, {match.how}{also}"


def _spec(entry: PlaylistEntry, file: str) -> TrackSpec:
    return TrackSpec(
        file=file, title=entry.title, artist=entry.artist, start=entry.start, end=entry.end
    )


def _is_stream(text: str) -> bool:
    scheme = _SCHEME.match(text)
    return bool(scheme) and text[:5].lower() != "file:"


def _as_path(text: str, folder: Path, *, url: bool) -> Path:
    """The file that a location would be, for saying that it is not there."""
    if text.lower().startswith("file:") or url:
        text = spellings([Spelling(text)], url=True)[0].text
        text = unquote(text) if "%" in text else text
    if "\\" in text:
        text = PureWindowsPath(text).as_posix()
    return folder / text


# The formats --------------------------------------------------------------------------------------

Lines = list[tuple[int, int, str]]
"""Each line that is not blank: its number, the column of its first character, its text."""


def _lines(text: str) -> Lines:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [
        (number, len(line) - len(line.lstrip()) + 1, line.strip())
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def _in_each_encoding(read: Callable[[str], _Read]) -> Callable[[bytes], list[_Read]]:
    def reads(data: bytes) -> list[_Read]:
        return list(_read_each(read, decodings(data)))

    return reads


def _read_each(read: Callable[[str], _Read], texts: Sequence[DecodedText]) -> Iterator[_Read]:
    for one in texts:
        yield replace(read(one.text), encoding=one.name)


def _m3u(text: str) -> _Read:
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
    return _Read(name, entries)


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


def _pls(text: str) -> _Read:
    lines = [line for line in _lines(text) if line[2][0] not in ";#"]
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
    entries = [
        PlaylistEntry((location,), place, titles.get(number) or None)
        for number, (location, place) in sorted(files.items())
    ]
    return _Read(None, entries)


def _cue(text: str) -> _Read:
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
    return _Read(sheet.title, entries)


def _read_xspf(data: bytes) -> list[_Read]:
    try:
        found = read_xspf(data)
    except XmlError as fault:
        raise _UnreadableError(fault.place, str(fault)) from fault
    entries = [
        PlaylistEntry(tuple(track.locations), track.place, track.title, track.creator, url=True)
        for track in found.tracks
    ]
    return [_Read(found.title, entries)]


_READERS: dict[str, Callable[[bytes], list[_Read]]] = {
    ".m3u": _in_each_encoding(_m3u),
    ".m3u8": _in_each_encoding(_m3u),
    ".pls": _in_each_encoding(_pls),
    ".xspf": _read_xspf,
    ".cue": _in_each_encoding(_cue),
}
