"""What becomes known of a show's files while it plays: tracks, by their places in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from soundscape.timeline.show import FileSource, Playlist, Show, Track


@dataclass(frozen=True, slots=True)
class TrackUpdate:
    """A track as it is known by now, its file having been measured.

    `playlist` counts as `playlists` does, `track` within that playlist; both from 0.
    """

    playlist: int
    track: int
    now: Track


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
