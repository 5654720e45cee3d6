"""From a playlist's tracks as written to what can be played: files looked at, folders listed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from soundscape import synth
from soundscape.errors import InvalidValue, MediaError
from soundscape.library.diagnostics import Described, Diagnostics
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
from soundscape.library.files.playlist_files import found_otherwise
from soundscape.library.files.sound_files import sound_files
from soundscape.library.measure.track_gain import (
    Loudness,
    of_album,
    of_generators,
    of_measured,
    of_track,
)
from soundscape.media.types import CURVE_RATE, Measured, Probe
from soundscape.scene.fields import EnvelopeSpec
from soundscape.scene.models import GeneratorSpec, TrackSpec
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.timeline.show import FileSource, GeneratedSource, SilentSource, Track, Voice
from soundscape.units import (
    SAMPLE_RATE,
    SILENCE_DB,
    format_duration,
    frames,
    nearest,
    one_line,
    seconds,
)

SHORTEST = frames(0.1)
"""A shorter track is a click; it is left out."""

LookAt = Callable[[Path], Probe]
"""What tells a sound file's length and tags. Raises MediaError."""

LookUp = Callable[[Path], Measured | None]
"""What tells what a sound file was found to be: None where it was not measured.

Raises MediaError where it was, and held no sound.
"""


@dataclass(frozen=True, slots=True)
class LevelledTrack:
    """A track whose gain is still its own trim, and how loud it is: None for a silence."""

    track: Track
    loudness: Loudness | None
    album: Loudness | None = None

    def continuing(self, before: LevelledTrack) -> LevelledTrack:
        """The same, going on where another piece ends."""
        return replace(self, track=replace(self.track, continues=before.track.key))


def look_at(path: Path) -> Probe:
    """A file's own length and tags. Raises MediaError where nothing can be decoded."""
    from soundscape.media.probe import probe  # noqa: PLC0415 - FFmpeg, for files not measured

    return probe(path)


def not_measured(_path: Path) -> None:
    """A LookUp that knows nothing."""


