"""Playlist files of other programs, read into the same model as our own playlists.

Their paths are relative to the playlist's own file. A line that names no file is a warning, and the
other tracks play. The formats themselves are in `playlist_formats`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from urllib.parse import unquote

from soundscape.errors import FileProblems, Problem, Severity
from soundscape.library.files.locate import spelled
from soundscape.library.files.path_search import Match, Miss, PathSearch, Spelling, spellings
from soundscape.library.files.playlist_formats import (
    READERS,
    LineColumn,
    ParsedPlaylist,
    PlaylistEntry,
    UnreadablePlaylistError,
)
from soundscape.library.files.sound_files import ENDINGS
from soundscape.message_text import quoted
from soundscape.scene.models import PlaylistSpec, TrackSpec
from soundscape.scene.yaml.nodes import KeyPath

MAX_BYTES = 16 << 20
MOST_LOOKED_FOR = 200
"""Entries from which the encoding of a list is determined, and those without a file after which
further ones are not sought in other encodings."""

_NO_TRACKS = "names no tracks: add at least one"


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """A playlist file of another program, as read. It has the methods of a `scene` Document.

    `continued` has the indices of tracks that go on where the one before ends, without a gap.
    """

    model: PlaylistSpec
    file: str
    places: tuple[LineColumn, ...] = field(repr=False)
    warnings: tuple[Problem, ...] = ()
    continued: frozenset[int] = frozenset()

    def place(self, path: KeyPath) -> LineColumn:
        """Return line and column of a track: `("tracks", 3, …)`."""
        match path:
            case ("tracks", int(index), *_) if index < len(self.places):
                return self.places[index]
            case _:
                return 1, 1

    def problem(self, path: KeyPath, message: str, severity: Severity = "error") -> Problem:
        """Return a problem with a track, or with the file."""
        return Problem(self.file, *self.place(path), message, severity)


def read_playlist_file(
    data: bytes, path: Path, file: str, search: PathSearch | None = None
) -> ListedPlaylist:
    """Read a playlist file's bytes; the ending of `path` says which format it is.

    Its paths are relative to the folder of `path`. `file` is the file's name in problems. Raises
    FileProblems if nothing can be read.
    """
    if len(data) > MAX_BYTES:
        raise FileProblems(
            [Problem(file, 1, 1, "the file is over 16 MiB, too large for a playlist")]
        )
    try:
        reads = READERS[path.suffix.lower()](data)
    except UnreadablePlaylistError as fault:
        raise FileProblems([Problem(file, *fault.place, fault.message)]) from fault
    if not any(read.entries for read in reads):
        raise FileProblems([Problem(file, 1, 1, _NO_TRACKS)])
    listing = _Listing(path, file, search or PathSearch(path.parent))
    return listing.resolved(reads)


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?=\S)")
"""At least two letters: one is a Windows drive. A title such as `Suite: One` is no URL."""


@dataclass(slots=True)
class _Listing:
    """Finds the entries of one playlist file."""

    path: Path
    file: str
    search: PathSearch
    single_file: bool = False
    missing: int = 0
    warnings: list[Problem] = field(default_factory=list)
    found_otherwise: list[tuple[LineColumn, str, Match]] = field(default_factory=list)

    def resolved(self, reads: Sequence[ParsedPlaylist]) -> ListedPlaylist:
        """Return the playlist, read in the encoding under which most of its files exist."""
        self.single_file = len({entry.locations for entry in reads[0].entries}) == 1
        best = max(reads, key=self._score) if len(reads) > 1 else reads[0]
        others = [r for r in reads if r is not best and len(r.entries) == len(best.entries)]
        if best.encoding and self._score(best):
            message = f"is not in UTF-8: read as {best.encoding}, in which its files are found"
            self._warn((1, 1), message)
        tracks: list[TrackSpec] = []
        places: list[LineColumn] = []
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
            self._warn_of_matches()
        model = PlaylistSpec(name=best.name, tracks=tuple(tracks))
        return ListedPlaylist(
            model, self.file, tuple(places), tuple(self.warnings), frozenset(continued)
        )

    def _score(self, read: ParsedPlaylist) -> int:
        """Return how many entries that are not plain ASCII exist, in a sample of a long list."""
        not_ascii = [e for e in read.entries if not all(text.isascii() for text in e.locations)]
        some = not_ascii[:: len(not_ascii) // MOST_LOOKED_FOR + 1]
        return sum(isinstance(self._find(e, ()), Match) for e in some)

    def _track(
        self,
        entry: PlaylistEntry,
        otherwise: Sequence[PlaylistEntry],
        others: Sequence[ParsedPlaylist],
    ) -> TrackSpec | None:
        """Return the track of an entry; None, with a warning, if it names no file."""
        if not entry.locations:
            self._warn(entry.place, "a track without a location: it is left out")
            return None
        if bad := next((c for c in entry.locations[0] if c < " " or c == "\x7f"), None):
            message = f"a control character (0x{ord(bad):02X}) in a path: the line is left out"
            self._warn(entry.place, message)
            return None
        texts: dict[str, Spelling] = {}
        if self.missing < MOST_LOOKED_FOR:
            for read, one in zip(others, otherwise, strict=True):
                for text in one.locations:
                    texts.setdefault(text, Spelling(text, f"read as {read.encoding}"))
        found = self._find(
            entry, [one for one in texts.values() if one.text not in entry.locations]
        )
        if isinstance(found, Match):
            if found.how:
                self.found_otherwise.append((entry.place, entry.locations[0], found))
            if found.path.is_dir():
                return TrackSpec(folder=str(found.path))
            return _spec(entry, str(found.path))
        self.missing += 1
        return None if entry.maybe else self._missing(entry)

    def _missing(self, entry: PlaylistEntry) -> TrackSpec | None:
        """Return an entry that is not found as written, for its message; None for a stream."""
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

    def _warn(self, place: LineColumn, message: str) -> None:
        self.warnings.append(Problem(self.file, *place, message, "warning"))

    def _warn_of_matches(self) -> None:
        found = [(written, match) for _, written, match in self.found_otherwise]
        self._warn(self.found_otherwise[0][0], found_otherwise(found, self.path.parent))


def found_otherwise(found: Sequence[tuple[str, Match]], base: Path) -> str:
    """Return one message for all paths of a list that were found in another way than written."""
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
    """Return the file that a location would be, for the message that it is missing."""
    if text.lower().startswith("file:") or url:
        text = spellings([Spelling(text)], url=True)[0].text
        text = unquote(text) if "%" in text else text
    if "\\" in text:
        text = PureWindowsPath(text).as_posix()
    return folder / text
