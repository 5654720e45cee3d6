"""Finds the sound files that something needs and that are not measured yet."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from soundscape.errors import FileProblems, LibraryError, MediaError, Problem
from soundscape.library.diagnostics import Diagnostics
from soundscape.library.file_tracks import LookUp, probe_file
from soundscape.library.files.load import SceneFiles
from soundscape.library.files.locate import PLAYLIST_FILES, YAML, Library
from soundscape.library.measure.catalogue import Catalogue
from soundscape.library.resolve import resolve
from soundscape.library.tracks import Tracks
from soundscape.media.types import Measured

_ONLY_NAMED = "only its name is asked for"

LARGE = 100_000
"""A library that leaves more new objects than this is never searched for garbage."""

T = TypeVar("T")
Scan = Callable[[list[Path]], None]
"""Measures files and puts the results into the catalogue."""


def with_measured(catalogue: Catalogue, make: Callable[[LookUp], T], scan: Scan) -> T:
    """Return what `make` makes of measured files. Files that it misses are scanned first.

    If every file is known, `make` is called once, otherwise again after the scan. Problems of the
    files that people write are raised before anything is scanned.
    """
    missing: dict[Path, None] = {}
    with _without_garbage_collection():
        try:
            made = make(_gathering(catalogue, missing))
        except FileProblems:
            if missing:
                make(catalogue.get)  # raises, without the complaint that they are not measured
            raise
    if not missing:
        return made
    scan(list(missing))
    with _without_garbage_collection():
        return make(catalogue.get)


def named_by(library: Library) -> tuple[list[Path], list[Problem]]:
    """Return every sound file that the library's playlists and scenes name, and their problems."""
    named: dict[Path, None] = {}
    problems: set[Problem] = set()

    def note_name(path: Path) -> None:
        named[path] = None
        raise MediaError(_ONLY_NAMED)

    for scene in library.scenes():
        try:
            _, findings = resolve(library, scene, measured=note_name)
        except LibraryError as error:
            problems.add(Problem(scene, 0, 0, str(error)))
            continue
        problems.update(findings.faults)
    findings = Diagnostics()
    reading = SceneFiles(library, findings)
    listed = Diagnostics()
    tracks = Tracks(library, reading.search, probe_file, 0, listed, note_name)
    for file in _playlist_files(library):
        try:
            _, document = reading.playlist(str(file))
        except LibraryError as error:
            problems.add(Problem(library.shown(file), 0, 0, str(error)))
            continue
        if document is not None:
            tracks.make(document, ("tracks",), document.model.tracks)
    problems.update(findings.faults)
    problems.update(one for one in listed.file_problems if not one.message.endswith(_ONLY_NAMED))
    return list(named), sorted(problems)


def _playlist_files(library: Library) -> Iterable[Path]:
    endings = (*YAML, *PLAYLIST_FILES)
    folder = library.root / "playlists"
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A large library is a million objects, and nearly all of them stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > LARGE:
            gc.freeze()
        if enabled:
            gc.enable()


def _gathering(catalogue: Catalogue, missing: dict[Path, None]) -> LookUp:
    def look_up(path: Path) -> Measured:
        found = catalogue.get(path)
        if found is None:
            missing[path] = None
            raise MediaError(f"{path}: is not measured yet")
        return found

    return look_up
