"""Makes tracks of sound files and folders: finds, probes or looks up, and trims them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from soundscape.errors import MediaError
from soundscape.library.files.locate import (
    OTHER_PLAYLISTS,
    PLAYLIST_FILES,
    Library,
    exists,
    is_file,
    is_folder,
    spelled,
)
from soundscape.library.files.path_search import Match, PathSearch, Spelling, name_keys, spellings
from soundscape.library.files.sound_files import sound_files
from soundscape.library.measure.track_gain import of_album, of_measured, of_track
from soundscape.library.track_entry import SHORTEST, LevelledTrack, TrackEntry
from soundscape.media.types import CURVE_RATE, Measured, Probe
from soundscape.message_text import nearest, one_line
from soundscape.timeline.show import FileSource, Track
from soundscape.units import SAMPLE_RATE, format_duration, frames, seconds

SHORTEST_RECORDING = 5.0
"""Seconds of a recording that a generator can be made of, at least."""

ProbeFile = Callable[[Path], Probe]
"""Returns a sound file's length and tags. Raises MediaError."""

LookUp = Callable[[Path], Measured | None]
"""Returns the measurements of a sound file, or None if it is not measured.

Raises MediaError if it was measured and held no sound.
"""


def probe_file(path: Path) -> Probe:
    """Return a file's own length and tags. Raises MediaError if nothing can be decoded."""
    from soundscape.media.probe import probe  # noqa: PLC0415 - FFmpeg, for files not measured

    return probe(path)


def not_measured(_path: Path) -> None:
    """Return None: a LookUp that knows nothing."""


@dataclass(frozen=True, slots=True)
class FileTracks:
    """Makes the tracks of entries that name a file or a folder.

    `search` finds files that are not where they are said to be. A file that was `measured` is not
    probed. With `skip_silence`, tracks begin and end with their sound.
    """

    library: Library
    search: PathSearch
    probe: ProbeFile
    measured: LookUp
    skip_silence: bool

    def find(self, text: str, otherwise: list[tuple[str, Match]], *, folder: bool = False) -> Path:
        """Return the file or `folder` that a path means. If it is not as written, it is added to
        `otherwise`.
        """
        path = self.library.path(text)
        if exists(path):
            return path
        found = self.search.find(spellings([Spelling(text)]), self.library.root, folder=folder)
        fits = is_folder if folder else is_file
        if not isinstance(found, Match) or not fits(found.path):
            return path
        if found.how:
            otherwise.append((text, found))
        return found.path

    def file(
        self, entry: TrackEntry, path: Path, key: str, *, listed: bool
    ) -> Iterator[LevelledTrack]:
        """Yield the track of a file, if it can be played. `listed`: a folder has listed it."""
        shown = self.library.shown(os.path.normpath(path))
        if what := _list_kind(path):
            entry.problem(
                key,
                f"{spelled(shown)} is {what} and not a sound file: name it as the layer's playlist",
            )
            return
        known = self._known(entry, path, shown, key, listed=listed)
        if known is None:
            return
        levelled = self._trimmed(entry, path, shown, key, *known)
        if levelled is not None:
            yield from entry.long_enough(levelled, key)

    def recording(
        self, entry: TrackEntry, text: str, otherwise: list[tuple[str, Match]]
    ) -> Path | None:
        """Return the file of a generator's `recording`; None, with a problem, if it is no use."""
        path = self.find(text, otherwise)
        shown = self.library.shown(os.path.normpath(path))
        known = self._known(entry, path, shown, "recording", listed=False)
        if known is None:
            return None
        if seconds(known[0].frames) < SHORTEST_RECORDING:
            least = format_duration(SHORTEST_RECORDING)
            entry.problem("recording", f"{_lasting(shown, known[0])}: at least {least} is needed")
            return None
        return path

    def _known(
        self, entry: TrackEntry, path: Path, shown: str, key: str, *, listed: bool
    ) -> tuple[Probe, Measured | None] | None:
        """Return what is known of a file; None, with a problem at `key`, if it cannot be played."""
        try:
            if not listed and not exists(path):
                why = f"{spelled(shown)}: {file_error(path, shown, self._missing(path))}"
                entry.missing(key, str(path), why)
                return None
            measured = self.measured(path)
            return self.probe(path) if measured is None else measured.probe, measured
        except MediaError as error:
            entry.file_problem(key, f"{spelled(shown)}: {file_error(path, shown, error)}")
            return None

    def _missing(self, path: Path) -> MediaError:
        """Return the error for a missing file, with what may be meant."""
        if path.is_symlink():
            target = spelled(os.readlink(path))  # noqa: PTH115 - as it is written
            return MediaError(f"is a link to {target}, which is not there")
        found = self.search.find(spellings([Spelling(str(path))]), self.library.root)
        if not isinstance(found, Match) and found.candidates:
            return MediaError(f"no such file: it could be {self._offered(found.candidates)}")
        try:
            beside = [entry.name for entry in path.parent.iterdir()]
        except (OSError, ValueError):
            folder = spelled(self.library.shown(path.parent))
            return MediaError(f"no such file: there is no folder {folder}")
        near = nearest(path.name, beside)
        if not near:
            return MediaError("no such file")
        return MediaError(
            f"no such file (did you mean {spelled(near)}{name_difference(path.name, near)}?)"
        )

    def _trimmed(
        self,
        entry: TrackEntry,
        path: Path,
        shown: str,
        key: str,
        probe: Probe,
        measured: Measured | None,
    ) -> LevelledTrack | None:
        spec = entry.spec
        start, end = frames(spec.start or 0.0), probe.frames
        if probe.frames <= 0:
            entry.problem(key, f"{spelled(shown)}: holds no sound")
            return None
        if start >= probe.frames:
            entry.problem("start", f"is after the end of {_lasting(shown, probe)}")
            return None
        if spec.end is not None:
            end = min(end, frames(spec.end))
            if frames(spec.end) > probe.frames:
                entry.problem("end", f"is after the end of {_lasting(shown, probe)}")
        if measured is not None:
            if measured.probe.fault:
                entry.file_problem(key, f"{spelled(shown)}: {measured.probe.fault}")
            if measured.probe.note:
                entry.note(key, f"{spelled(shown)}: {measured.probe.note}")
            if self.skip_silence:
                begins, ends = _sounding(start, end, measured)
                start = begins if entry.begins else start
                end = ends if entry.ends else end
        trim = f"#{spec.start or 0:g}-{spec.end or ''}" if spec.start or spec.end else ""
        track = Track(
            key=shown + trim,
            title=one_line(spec.title or probe.title or path.stem),
            artist=one_line(spec.artist or probe.artist or ""),
            source=_source(path, start, measured),
            frames=end - start,
            gain_db=spec.gain,
            where=entry.where,
            momentary=None if measured is None else _between(start, end, measured.momentary),
            calm=entry.is_calm,
        )
        if measured is None:
            return LevelledTrack(track, of_track(probe), of_album(probe))
        return LevelledTrack(track, of_measured(measured))

    def folder(self, entry: TrackEntry, folder: Path) -> Iterator[LevelledTrack]:
        """Yield the tracks of a folder's sound files, sorted by name."""
        shown = spelled(self.library.shown(folder))
        if not is_folder(folder):
            if exists(folder):
                entry.problem("folder", f"{shown}: is a file: write 'file:'")
            else:
                entry.missing("folder", str(folder), f"{shown}: {self._no_folder(folder)}")
            return
        try:
            files = sound_files(folder, lambda *what: self._unread(entry, *what))
        except OSError as error:
            self._unread(entry, folder, error)
            return
        if not files:
            entry.problem("folder", f"{shown}: has no sound file in it")
        for path in files:
            yield from self.file(entry, path, "folder", listed=True)

    def _no_folder(self, folder: Path) -> str:
        found = self.search.find(spellings([Spelling(str(folder))]), self.library.root, folder=True)
        if isinstance(found, Match) or not found.candidates:
            return "no such folder"
        return f"no such folder: it could be {self._offered(found.candidates)}"

    def _offered(self, candidates: Sequence[Path]) -> str:
        names = [spelled(self.library.shown(one)) for one in candidates[:3]]
        also = f" or {len(candidates) - 3} more" if len(candidates) > 3 else ""
        return " or ".join(names) + also

    def _unread(self, entry: TrackEntry, folder: Path, error: OSError) -> None:
        shown = spelled(self.library.shown(folder))
        entry.problem("folder", f"{shown}: cannot be read: {error.strerror}")


