"""What will go otherwise than a scene's files say: fades, moves and playlists that do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from soundscape.dsp.calm import CalmPlace, may_touch, places, points
from soundscape.dsp.rise import slowest_square_rise
from soundscape.dsp.weighting import from_steps
from soundscape.errors import Problem
from soundscape.library.checks.light_check import light_problems
from soundscape.library.playlists import DRONE
from soundscape.library.resolve import Loaded
from soundscape.timeline.clip_calm import clip_calm, swells
from soundscape.timeline.directives import Clip
from soundscape.timeline.plan import Plan
from soundscape.timeline.show import Phase, Playlist, Show, SilentSource, Track
from soundscape.units import format_duration, seconds

LEAST_TOLD = -0.5
"""dB: what calm takes less than this from is not worth a line."""


def plan_warnings(loaded: Loaded, planned: Plan) -> Iterator[Problem]:
    """Every problem of a scene in its room, as far as its files and plan tell."""
    yield from _steep_start(loaded)
    yield from _short_playlists(loaded)
    yield from light_problems(loaded, planned)
    yield from _softened(loaded.show, planned)


def _steep_start(loaded: Loaded) -> Iterator[Problem]:
    least = slowest_square_rise()
    if loaded.scene.fades.start < least:
        message = f"is stretched to {least:.1f} s: the sound rises no faster than 8 dB a second"
        yield loaded.document.problem(("fades", "start"), message, "warning")


# Playlists ----------------------------------------------------------------------------------------


def _short_playlists(loaded: Loaded) -> Iterator[Problem]:
    for phase in loaded.show.phases:
        for layer, played in phase.layers.items():
            if layer == "voice" or played.playlist.name == DRONE:
                continue
            message = _too_short(played.playlist, phase, loaded.show)
            if message:
                yield loaded.document.problem(("phases", phase.name, layer), message, "warning")


def _too_short(playlist: Playlist, phase: Phase, show: Show) -> str:
    if all(isinstance(track.source, SilentSource) for track in playlist.tracks):
        return ""
    lasts = _lap(playlist, show.fades.track)
    longest = max(phase.frames, phase.max_frames or 0)
    if lasts >= longest:
        return ""
    after = "repeats" if playlist.loop else "is followed by the landing"
    phase_lasts = "lasts" if lasts < phase.frames else "may last"
    return (
        f"the playlist is over after {_time(lasts)} and {after}: "
        f"the phase {phase_lasts} {_time(phase.frames if lasts < phase.frames else longest)}"
    )


def _lap(playlist: Playlist, fade: int) -> int:
    """Frames from a playlist's start to its second, each track joined to the next by `fade`."""
    tracks = playlist.tracks
    following = [*tracks[1:], tracks[0]] if playlist.loop else tracks[1:]
    joins = (
        0 if after.continues == one.key else min(fade, min(one.frames, after.frames) // 2)
        for one, after in zip(tracks, following, strict=False)
    )
    return sum(track.frames for track in tracks) - sum(joins)


def _softened(show: Show, planned: Plan) -> Iterator[Problem]:
    """The places of measured tracks that calm lowers, each track once.

    What the plan plays is looked at as it plays it, the rest as it is by itself.
    """
    clips: dict[str, dict[object, Clip]] = {}
    for one in planned.clips:
        alike = (one.clip.layer, swells(one.clip))
        clips.setdefault(one.clip.track.key, {})[alike] = one.clip
    playlists = [layer.playlist for phase in show.phases for layer in phase.layers.values()]
    tracks = {
        track.key: track
        for playlist in (*playlists, *show.landing.values())
        for track in playlist.tracks
    }
    for track in tracks.values():
        heard = clips.get(track.key)
        for place in _places_planned(heard.values()) if heard else _places(track):
            if place.db > LEAST_TOLD:
                continue
            second = format_duration(round(place.second, 1))
            yield Problem(
                track.key,
                0,
                0,
                f"rises fast at {second}: calm lowers it by up to {-place.db:.0f} dB there",
                "warning",
            )


def _places(track: Track) -> list[CalmPlace]:
    known = track.momentary
    if not track.calm or known is None or not may_touch(known, track.gain_db):
        return []
    return places(points(from_steps(known, track.gain_db)))


def _places_planned(clips: Iterable[Clip]) -> list[CalmPlace]:
    """Of several clips of a track: a place that they share once, at its deepest."""
    deepest: dict[float, CalmPlace] = {}
    for place in (one for clip in clips for one in places(clip_calm(clip))):
        known = deepest.get(place.second)
        if known is None or place.db < known.db:
            deepest[place.second] = place
    return [deepest[second] for second in sorted(deepest)]


def _time(count: int) -> str:
    return format_duration(round(seconds(count), 1))
