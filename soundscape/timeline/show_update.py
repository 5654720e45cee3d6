"""What becomes known of a show's files while it plays: tracks, by their places in it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from soundscape.scene.models import LayerName
from soundscape.timeline.show import FileSource, Playlist, Show, Track


@dataclass(frozen=True, slots=True)
class TrackUpdate:
    """A track as it is known by now, its file having been measured.

    `playlist` counts as `playlists` does, `track` within that playlist; both from 0.
    """

    playlist: int
    track: int
    now: Track


@dataclass(frozen=True, slots=True)
class PlaylistReturn:
    """A phase's playlist whose files are there again. `phase` counts from 0."""

    phase: int
    layer: LayerName
    playlist: Playlist


def returned(before: Show, after: Show, files: Collection[str]) -> tuple[PlaylistReturn, ...]:
    """The playlists of a show that was loaded again that have some of these files."""
    found = []
    for index, (old, new) in enumerate(zip(before.phases, after.phases, strict=False)):
        for layer, played in new.layers.items():
            sources = (track.source for track in played.playlist.tracks)
            here = any(isinstance(one, FileSource) and _is_of(one.path, files) for one in sources)
            if here and layer in old.layers:
                found.append(PlaylistReturn(index, layer, played.playlist))
    return tuple(found)


def _is_of(path: str, files: Collection[str]) -> bool:
    """Whether a file is one of these, or lies in a folder that is one of them."""
    return path in files or any(path.startswith(f"{one.rstrip(os.sep)}{os.sep}") for one in files)


def with_playlists(show: Show, found: Iterable[PlaylistReturn]) -> Show:
    """The show with playlists that are there again."""
    phases = list(show.phases)
    for one in found:
        phase = phases[one.phase]
        layer = replace(phase.layers[one.layer], playlist=one.playlist)
        phases[one.phase] = replace(phase, layers={**phase.layers, one.layer: layer})
    return replace(show, phases=tuple(phases))


def playlists(show: Show) -> list[Playlist]:
    """The playlist of each place that has one: always in the same order, one for each place."""
    of_layers = [layer.playlist for phase in show.phases for layer in phase.layers.values()]
    return [*of_layers, *show.landing.values(), show.drone]


def news(before: Show, after: Show) -> tuple[TrackUpdate, ...]:
    """What is known better of the files of a show that was loaded again.

    A track that one of the two has not, or that stands elsewhere now, stays as it was.
    """
    pairs = zip(playlists(before), playlists(after), strict=False)
    return tuple(
        TrackUpdate(place, track, now)
        for place, (old, new) in enumerate(pairs)
        if old.name == new.name
        for track, now in _known_better(old.tracks, new.tracks)
    )


def learned(show: Show, found: Iterable[TrackUpdate]) -> Show:
    """The show with what became known."""
    by_place: dict[int, dict[int, Track]] = {}
    for one in found:
        by_place.setdefault(one.playlist, {})[one.track] = one.now
    place = count()

    def known(playlist: Playlist) -> Playlist:
        better = by_place.get(next(place))
        if better is None:
            return playlist
        tracks = (better.get(number, track) for number, track in enumerate(playlist.tracks))
        return replace(playlist, tracks=tuple(tracks))

    phases = tuple(
        replace(
            phase,
            layers={
                name: replace(layer, playlist=known(layer.playlist))
                for name, layer in phase.layers.items()
            },
        )
        for phase in show.phases
    )
    landing = {name: known(playlist) for name, playlist in show.landing.items()}
    return replace(show, phases=phases, landing=landing, drone=known(show.drone))


def _known_better(old: tuple[Track, ...], new: tuple[Track, ...]) -> Iterator[tuple[int, Track]]:
    """The places and tracks that differ; of `new` some may be missing, found to be damaged."""
    waiting = iter(new)
    now = next(waiting, None)
    for place, track in enumerate(old):
        if now is None:
            return
        if (track.key, track.where) != (now.key, now.where):
            continue
        if isinstance(track.source, FileSource) and _differ(track, now):
            yield place, now
        now = next(waiting, None)


def _differ(one: Track, other: Track) -> bool:
    measured = one.momentary is None and other.momentary is not None
    return measured or one != other
