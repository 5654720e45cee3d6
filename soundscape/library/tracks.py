"""Makes playable tracks of a playlist's entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from soundscape.library.diagnostics import Described, Diagnostics
from soundscape.library.file_tracks import FileTracks, LookUp, ProbeFile, not_measured
from soundscape.library.files.locate import Library
from soundscape.library.files.path_search import Match, PathSearch
from soundscape.library.files.playlist_files import found_otherwise
from soundscape.library.generated_tracks import generated_track
from soundscape.library.track_entry import LevelledTrack, TrackEntry
from soundscape.scene.models import TrackSpec
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.timeline.show import SilentSource, Track
from soundscape.units import frames


@dataclass(frozen=True, slots=True)
class Tracks:
    """Makes tracks of entries. Problems go to `findings`.

    `search` finds files that are not where they are said to be. A file that was `measured` is not
    probed. `calm` is the scene's; with `skip_silence`, tracks begin and end with their sound.
    """

    library: Library
    search: PathSearch
    probe: ProbeFile
    seed: int
    findings: Diagnostics
    measured: LookUp = not_measured
    calm: bool = True
    skip_silence: bool = True

    def make(
        self,
        document: Described,
        path: KeyPath,
        specs: tuple[TrackSpec, ...],
        continued: frozenset[int] = frozenset(),
    ) -> list[LevelledTrack]:
        """Return the playable tracks of the list at `path`.

        The `continued` ones (by index) go on where the one before ends.
        """
        found: list[LevelledTrack] = []
        otherwise: list[tuple[str, Match]] = []
        first: KeyPath = path
        before: LevelledTrack | None = None
        files = FileTracks(self.library, self.search, self.probe, self.measured, self.skip_silence)
        for index, spec in enumerate(specs):
            line, column = document.place((*path, index))
            where = f"{document.file}:{line}:{column}"
            goes_on = index in continued
            entry = TrackEntry(
                document,
                (*path, index),
                spec,
                where,
                self.findings,
                self.calm,
                begins=not goes_on,
                ends=index + 1 not in continued,
            )
            count = len(otherwise)
            made = list(self._of(entry, files, otherwise))
            if len(otherwise) > count == 0:
                first = (*path, index)
            if goes_on and before is not None and made:
                made[0] = made[0].continuing(before)
            before = made[-1] if made else None
            found += made
        if otherwise:
            message = found_otherwise(otherwise, self.library.root)
            self.findings.file_problems.append(document.problem(first, message, "warning"))
        return found

    def _of(
        self, entry: TrackEntry, files: FileTracks, otherwise: list[tuple[str, Match]]
    ) -> Iterator[LevelledTrack]:
        spec = entry.spec
        if spec.file is not None:
            path = files.find(spec.file, otherwise)
            yield from files.file(entry, path, "file", listed=False)
        elif spec.folder is not None:
            yield from files.folder(entry, files.find(spec.folder, otherwise, folder=True))
        elif spec.silence is not None:
            track = Track(
                key=f"silence {entry.where}",
                title=spec.title or "silence",
                source=SilentSource(),
                frames=frames(spec.silence),
                where=entry.where,
            )
            yield from entry.long_enough(LevelledTrack(track, None), "silence")
        else:
            yield from generated_track(
                entry, self.seed, lambda entry, text: files.recording(entry, text, otherwise)
            )
