"""The joins of a session in a rehearsal: tracks shortened to their openings and ends.

A shortened scene has minutes of music and only seconds for it, so no two tracks would meet. Here
each track that the session would play is its opening, and then its end, which meets the opening of
the next one: every crossfade is heard. With joins or without, no track is longer than it can be
heard, so that all times on the screen are the rehearsal's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from soundscape.scene.models import LayerName
from soundscape.timeline.plan import Plan
from soundscape.timeline.show import FileSource, Phase, Playlist, Show, SilentSource, Track
from soundscape.timeline.show_update import playlists
from soundscape.units import SAMPLE_RATE

JOINED: tuple[LayerName, ...] = ("music", "ambience")
ALONE = SAMPLE_RATE // 2
"""Frames of a piece that are heard by themselves between its two crossfades."""
SHORTEST_FADE = SAMPLE_RATE
"""Where crossfades would be shorter than this (frames), the joins do not fit."""
_POINT = SAMPLE_RATE // 10


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Phases in a row in which a layer plays one playlist on, and the tracks that it plays."""

    layer: LayerName
    phases: tuple[str, ...]
    tracks: tuple[Track, ...]


def with_joins(short_show: Show, planned: Plan) -> tuple[Show, bool]:
    """Return a shortened show with the joins of the session that was `planned`.

    The crossfades are shortened where there is no time for them. Returns whether they fit.
    """
    lengths = {phase.name: phase.frames for phase in short_show.phases}
    runs = list(_runs(planned))
    count = {run: sum(map(_pieces_of, run.tracks)) - 1 for run in runs}
    available = {run: sum(lengths[name] for name in run.phases) for run in runs}
    longest = [(available[run] - count[run] * ALONE) // (count[run] + 1) for run in runs]
    fade = min([short_show.fades.track, *longest])
    fits = fade >= min(SHORTEST_FADE, short_show.fades.track)
    fade = max(0, fade)
    shortened: dict[tuple[str, LayerName], Playlist] = {}
    for run in runs:
        length = (available[run] - fade) // count[run] + fade
        pieces = tuple(_pieces(run.tracks, max(length, ALONE)))
        name = f"{run.layer} of {run.phases[0]}, rehearsed"
        for phase in run.phases:
            shortened[phase, run.layer] = Playlist(name, pieces)
    phases = tuple(_phase(phase, shortened) for phase in short_show.phases)
    fades = replace(short_show.fades, track=fade)
    joined = replace(short_show, phases=phases, fades=fades, closing=0)
    return without_joins(joined), fits


def without_joins(short_show: Show) -> Show:
    """Return the show with no track longer than it can be heard: a little over its phases."""
    fades = short_show.fades
    longest = max([fades.end, *(phase.fade or 0 for phase in short_show.phases)])
    cut: dict[tuple[str, LayerName], Playlist] = {}
    for layer in JOINED:
        for row in _rows(short_show.phases, layer):
            # The next track must not begin while the row goes out.
            length = sum(phase.frames for phase in row) + longest + fades.track + ALONE
            for phase in row:
                playlist = phase.layers[layer].playlist
                tracks = tuple(_opening(track, length) for track in playlist.tracks)
                cut[phase.name, layer] = replace(playlist, tracks=tracks)
    return replace(short_show, phases=tuple(_phase(phase, cut) for phase in short_show.phases))


def _opening(track: Track, length: int) -> Track:
    if isinstance(track.source, SilentSource) or track.frames <= length:
        return track
    if isinstance(track.source, FileSource):
        return _stretch(track, 0, length)
    return replace(track, frames=length, continues="")


def _runs(planned: Plan) -> Iterator[_Run]:
    phases = [one.phase for one in planned.phases]
    for layer in JOINED:
        for row in _rows(phases, layer):
            yield from _run(layer, row, planned)


def _rows(phases: Iterable[Phase], layer: LayerName) -> Iterator[list[Phase]]:
    """The phases in a row in which a layer plays one playlist on."""
    for name, row in groupby(phases, lambda phase: _playlist(phase, layer)):
        if name:
            yield list(row)


def _playlist(phase: Phase, layer: LayerName) -> str:
    return phase.layers[layer].playlist.name if layer in phase.layers else ""


def _run(layer: LayerName, row: Sequence[Phase], planned: Plan) -> Iterator[_Run]:
    names = tuple(phase.name for phase in row)
    ends = {one.phase.name: one.start + one.frames for one in planned.phases}
    written = {track.key: track for track in _all_tracks(planned.show)}
    tracks = tuple(
        written[one.clip.track.key]  # the clip's own has what follows its phase worked out
        for one in planned.clips
        if one.clip.layer == layer
        and one.clip.phase in names
        and one.start < ends[one.clip.phase]  # not under the session's last fade
    )
    if len(tracks) > 1:
        yield _Run(layer, names, tracks[: _last_new_join(tracks) + 2])


def _all_tracks(show: Show) -> Iterator[Track]:
    for playlist in playlists(show).values():
        yield from playlist.tracks


def _last_new_join(tracks: Sequence[Track]) -> int:
    """The number of the last join that none before it is like: a playlist repeats its joins."""
    joins = [(one.key, other.key) for one, other in pairwise(tracks)]
    return max(joins.index(join) for join in joins)


def _pieces_of(track: Track) -> int:
    return 2 if isinstance(track.source, FileSource) else 1


def _pieces(tracks: Sequence[Track], length: int) -> Iterator[Track]:
    """Each file's opening and end; of generated sound and silence one stretch."""
    for number, track in enumerate(tracks):
        last = number + 1 == len(tracks)
        if last:  # it plays until its phase is over
            yield replace(track, continues="")
        elif isinstance(track.source, SilentSource) or 2 * length >= track.frames:
            yield replace(track, frames=min(track.frames, length), continues="")
        elif isinstance(track.source, FileSource):
            yield _stretch(track, 0, length)
            end = _stretch(track, track.frames - length, track.frames)
            yield replace(end, title=f"{track.title}, its end")
        else:
            yield replace(track, frames=length)


def _stretch(track: Track, begin: int, end: int) -> Track:
    """The frames `begin` to `end` of a file's track."""
    source, known = track.source, track.momentary
    assert isinstance(source, FileSource)  # noqa: S101 - of others there is no end
    return replace(
        track,
        source=replace(source, start=source.start + begin),
        frames=end - begin,
        momentary=None if known is None else known[begin // _POINT : end // _POINT],
        continues="",
    )


def _phase(phase: Phase, shortened: dict[tuple[str, LayerName], Playlist]) -> Phase:
    layers = {
        name: replace(layer, playlist=shortened[phase.name, name])
        if (phase.name, name) in shortened
        else layer
        for name, layer in phase.layers.items()
    }
    return replace(phase, layers=layers)
