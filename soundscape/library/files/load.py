"""Reads a library's files into documents, and collects every problem."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TypeVar

from soundscape.errors import FileProblems, LibraryError
from soundscape.library.diagnostics import Diagnostics
from soundscape.library.files import playlist_files
from soundscape.library.files.locate import (
    OTHER_PLAYLISTS,
    PLAYLIST_FILES,
    YAML,
    Library,
    is_folder,
)
from soundscape.library.files.path_search import PathSearch
from soundscape.library.files.playlist_files import ListedPlaylist, read_playlist_file
from soundscape.library.files.sound_files import ENDINGS
from soundscape.scene.document import (
    Document,
    Draft,
    DraftProblems,
    read_playlist,
    read_room,
    read_scene,
)
from soundscape.scene.models import PlaylistSpec, Room, Scene, TrackSpec
from soundscape.scene.schema import Model
from soundscape.scene.yaml.nodes import MapNode, Mark

PlaylistDocument = Document[PlaylistSpec] | ListedPlaylist

M = TypeVar("M", bound=Model)


NO_PLACE = Mark(0, 0)
"""The place of the room in a library that has none."""


def is_no_room(room: Draft) -> bool:
    """Return whether a room stands for a missing one."""
    return room.root.mark == NO_PLACE


class SceneFiles:
    """The files of one scene. Their problems are in `findings`. A file that is not YAML is None."""

    def __init__(self, library: Library, findings: Diagnostics) -> None:
        self.library = library
        self.search = PathSearch(library.root)
        self._findings = findings
        self._playlists: dict[Path, PlaylistDocument | None] = {}

    def scene(self, name: str) -> Document[Scene] | Draft | None:
        """Return a scene by name or path; its Draft if it has errors. Raises LibraryError."""
        return self._read(read_scene, self.library.scene(name))

    def room(self, path: str | None) -> Document[Room] | Draft | None:
        """Return the room at a path, or the library's own; its Draft if it has errors.

        Raises LibraryError if the one at a path does not exist.
        """
        file = self.library.room(path)
        if file is not None:
            return self._read(read_room, file)
        return Document("room.yaml", MapNode(NO_PLACE), (), Room())

    def playlist(self, name: str) -> tuple[Path, PlaylistDocument | None]:
        """Return a playlist by name or path, with its file. A folder or a sound file will do as
        well.

        Raises LibraryError if there is none. A path to music is accepted even if nothing is there.
        """
        try:
            file = self.library.playlist(name)
        except LibraryError:
            file = self.library.path(name)
            track = self._as_track(name, file)
            if track is None:
                raise
            alone = ListedPlaylist(PlaylistSpec(tracks=(track,)), self.library.shown(file), ())
            self._playlists[file] = alone
        if file not in self._playlists:
            self._playlists[file] = self._read_playlist(file)
        return file, self._playlists[file]

    def _as_track(self, name: str, path: Path) -> TrackSpec | None:
        """What stands where a playlist is expected, as a track: a folder of music, or a sound file.

        None where the name of a playlist is meant.
        """
        if is_folder(path):
            return TrackSpec(folder=name)
        ending = path.suffix.lower()
        if ending in ENDINGS:
            return TrackSpec(file=name)
        place = PurePath(name.replace("\\", "/")).parent
        if ending in (*YAML, *PLAYLIST_FILES, *OTHER_PLAYLISTS) or place == PurePath():
            return None
        in_playlists = is_folder(self.library.root / "playlists" / place)
        return None if in_playlists else TrackSpec(folder=name)

    def _read_playlist(self, file: Path) -> PlaylistDocument | None:
        if file.suffix.lower() in YAML:
            read = self._read(read_playlist, file)
            return read if isinstance(read, Document) else None
        try:
            shown = self.library.shown(file)
            listed = read_playlist_file(read_bytes(file), file, shown, self.search)
        except FileProblems as faults:
            self._findings.faults += faults.problems
            return None
        self._findings.problems += listed.warnings
        return listed

    def _read(
        self, read: Callable[[bytes, str], Document[M]], file: Path
    ) -> Document[M] | Draft | None:
        try:
            document = read(read_bytes(file), self.library.shown(file))
        except FileProblems as faults:
            self._findings.faults += faults.problems
            return faults.draft if isinstance(faults, DraftProblems) else None
        self._findings.problems += document.warnings
        return document


def read_bytes(file: Path) -> bytes:
    """Return a file's bytes; of one that is too large, enough to see that. Raises LibraryError."""
    try:
        with file.open("rb") as opened:
            return opened.read(playlist_files.MAX_BYTES + 1)
    except OSError as error:
        raise LibraryError(f"{file}: cannot be read: {error.strerror}") from error
