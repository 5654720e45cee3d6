"""Track updates measured during a session, addressed by playlist and track index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from soundscape.timeline.show import FileSource, Playlist, Show, Track


@dataclass(frozen=True, slots=True)
class TrackUpdate:
    """A track after its file was measured.

    `playlist` counts as `playlists` does, `track` within that playlist; both from 0.
    """

    playlist: int
    track: int
    now: Track


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
