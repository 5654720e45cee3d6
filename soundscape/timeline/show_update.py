"""Track updates measured during a session, addressed by playlist and track index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from soundscape.scene.models import LayerName
from soundscape.timeline.show import FileSource, Playlist, Show, Track


@dataclass(frozen=True, slots=True)
class TrackUpdate:
    """A track after its file was measured.

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
    folders = tuple(f"{one}{separator}" for one in files for separator in "/\\")
    return path in files or path.startswith(folders)


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


def track_updates(before: Show, after: Show) -> tuple[TrackUpdate, ...]:
    """The tracks that are known better in a show that was loaded again.

    A track that one of the two has not, or that stands elsewhere now, stays as it was.
    """
    pairs = zip(playlists(before), playlists(after), strict=False)
    return tuple(
        TrackUpdate(place, track, now)
        for place, (old, new) in enumerate(pairs)
        if old.name == new.name
        for track, now in _updated_tracks(old.tracks, new.tracks)
    )


def updated(show: Show, updates: Iterable[TrackUpdate]) -> Show:
    """The show with the updated tracks."""
    by_place: dict[int, dict[int, Track]] = {}
    for update in updates:
        by_place.setdefault(update.playlist, {})[update.track] = update.now
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


def _updated_tracks(old: tuple[Track, ...], new: tuple[Track, ...]) -> Iterator[tuple[int, Track]]:
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
