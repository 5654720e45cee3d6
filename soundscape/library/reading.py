"""Reads a library's files: bytes from the disk to documents, with every problem collected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from soundscape.errors import FileFaults, LibraryError
from soundscape.library import playlist_files
from soundscape.library.find import YAML, Library
from soundscape.library.findings import Findings
from soundscape.library.playlist_files import ListedPlaylist, read_playlist_file
from soundscape.scene import Document, read_playlist, read_room, read_scene
from soundscape.scene.models import PlaylistSpec, Room, Scene

PlaylistDocument = Document[PlaylistSpec] | ListedPlaylist

T = TypeVar("T")


class Reading:
    """The files of one scene. What cannot be read is None, and in `findings`."""

    def __init__(self, library: Library, findings: Findings) -> None:
        self.library = library
        self._findings = findings
        self._playlists: dict[Path, PlaylistDocument | None] = {}

    def scene(self, name: str) -> Document[Scene] | None:
        """A scene by name or path. Raises LibraryError where there is none."""
        return self._read(read_scene, self.library.scene(name))

    def room(self, path: str | None) -> Document[Room] | None:
        """The room at a path, or the library's own; None also where the library has none."""
        file = self.library.room(path)
        return self._read(read_room, file) if file else None

    def playlist(self, name: str) -> tuple[Path, PlaylistDocument | None]:
        """A playlist by name or path, with its file. Raises LibraryError where there is none."""
        file = self.library.playlist(name)
        if file not in self._playlists:
            self._playlists[file] = self._read_playlist(file)
        return file, self._playlists[file]

    def _read_playlist(self, file: Path) -> PlaylistDocument | None:
        if file.suffix.lower() in YAML:
            return self._read(read_playlist, file)
        return self._read(lambda data, shown: read_playlist_file(data, file, shown), file)

    def _read(self, read: Callable[[bytes, str], T], file: Path) -> T | None:
        try:
            document = read(read_bytes(file), self.library.shown(file))
        except FileFaults as faults:
            self._findings.faults += faults.problems
            return None
        if isinstance(document, Document):
            self._findings.problems += document.warnings
        return document


def read_bytes(file: Path) -> bytes:
    """A file's bytes; of one that is too large for any reader, enough to see it. LibraryError."""
    try:
        with file.open("rb") as opened:
            return opened.read(playlist_files.MAX_BYTES + 1)
    except OSError as error:
        raise LibraryError(f"{file}: cannot be read: {error.strerror}") from error
