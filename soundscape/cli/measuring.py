"""Measures sound files for the commands that need their loudness.

Mostly there is nothing to measure, so the modules for it are imported only if there is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from soundscape.library.file_tracks import LookUp, ProbeFile, probe_file
from soundscape.library.measure.catalogue import Catalogue, stamp_of
from soundscape.library.missing_measurements import Scan
from soundscape.library.resolve import Loaded
from soundscape.library.user_dirs import cache_folder
from soundscape.media.types import Measured, Probe
from soundscape.timeline.show import FileSource, Phase, Show
from soundscape.units import frames

if TYPE_CHECKING:
    from soundscape.dsp.texture import Texture
    from soundscape.errors import MediaError

MEASURED_WHOLE = frames(90.0)
"""A layer's first file up to this length is measured before a session starts."""


def open_catalogue() -> Catalogue:
    """Return this user's catalogue; problems with it are printed on stderr as warnings."""
    return Catalogue(
        cache_folder(os.environ), lambda line: click.echo(f"warning: {line}", err=True)
    )


def scanning(catalogue: Catalogue) -> Scan:
    """Return a function that measures files into the catalogue, with a bar on a terminal."""

    def measure(paths: Iterable[Path]) -> None:
        from soundscape.cli.progress import progress  # noqa: PLC0415
        from soundscape.library.measure.scan import scan, unknown  # noqa: PLC0415

        jobs = list(unknown(catalogue, paths))
        total = sum(stamp[0] for _, stamp in jobs)
        with progress(f"Measuring {counted(len(jobs))}", total) as advance:
            scan(catalogue, [path for path, _ in jobs], lambda _path, size: advance(size))

    return measure


def textures(paths: Iterable[Path]) -> Iterator[tuple[Path, tuple[Texture, ...] | MediaError]]:
    """Decode files that are there, with a bar on a terminal, and yield the texture of each."""
    from soundscape.cli.progress import progress  # noqa: PLC0415
    from soundscape.library.measure.scan import measured_all  # noqa: PLC0415
    from soundscape.media.segments import texture  # noqa: PLC0415

    jobs = [(path, stamp) for path in paths if (stamp := stamp_of(path)) is not None]
    total = sum(stamp[0] for _, stamp in jobs)
    with progress(f"Listening to {counted(len(jobs))}", total) as advance:
        for (path, stamp), found in measured_all(jobs, texture):
            advance(stamp[0])
            yield path, found


def counted(number: int) -> str:
    """Return a number of files in words."""
    return f"{number} {'file' if number == 1 else 'files'}"


def with_first_measured(
    make: Callable[[LookUp, ProbeFile], Loaded], begin: Callable[[Show], int]
) -> tuple[Loaded, list[Path]]:
    """Return what `make` makes once each layer's first track is known, and the unmeasured files.

    A short first file is measured whole, a long one in parts, so that the start does not wait for
    an hour of music. `begin` returns the phase that a show begins with. Until a file is measured,
    its tags count.
    """
    missing: dict[Path, None] = {}
    with open_catalogue() as catalogue:

        def look_up(path: Path) -> Measured | None:
            found = catalogue.get(path)
            if found is None:
                missing[path] = None
            return found

        probe = cache(probe_file)
        loaded = make(look_up, probe)
        if not missing:
            return loaded, []
        first = [path for path in _first_files(loaded.show, begin) if path in missing]
        if first:
            short = [path for path in first if probe(path).frames <= MEASURED_WHOLE]
            if short:
                scanning(catalogue)(short)
            estimated = _estimating(probe, [path for path in first if path not in short])
            missing.clear()
            loaded = make(look_up, estimated)
    return loaded, list(missing)


def _estimating(probe: ProbeFile, paths: Iterable[Path]) -> ProbeFile:
    """Return `probe` with the loudness of these files estimated from some of their parts."""
    from soundscape.media.measure import estimate  # noqa: PLC0415

    found = {path: replace(probe(path), estimate=estimate(path)) for path in paths}

    def estimated(path: Path) -> Probe:
        return found.get(path) or probe(path)

    return estimated


def _first_files(show: Show, begin: Callable[[Show], int]) -> list[Path]:
    """Return the first track of each layer, if it is a file."""
    from soundscape.timeline.cursor import Cursor  # noqa: PLC0415

    phases: tuple[Phase, ...] = show.phases[begin(show) :]
    seen: set[str] = set()
    found: list[Path] = []
    for phase in phases:
        for layer, played in phase.layers.items():
            if layer in seen:
                continue
            seen.add(layer)
            track = Cursor(played.playlist, show.seed, set()).peek()
            if track is not None and isinstance(track.source, FileSource):
                found.append(Path(track.source.path))
    return found
