"""Finds the files that stay under their target: nothing is raised far, nor over the ceiling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, isclose

from soundscape.errors import Problem
from soundscape.library.files.locate import Library, spelled
from soundscape.library.measure.track_gain import effective_loudness, of_measured, softness
from soundscape.library.resolve import Loaded
from soundscape.media.types import Measured
from soundscape.timeline.show import FileSource, Show, Track
from soundscape.views import plan_warning_texts


def too_soft(
    library: Library, loaded: Loaded, known: Callable[[str], Measured | None]
) -> Iterator[Problem]:
    """Yield a warning for each measured file of a scene that stays far under its target."""
    ceiling = loaded.room.audio.ceiling
    for track, highest in _with_targets(loaded.show):
        if not isinstance(track.source, FileSource) or track.momentary is None:
            continue
        found = known(track.source.path)
        if found is None:
            continue
        loudness = effective_loudness(of_measured(found), highest, ceiling)
        # Another gain is that of an album, or one that is written.
        if not isclose(track.gain_db, -loudness, abs_tol=0.01):
            continue
        for message in softness(found, loudness, highest):
            file, line, column = track.where.rsplit(":", 2)
            text = f"{spelled(library.shown(track.source.path))}: {message}"
            like = plan_warning_texts.SOFT_FILES
            yield Problem(file, int(line), int(column), text, "warning", like)


def _with_targets(show: Show) -> Iterator[tuple[Track, float]]:
    """Yield the tracks of the phases, with the highest target (LUFS) that each will meet."""
    highest: dict[str, float] = {}
    layers = [(phase, layer) for phase in show.phases for layer in phase.layers.values()]
    for phase, layer in layers:
        target = max(value for _, value in phase.loudness.points)
        target += max(0.0, *(value for _, value in layer.level.points))
        name = layer.playlist.name
        highest[name] = max(highest.get(name, -inf), target)
    for playlist in {layer.playlist.name: layer.playlist for _, layer in layers}.values():
        for track in playlist.tracks:
            yield track, highest[playlist.name]