@dataclass(frozen=True, slots=True)
class Tracks:
    """Makes pieces of written tracks. What is wrong goes to `findings`.

    `search` looks for files that are not where they are written to be. A file that was `measured`
    is not probed. `calm` is the scene's; with `skip_silence` tracks begin and end with their sound.
    """

    library: Library
    search: PathSearch
    probe: LookAt
    seed: int
    findings: Diagnostics
    measured: LookUp = not_measured
    calm: bool = True
    skip_silence: bool = True

    def pieces(
        self,
        document: Described,
        path: KeyPath,
        specs: tuple[TrackSpec, ...],
        continued: frozenset[int] = frozenset(),
    ) -> list[LevelledTrack]:
        """What of a list of tracks, which stands at `path`, can be played.

        The `continued` ones (by index) go on where the one before ends.
        """
        found: list[LevelledTrack] = []
        otherwise: list[tuple[str, Match]] = []
        first: KeyPath = path
        before: LevelledTrack | None = None
        for index, spec in enumerate(specs):
            line, column = document.place((*path, index))
            where = f"{document.file}:{line}:{column}"
            goes_on = index in continued
            written = _TrackSource(
                document, (*path, index), spec, where, not goes_on, index + 1 not in continued
            )
            count = len(otherwise)
            pieces = list(self._of(written, otherwise))
            if len(otherwise) > count == 0:
                first = (*path, index)
            if goes_on and before is not None and pieces:
                pieces[0] = pieces[0].continuing(before)
            before = pieces[-1] if pieces else None
            found += pieces
        if otherwise:
            message = found_otherwise(otherwise, self.library.root)
            self.findings.problems.append(document.problem(first, message, "warning"))
        return found

    def _of(
        self, written: _TrackSource, otherwise: list[tuple[str, Match]]
    ) -> Iterator[LevelledTrack]:
        spec = written.spec
        if spec.file is not None:
            path = self._searched(spec.file, otherwise)
            yield from self._file(written, path, "file", listed=False)
        elif spec.folder is not None:
            yield from self._folder(written, self.library.path(spec.folder))
        elif spec.silence is not None:
            track = Track(
                key=f"silence {written.where}",
                title=spec.title or "silence",
                source=SilentSource(),
                frames=frames(spec.silence),
                where=written.where,
            )
            yield from self._long_enough(written, LevelledTrack(track, None), "silence")
        else:
            yield from self._generated(written)

    def _searched(self, text: str, otherwise: list[tuple[str, Match]]) -> Path:
        """The file that a path means; where it is not as written, that is noted."""
        path = self.library.path(text)
        if exists(path):
            return path
        found = self.search.find(spellings([Spelling(text)]), self.library.root)
        if not isinstance(found, Match) or not is_file(found.path):
            return path
        if found.how:
            otherwise.append((text, found))
        return found.path

    # Files ----------------------------------------------------------------------------------------

    def _file(
        self, written: _TrackSource, path: Path, key: str, *, listed: bool
    ) -> Iterator[LevelledTrack]:
        """A file as a track; one that a folder listed is there."""
        shown = self.library.shown(os.path.normpath(path))
        if what := _list_kind(path):
            self._problem(
                written,
                key,
                f"{spelled(shown)} is {what} and not a sound file: name it as the layer's playlist",
            )
            return
        try:
            if not listed and not exists(path):
                self._missing(path)
            measured = self.measured(path)
            probe = self.probe(path) if measured is None else measured.probe
        except MediaError as error:
            self._file_problem(written, key, f"{spelled(shown)}: {said_of(path, shown, error)}")
            return
        piece = self._trimmed(written, path, shown, key, probe, measured)
        if piece is not None:
            yield from self._long_enough(written, piece, key)

    def _missing(self, path: Path) -> NoReturn:
        """Say that a file is not there, and name what may be meant."""
        if path.is_symlink():
            target = spelled(os.readlink(path))  # noqa: PTH115 - as it is written
            raise MediaError(f"is a link to {target}, which is not there")
        found = self.search.find(spellings([Spelling(str(path))]), self.library.root)
        if not isinstance(found, Match) and found.candidates:
            names = [spelled(self.library.shown(one)) for one in found.candidates[:3]]
            also = f" or {len(found.candidates) - 3} more" if len(found.candidates) > 3 else ""
            raise MediaError(f"no such file: it could be {' or '.join(names)}{also}")
        try:
            beside = [entry.name for entry in path.parent.iterdir()]
        except (OSError, ValueError):
            folder = spelled(self.library.shown(path.parent))
            raise MediaError(f"no such file: there is no folder {folder}") from None
        near = nearest(path.name, beside)
        if not near:
            raise MediaError("no such file")
        raise MediaError(
            f"no such file (did you mean {spelled(near)}{difference(path.name, near)}?)"
        )

    def _trimmed(
        self,
        written: _TrackSource,
        path: Path,
        shown: str,
        key: str,
        probe: Probe,
        measured: Measured | None,
    ) -> LevelledTrack | None:
        spec = written.spec
        start, end = frames(spec.start or 0.0), probe.frames
        if probe.frames <= 0:
            self._problem(written, key, f"{spelled(shown)}: holds no sound")
            return None
        if start >= probe.frames:
            self._problem(written, "start", f"is after the end of {_lasting(shown, probe)}")
            return None
        if spec.end is not None:
            end = min(end, frames(spec.end))
            if frames(spec.end) > probe.frames:
                self._problem(written, "end", f"is after the end of {_lasting(shown, probe)}")
        if measured is not None:
            if measured.probe.fault:
                self._file_problem(written, key, f"{spelled(shown)}: {measured.probe.fault}")
            if measured.probe.note:
                message = f"{spelled(shown)}: {measured.probe.note}"
                problem = written.document.problem((*written.path, key), message, "warning")
                self.findings.problems.append(problem)
            if self.skip_silence:
                begins, ends = _sounding(start, end, measured)
                start = begins if written.begins else start
                end = ends if written.ends else end
        trim = f"#{spec.start or 0:g}-{spec.end or ''}" if spec.start or spec.end else ""
        track = Track(
            key=shown + trim,
            title=one_line(spec.title or probe.title or path.stem),
            artist=one_line(spec.artist or probe.artist or ""),
            source=FileSource(str(path), start),
            frames=end - start,
            gain_db=spec.gain,
            where=written.where,
            momentary=None if measured is None else _between(start, end, measured.momentary),
            calm=self._calm(spec),
        )
        if measured is None:
            return LevelledTrack(track, of_track(probe), of_album(probe))
        return LevelledTrack(track, of_measured(measured))

    def _calm(self, spec: TrackSpec) -> bool:
        return self.calm if spec.calm is None else spec.calm

    def _folder(self, written: _TrackSource, folder: Path) -> Iterator[LevelledTrack]:
        shown = spelled(self.library.shown(folder))
        if not is_folder(folder):
            what = "is a file: write 'file:'" if exists(folder) else "no such folder"
            self._problem(written, "folder", f"{shown}: {what}")
            return
        try:
            files = sound_files(folder, lambda *what: self._unread(written, *what))
        except OSError as error:
            self._unread(written, folder, error)
            return
        if not files:
            self._problem(written, "folder", f"{shown}: has no sound file in it")
        for path in files:
            yield from self._file(written, path, "folder", listed=True)

    def _unread(self, written: _TrackSource, folder: Path, error: OSError) -> None:
        shown = spelled(self.library.shown(folder))
        self._problem(written, "folder", f"{shown}: cannot be read: {error.strerror}")

    # Generated sound ------------------------------------------------------------------------------

    def _generated(self, written: _TrackSource) -> Iterator[LevelledTrack]:
        spec = written.spec
        stacked = spec.stack is not None
        specs = spec.stack or ((spec.generate,) if spec.generate else ())
        voices = [
            self._voice(written, ("stack", place) if stacked else (), voice)
            for place, voice in enumerate(specs)
        ]
        known = [voice for voice in voices if voice is not None]
        if len(known) < len(voices):
            return
        if all(voice.level_db <= SILENCE_DB for voice in known):
            self._fault(written, ("stack",) if stacked else ("level",), "nothing of it is heard")
            return
        lone = 0.0 if stacked else known[0].level_db  # in a stack levels only weigh the voices
        key = _canonical(known)
        track = Track(
            key=key,
            title=spec.title or " + ".join(map(_voice_title, specs)),
            artist=spec.artist or "",
            source=GeneratedSource(tuple(known), derived_seed(self.seed, key)),
            frames=frames(spec.duration or 0.0),
            gain_db=spec.gain + lone,
            where=written.where,
            calm=self._calm(spec),
        )
        lift = max(synth.lift(voice.params, seconds(track.frames)) for voice in known)
        piece = LevelledTrack(track, of_generators((voice.generator for voice in known), lift))
        yield from self._long_enough(written, piece, "duration")

    def _voice(self, written: _TrackSource, path: KeyPath, spec: GeneratorSpec) -> Voice | None:
        try:
            return Voice(spec.generate, synth.check(spec.generate, spec.params), spec.level)
        except synth.ParameterProblems as faults:
            for key, message in faults.problems:
                self._fault(written, (*path, key), message)
        except InvalidValue as fault:
            self._fault(written, (*path, "generate"), str(fault))
        return None

    # Problems -------------------------------------------------------------------------------------

    def _long_enough(
        self, written: _TrackSource, piece: LevelledTrack, key: str
    ) -> Iterator[LevelledTrack]:
        if piece.track.frames >= SHORTEST:
            yield piece
        else:
            self._problem(written, key, f"{spelled(piece.track.title)} is shorter than 0.1 s")

    def _file_problem(self, written: _TrackSource, key: str, message: str) -> None:
        """A problem with a sound file itself, which the session's health tells too."""
        self.findings.file_faults.setdefault(message)
        self._problem(written, key, message)

    def _problem(self, written: _TrackSource, key: str, message: str) -> None:
        self.findings.problems.append(written.document.problem((*written.path, key), message))

    def _fault(self, written: _TrackSource, path: KeyPath, message: str) -> None:
        self.findings.faults.append(written.document.problem((*written.path, *path), message))


