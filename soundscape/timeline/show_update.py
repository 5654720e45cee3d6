"""Track updates measured during a session, addressed by playlist and track index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from soundscape.scene.models import LAYERS, LayerName
from soundscape.timeline.show import FileSource, Layer, Playlist, Show, Track


@dataclass(frozen=True, slots=True)
class TrackUpdate:
    """A track after its file was measured.

    `playlist` is the number of a place in `playlists`, `track` counts within it, from 0.
    """

    playlist: int
    track: int
    now: Track


@dataclass(frozen=True, slots=True)
class PlaylistReturn:
    """A phase's layer whose files are there again. `phase` counts from 0."""

    phase: int
    layer: LayerName
    now: Layer


def returned(before: Show, after: Show, files: Collection[str]) -> tuple[PlaylistReturn, ...]:
    """The layers of a show that was loaded again that have some of these files.

    A layer that had nothing else to play was not in the show before.
    """
    found = []
    for index, phase in enumerate(after.phases[: len(before.phases)]):
        for name, layer in phase.layers.items():
            sources = (track.source for track in layer.playlist.tracks)
            if any(isinstance(one, FileSource) and _is_of(one.path, files) for one in sources):
                found.append(PlaylistReturn(index, name, layer))
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
        layers = {**phase.layers, one.layer: one.now}
        in_order = {name: layers[name] for name in LAYERS if name in layers}
        phases[one.phase] = replace(phase, layers=in_order)
    return replace(show, phases=tuple(phases))


def playlists(show: Show) -> dict[int, Playlist]:
    """The playlist of each place that has one, by the place's number.

    A place keeps its number when a layer comes to a phase.
    """
    of_layers = [
        {name: layer.playlist for name, layer in phase.layers.items()} for phase in show.phases
    ]
    found = {
        row * len(LAYERS) + LAYERS.index(name): playlist
        for row, layers in enumerate([*of_layers, show.landing])
        for name, playlist in layers.items()
    }
    return {**found, (len(of_layers) + 1) * len(LAYERS): show.drone}


def track_updates(before: Show, after: Show) -> tuple[TrackUpdate, ...]:
    """The tracks that are known better in a show that was loaded again.

    A track that one of the two has not, or that stands elsewhere now, stays as it was.
    """
    there = playlists(after)
    return tuple(
        TrackUpdate(place, track, now)
        for place, old in playlists(before).items()
        if place in there and there[place].name == old.name
        for track, now in _updated_tracks(old.tracks, there[place].tracks)
    )


def updated(show: Show, updates: Iterable[TrackUpdate]) -> Show:
    """The show with the updated tracks, but for those whose playlist has come back meanwhile."""
    by_place: dict[int, dict[int, Track]] = {}
    for update in updates:
        by_place.setdefault(update.playlist, {})[update.track] = update.now

    def known(row: int, name: LayerName, playlist: Playlist) -> Playlist:
        return _with_tracks(playlist, by_place.get(row * len(LAYERS) + LAYERS.index(name)))

    phases = tuple(
        replace(
            phase,
            layers={
                name: replace(layer, playlist=known(row, name, layer.playlist))
                for name, layer in phase.layers.items()
            },
        )
        for row, phase in enumerate(show.phases)
    )
    row = len(phases)
    landing = {name: known(row, name, playlist) for name, playlist in show.landing.items()}
    return replace(show, phases=phases, landing=landing)


def _with_tracks(playlist: Playlist, better: dict[int, Track] | None) -> Playlist:
    if better is None:
        return playlist
    tracks = list(playlist.tracks)
    for number, now in better.items():
        if number < len(tracks) and tracks[number].key == now.key:
            tracks[number] = now
    return replace(playlist, tracks=tuple(tracks))


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