def _list_kind(path: Path) -> str:
    """Return what kind of list a file is by its ending, in words; "" if it is none."""
    ending = path.suffix.lower()
    if ending == ".cue":
        return "a cue sheet"
    return OTHER_PLAYLISTS.get(ending, "a playlist" if ending in PLAYLIST_FILES else "")


def name_difference(name: str, other: str) -> str:
    """Return how two names differ that look the same; "" if the difference is visible."""
    if spelled(name) == spelled(other) or name_keys(name, fold=False) & name_keys(
        other, fold=False
    ):
        if not other.isprintable() and "\ufffd" in spelled(other):
            return ", whose name is not in UTF-8"
        return ", whose accents are in another form"
    if name.casefold() == other.casefold():
        return ", in another case"
    if name.split() == other.split():
        return ", with other spaces"
    return ""


def _source(path: Path, start: int, measured: Measured | None) -> FileSource:
    if measured is None:
        return FileSource(str(path), start)
    return FileSource(str(path), start, measured.size, measured.mtime_ns)


def _lasting(shown: str, probe: Probe) -> str:
    """Return a file and its length in words."""
    return f"{spelled(shown)}, {format_duration(seconds(probe.frames))}"


def _sounding(start: int, end: int, measured: Measured) -> tuple[int, int]:
    """Return a range of a file without the silence at the file's ends; unchanged if it is all
    silent.
    """
    begins, ends = max(start, measured.sound_from), min(end, measured.sound_to)
    return (begins, ends) if ends - begins >= SHORTEST else (start, end)


def _between(start: int, end: int, momentary: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return a file's loudness curve between two frames, to the nearest tenth of a second."""
    hop = SAMPLE_RATE // CURVE_RATE
    return momentary[round(start / hop) : round(end / hop)]


def file_error(path: Path, shown: str, error: MediaError) -> str:
    """Return an error's text with the file's name as people know it."""
    message = str(error)
    for name in (str(path), shown, path.name):
        for form in (f"'{name}': ", f"{name}: "):
            message = message.removeprefix(form)
    return message.replace(str(path), shown)
