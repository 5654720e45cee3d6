"""One of our playlists for other programs: as M3U8, M3U or XSPF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from soundscape.errors import LibraryError, MediaError
from soundscape.library.diagnostics import Diagnostics
from soundscape.library.files.load import SceneFiles
from soundscape.library.files.locate import Library, is_file, relative, spelled
from soundscape.library.files.playlist_writer import UNKNOWN, WrittenTrack, m3u, xspf
from soundscape.library.files.sound_files import sound_files
from soundscape.media.probe import probe
from soundscape.scene.models import TrackSpec
from soundscape.units import SAMPLE_RATE

FORMATS = (".m3u8", ".m3u", ".xspf")


@dataclass(frozen=True, slots=True)
class ExportedPlaylist:
    """A playlist's text (UTF-8). `left_out` says of each track that it lacks why."""

    text: str
    tracks: int
    left_out: tuple[str, ...]


def export_playlist(name: str, library: Library, target: Path) -> ExportedPlaylist:
    """A playlist by name or path, in the format of the target's ending; paths count from it.

    What has no file of its own cannot be exported: generated sound, planned silence. Of a part of a
    file the whole file is listed. Raises LibraryError and FileProblems.
    """
    if target.suffix.lower() not in FORMATS:
        raise LibraryError(
            f"{spelled(str(target))}: a playlist for other programs ends in {', '.join(FORMATS)}"
        )
    findings = Diagnostics()
    file, document = SceneFiles(library, findings).playlist(name)
    if document is None:
        raise findings.as_error()
    left_out: list[str] = []
    tracks = list(_tracks(document.model.tracks, library, target.parent, left_out))
    if not tracks:
        raise LibraryError(f"playlist {spelled(name)} names no sound file: nothing can be exported")
    title = document.model.name or file.stem
    write = xspf if target.suffix.lower() == ".xspf" else m3u
    return ExportedPlaylist(write(title, tracks), len(tracks), tuple(left_out))


def _tracks(
    specs: tuple[TrackSpec, ...], library: Library, base: Path, left_out: list[str]
) -> Iterator[WrittenTrack]:
    for number, spec in enumerate(specs, 1):
        if spec.folder:
            folder = library.path(spec.folder)
            try:
                files = sound_files(folder, lambda _folder, _error: None)
            except OSError as error:
                left_out.append(f"track {number}: {spelled(spec.folder)}: {error.strerror}")
                continue
            for file in files:
                yield _track(file, base, file.stem, "")
        elif spec.file:
            file = library.path(spec.file)
            if not is_file(file):
                left_out.append(f"track {number}: {spelled(spec.file)} is not there")
                continue
            if spec.start or spec.end:
                left_out.append(f"track {number}: of a part of {spelled(spec.file)} the whole file")
            yield _track(file, base, spec.title or file.stem, spec.artist or "")
        else:
            what = "planned silence" if spec.silence else "generated sound"
            left_out.append(f"track {number}: {spec.title or what} has no file")


def _track(file: Path, base: Path, title: str, artist: str) -> WrittenTrack:
    return WrittenTrack(relative(file, base), title, artist, _seconds(file))


def _seconds(file: Path) -> float:
    try:
        return probe(file).frames / SAMPLE_RATE
    except MediaError:
        return UNKNOWN
