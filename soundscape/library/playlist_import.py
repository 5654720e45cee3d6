"""A playlist of another program, or a folder of music, as one of ours in YAML."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from soundscape.errors import FileProblems, LibraryError, Problem
from soundscape.library.files.load import read_bytes
from soundscape.library.files.locate import (
    PLAYLIST_FILES,
    Library,
    is_file,
    is_folder,
    relative,
    spelled,
)
from soundscape.library.files.path_search import PathSearch
from soundscape.library.files.playlist_files import read_playlist_file
from soundscape.library.files.sound_files import sound_files
from soundscape.message_text import printable
from soundscape.scene.models import TrackSpec

_NO_UNICODE = "its name is not in UTF-8, and is left out: rename it, or list its folder"
LIKENESS = 0.6
"""How alike two names must be, of 1, for one file to be taken for another that was moved."""


@dataclass(frozen=True, slots=True)
class ImportedPlaylist:
    """A playlist as YAML. `problems` are warnings: what was left out, or found in another place."""

    text: str
    tracks: int
    problems: tuple[Problem, ...]


def import_playlist(path: Path, library: Library) -> ImportedPlaylist:
    """Read a list by its file's ending, or a folder; its paths then count from the library.

    A track whose file is not there stays as a comment, with the file that is likely meant.
    Raises LibraryError, and FileProblems where no track is left.
    """
    if is_folder(path):
        return _from_folder(path, library)
    if path.suffix.lower() not in PLAYLIST_FILES:
        raise LibraryError(
            f"{spelled(str(path))} is no playlist that can be read: those are "
            f"{', '.join(PLAYLIST_FILES)}, or a folder of sound files"
        )
    shown = library.shown(path)
    listed = read_playlist_file(read_bytes(path), path, shown, PathSearch(library.root))
    problems = list(listed.warnings)
    if path.suffix.lower() == ".cue":
        problems.append(
            listed.problem(
                (),
                "the joins of a cue sheet are without a gap only where a scene names the sheet "
                "itself; as a YAML playlist its tracks are crossfaded",
                "warning",
            )
        )
    wanted = Moved(library.root)
    entries: list[str] = []
    found = 0
    for number, track in enumerate(listed.model.tracks):
        if not _is_unicode(track.file or track.folder or ""):
            problems.append(listed.problem(("tracks", number), _NO_UNICODE, "warning"))
            continue
        entry = _entry(track, library)
        if _is_there(track):
            found += 1
            entries.append(entry)
            continue
        likely = wanted.likely(Path(track.file or track.folder or "").name)
        entries.append(
            _commented(entry, None if likely is None else relative(likely, library.root))
        )
        said = f"; {spelled(relative(likely, library.root))} may be meant" if likely else ""
        written = spelled(relative(Path(track.file or track.folder or ""), library.root))
        message = f"{written} is not there, and left out as a comment{said}"
        problems.append(listed.problem(("tracks", number), message, "warning"))
    if not found:
        raise FileProblems(problems)
    name = listed.model.name or path.stem
    return ImportedPlaylist(_text(name, path.name, entries), found, tuple(problems))


def _from_folder(folder: Path, library: Library) -> ImportedPlaylist:
    problems: list[Problem] = []

    def unread(below: Path, error: OSError) -> None:
        message = f"cannot be read: {error.strerror}"
        problems.append(Problem(library.shown(below), 0, 0, message, "warning"))

    try:
        files = sound_files(folder, unread)
    except OSError as error:
        raise LibraryError(f"{folder}: cannot be read: {error.strerror}") from error
    if not files:
        raise FileProblems([Problem(library.shown(folder), 0, 0, "holds no sound file")])
    entries = []
    for file in files:
        path = relative(file, library.root)
        if _is_unicode(path):
            entries.append(_dumped({"file": path}))
        else:
            problems.append(Problem(printable(path), 0, 0, _NO_UNICODE, "warning"))
    if not entries:
        raise FileProblems(problems)
    text = _text(folder.name, folder.name, entries)
    return ImportedPlaylist(text, len(entries), tuple(problems))


class Moved:
    """The sound files of a library by their names, in search of one that was moved or renamed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stems: dict[str, Path] | None = None

    def likely(self, name: str) -> Path | None:
        """The file whose name is most like this one; None where none is like it."""
        if self._stems is None:
            self._stems = dict(_by_stem(self._root))
        stem = Path(name).stem.casefold()
        near = difflib.get_close_matches(stem, self._stems, n=1, cutoff=LIKENESS)
        return self._stems[near[0]] if near else None


def _by_stem(root: Path) -> Iterator[tuple[str, Path]]:
    try:
        files = sound_files(root, lambda _folder, _error: None)
    except OSError:
        return
    for file in files:
        yield file.stem.casefold(), file


def _is_there(track: TrackSpec) -> bool:
    path = Path(track.file or track.folder or "")
    return is_folder(path) if track.folder else is_file(path)


def _is_unicode(path: str) -> bool:
    """Whether YAML can hold a path: some systems' names are any bytes."""
    return path.isprintable() or not any("\ud800" <= mark <= "\udfff" for mark in path)


def _entry(track: TrackSpec, library: Library) -> str:
    item: dict[str, Any] = {}
    for key, path in (("file", track.file), ("folder", track.folder)):
        if path:
            item[key] = relative(Path(path), library.root)
    item |= {k: v for k, v in (("title", track.title), ("artist", track.artist)) if v}
    for key, seconds in (("start", track.start), ("end", track.end)):
        if seconds:
            item[key] = f"{seconds:.6f}".rstrip("0").rstrip(".") + "s"
    return _dumped(item)


def _commented(entry: str, likely: str | None) -> str:
    said = ["# not there:" if likely is None else f"# not there; may be {likely}:"]
    return "".join(f"{line}\n" for line in said + [f"# {line}" for line in entry.splitlines()])


def _text(name: str, source: str, entries: Iterable[str]) -> str:
    head = yaml.safe_dump({"name": name}, allow_unicode=True, width=1000)
    body = "".join("  " + line + "\n" for entry in entries for line in entry.splitlines())
    return f"# Imported from {printable(source)}\n{head}tracks:\n{body}"


def _dumped(item: dict[str, Any]) -> str:
    dumped: str = yaml.safe_dump([item], allow_unicode=True, sort_keys=False, width=1000)
    return dumped