@dataclass(frozen=True, slots=True)
class _TrackSource:
    """A track as written, and where. `begins`, `ends`: silence at that end may be skipped."""

    document: Described
    path: KeyPath
    spec: TrackSpec
    where: str
    begins: bool = True
    ends: bool = True


def _list_kind(path: Path) -> str:
    """What a list of tracks is called, where a file is one by its ending."""
    ending = path.suffix.lower()
    if ending == ".cue":
        return "a cue sheet"
    return OTHER_PLAYLISTS.get(ending, "a playlist" if ending in PLAYLIST_FILES else "")


def difference(name: str, other: str) -> str:
    """What differs between two names that look the same; empty where it can be seen."""
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


def _lasting(shown: str, probe: Probe) -> str:
    """A file and how long it is, in words."""
    return f"{spelled(shown)}, {format_duration(seconds(probe.frames))}"


def _sounding(start: int, end: int, measured: Measured) -> tuple[int, int]:
    """A stretch of a file without the silence at the file's ends; as it is, where it is silent."""
    begins, ends = max(start, measured.sound_from), min(end, measured.sound_to)
    return (begins, ends) if ends - begins >= SHORTEST else (start, end)


def _between(start: int, end: int, momentary: NDArray[np.int16]) -> NDArray[np.int16]:
    """A file's curve from a frame to another, to the nearest tenth of a second."""
    hop = SAMPLE_RATE // CURVE_RATE
    return momentary[round(start / hop) : round(end / hop)]


def derived_seed(seed: int, name: str) -> int:
    """A seed of its own for a thing with a name: the same on every machine."""
    return int.from_bytes(sha256(f"{seed}/{name}".encode()).digest()[:6])


def _canonical(voices: list[Voice]) -> str:
    """One text for one sound, however its parameters were written."""
    return " + ".join(
        f"{voice.generator} {json.dumps({k: _rounded(v) for k, v in sorted(voice.params.items())})}"
        + (f" at {voice.level_db:g} dB" if len(voices) > 1 else "")
        for voice in voices
    )


def _rounded(value: Any) -> Any:
    """A frequency may differ in its last digit from machine to machine."""
    if isinstance(value, EnvelopeSpec):
        return [[at.seconds, at.fraction, at.from_end, point] for at, point in value.points]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _voice_title(spec: GeneratorSpec) -> str:
    return " ".join(str(part) for part in (spec.generate, spec.params.get("root")) if part)


def said_of(path: Path, shown: str, error: MediaError) -> str:
    """What is wrong with a file, without its name: that stands before it, as people know it."""
    message = str(error)
    for name in (str(path), shown, path.name):
        for form in (f"'{name}': ", f"{name}: "):
            message = message.removeprefix(form)
    return message.replace(str(path), shown)
