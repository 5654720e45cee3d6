"""Proposed playlists as YAML to edit, each track with the reason for its phase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from soundscape.errors import LibraryError
from soundscape.library.files.load import read_bytes
from soundscape.library.files.locate import (
    PLAYLIST_FILES,
    exists,
    is_file,
    is_folder,
    relative,
    spelled,
)
from soundscape.library.files.path_search import PathSearch
from soundscape.library.files.playlist_files import read_playlist_file
from soundscape.library.files.sound_files import Unread, sound_files
from soundscape.library.phase_proposal import MINUTES, ProposedTrack
from soundscape.message_text import printable

NAMES = {phase: phase.capitalize() for phase in MINUTES}

_HOW = """\
# A proposal, made by measuring the sound files in {source}. Listen, then move, reorder
# and delete lines.
#
# Nobody has found a measurement that tells the phases of a session apart. {rule}
"""
_BY_RANK = """\
By convention the
# fuller tracks of a folder (louder, more varied, more onsets) go to the phases that the shipped
# scenes play louder; of the fullest, the darker ones go to the peak."""
_BY_LISTS = """\
Each track goes
# where the lists of your own that you named have the most similar ones (loudness, dynamics,
# brightness, onsets, in segments of 30 s); the others by convention, the fuller ones (louder, more
# varied, more onsets) to the phases that the shipped scenes play louder."""


def listed_files(path: Path, unread: Unread) -> list[Path]:
    """The sound files that are there, of a folder or of a playlist of another program.

    Raises LibraryError, and FileProblems for a playlist that cannot be read.
    """
    if is_folder(path):
        try:
            return sound_files(path, unread)
        except OSError as error:
            raise LibraryError(f"{path}: cannot be read: {error.strerror}") from error
    if path.suffix.lower() not in PLAYLIST_FILES:
        what = "is no folder, and no playlist that can be read" if exists(path) else "is not there"
        raise LibraryError(
            f"{spelled(str(path))} {what}: give a folder of sound files, or a playlist "
            f"({', '.join(PLAYLIST_FILES)})"
        )
    listed = read_playlist_file(read_bytes(path), path, path.name, PathSearch(path.parent))
    files: list[Path] = []
    for track in listed.model.tracks:
        named = Path(track.file or track.folder or "")
        files += sound_files(named, unread) if is_folder(named) else [named]
    return [file for file in dict.fromkeys(files) if is_file(file)]


def playlist_text(
    phase: str, tracks: Sequence[ProposedTrack], root: Path, source: Path, *, by_lists: bool
) -> str:
    """A phase's playlist as YAML; paths count from the library's folder `root`."""
    head = _HOW.format(
        source=printable(source.name or str(source)), rule=_BY_LISTS if by_lists else _BY_RANK
    )
    return f"{head}name: {NAMES[phase]}\norder: sequential\ntracks:\n{_entries(tracks, root)}"


def _entries(tracks: Iterable[ProposedTrack], root: Path) -> str:
    lines = []
    for one in tracks:
        path = {"file": _path(one.track.path, root)}
        entry = yaml.safe_dump(path, allow_unicode=True, width=1000).strip()
        lines += [f"  # {one.track.summary}", f"  # {one.reason}", f"  - {entry}"]
    return "\n".join(lines) + "\n"


def _path(file: Path, root: Path) -> str:
    """A path from the library on if it is inside, else as it is."""
    return relative(file, root) if file.is_relative_to(root) else file.as_posix()
