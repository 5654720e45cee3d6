"""One entry of a playlist with its place, and a track that was made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from soundscape.library.diagnostics import Described, Diagnostics
from soundscape.library.files.locate import spelled
from soundscape.library.measure.track_gain import Loudness
from soundscape.scene.models import TrackSpec
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.timeline.show import Track
from soundscape.units import frames

SHORTEST = frames(0.1)
"""A shorter track is a click, and is left out."""


@dataclass(frozen=True, slots=True)
class LevelledTrack:
    """A track whose gain is only its own trim, and its loudness: None for a silence."""

    track: Track
    loudness: Loudness | None
    album: Loudness | None = None

    def continuing(self, before: LevelledTrack) -> LevelledTrack:
        """Return the same track, going on where another piece ends."""
        return replace(self, track=replace(self.track, continues=before.track.key))


@dataclass(frozen=True, slots=True)
class TrackEntry:
    """An entry as written, and its place. Its problems go to `diagnostics`.

    `begins`, `ends`: silence at that end of its file may be skipped. `calm` is the scene's.
    """

    document: Described
    path: KeyPath
    spec: TrackSpec
    where: str
    diagnostics: Diagnostics
    calm: bool
    begins: bool = True
    ends: bool = True

    @property
    def is_calm(self) -> bool:
        """Whether calm keeps the track's own dynamics from rising too fast."""
        return self.calm if self.spec.calm is None else self.spec.calm

    def long_enough(self, track: LevelledTrack, key: str) -> Iterator[LevelledTrack]:
        """Yield the track, or report a problem at `key` if it is too short."""
        if track.track.frames >= SHORTEST:
            yield track
        else:
            self.problem(key, f"{spelled(track.track.title)} is shorter than 0.1 s")

    def problem(self, key: str, message: str) -> None:
        """Report that the entry's track is left out."""
        self.diagnostics.file_problems.append(self.document.problem((*self.path, key), message))

    def file_problem(self, key: str, message: str) -> None:
        """Report a problem of a sound file itself; the session's health has it too."""
        self.diagnostics.file_faults.setdefault(message)
        self.problem(key, message)

    def missing(self, key: str, path: str, message: str) -> None:
        """Report that a sound file, or a folder of them, is missing. It may come back."""
        self.diagnostics.missing_files.setdefault(path)
        self.problem(key, message)

    def note(self, key: str, message: str) -> None:
        """Report something odd that leaves the track as it is."""
        problem = self.document.problem((*self.path, key), message, "warning")
        self.diagnostics.file_problems.append(problem)

    def fault(self, path: KeyPath, message: str) -> None:
        """Report a fault that keeps the session from starting."""
        self.diagnostics.faults.append(self.document.problem((*self.path, *path), message))
