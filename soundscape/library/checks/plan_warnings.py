"""Warns of fades, moves and playlists that do not fit, and so run otherwise than written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from soundscape.dsp.calm import CalmPlace, may_touch, places, points
from soundscape.dsp.rise import slowest_square_rise
from soundscape.errors import Problem
from soundscape.library.resolve import Loaded, layers_of
from soundscape.timeline.clip_calm import clip_calm, swells
from soundscape.timeline.directives import Clip
from soundscape.timeline.opening_limit import opening_gain
from soundscape.timeline.plan import Plan
from soundscape.timeline.show import Show, Track
from soundscape.timeline.track_levels import track_levels
from soundscape.units import At, format_duration, format_frames, frames, is_at, seconds
from soundscape.views import plan_warning_texts

LEAST_TOLD = -3.0
"""dB: a smaller reduction by calm is not reported."""
LEAST_KEPT = frames(3.0)
"""A track that is kept for less at a join is not reported."""
SHORT_PHASE = frames(60.0)
"""A shorter planned length may have been meant in minutes."""
CUT_EARLY = frames(30.0)
"""A track is reported if the end of a phase cuts it by more."""
PLACES_TOLD = 2
"""Places of one track that its line names."""


def plan_warnings(loaded: Loaded, planned: Plan) -> Iterator[Problem]:
    """Yield every problem of a scene that runs otherwise than it is written."""
    yield from _steep_start(loaded)
    yield from _short_phases(loaded)
    yield from _times_in_prompts(loaded)
    yield from _without_music(loaded)
    yield from _cut_early(loaded, planned)


def loudness_warnings(loaded: Loaded, planned: Plan) -> Iterator[Problem]:
    """Yield a note for each track and join whose loudness is not as it is recorded."""
    yield from _softened(loaded.show, planned)
    yield from _lowered_openings(planned)
    yield from _kept(planned)


def _steep_start(loaded: Loaded) -> Iterator[Problem]:
    least = slowest_square_rise()
    if loaded.scene.fades.start < least:
        message = plan_warning_texts.stretched_start(least)
        yield loaded.document.problem(("fades", "start"), message, "warning")


def _short_phases(loaded: Loaded) -> Iterator[Problem]:
    for phase in loaded.show.phases:
        if phase.frames < SHORT_PHASE:
            message = plan_warning_texts.short_phase(seconds(phase.frames))
            yield loaded.document.problem(("phases", phase.name, "duration"), message, "note")


def _times_in_prompts(loaded: Loaded) -> Iterator[Problem]:
    """Yield prompts that begin with a time as text: they would show it, at the phase's start."""
    for name, phase in loaded.scene.phases.items():
        for number, prompt in enumerate(phase.prompts):
            before, colon, after = prompt.say.partition(": ")
            if not colon or prompt.at != At() or before.isdigit() or not is_at(before):
                continue
            message = plan_warning_texts.time_in_prompt(before, after.strip())
            path = ("phases", name, "prompts", number)
            yield loaded.document.problem(path, message, "warning")


def _without_music(loaded: Loaded) -> Iterator[Problem]:
    """Yield phases without sound and without planned silence, or with less than the others."""
    phases = loaded.show.phases
    for phase in phases:
        path = ("phases", phase.name)
        if not {"music", "ambience"} & set(phase.layers):
            yield loaded.document.problem(path, plan_warning_texts.silent_phase(), "warning")
        elif "music" not in phase.layers and any("music" in one.layers for one in phases):
            yield loaded.document.problem(path, plan_warning_texts.phase_without_music(), "note")


# Playlists ----------------------------------------------------------------------------------------


def _cut_early(loaded: Loaded, planned: Plan) -> Iterator[Problem]:
    """Yield tracks that the end of a phase cuts although the scene asks for tracks that fit."""
    fitted = {
        (name, layer)
        for name, phase in loaded.scene.phases.items()
        for layer, spec in layers_of(phase)
        if spec.fit
    }
    ends = {one.phase.name: one.start + one.frames for one in planned.phases}
    for one in planned.clips:
        clip = one.clip
        left = clip.track.frames - (one.end - one.start)
        if (clip.phase, clip.layer) not in fitted or left < CUT_EARLY:
            continue
        if one.start >= ends.get(clip.phase, 0):  # under the session's last fade
            continue
        message = plan_warning_texts.cut_track(clip.track.title, format_frames(left))
        problem = loaded.document.problem(("phases", clip.phase, clip.layer), message, "note")
        yield replace(problem, like=plan_warning_texts.CUT_TRACKS)


def _lowered_openings(planned: Plan) -> Iterator[Problem]:
    """Yield a note for each join whose second track comes in lower, being far louder."""
    for one in planned.clips:
        gain, prior = opening_gain(one.clip), one.clip.prior
        if gain is None or prior is None or gain.min() > LEAST_TOLD:
            continue
        at = format_duration(round(seconds(one.start)))
        message = plan_warning_texts.lowered_opening(at, prior, -gain.min(), gain.size / 10)
        like = plan_warning_texts.LOWERED_OPENINGS
        yield Problem(one.clip.track.key, 0, 0, message, "note", like)


def _kept(planned: Plan) -> Iterator[Problem]:
    """Yield a note for each join whose first track is kept, the second coming in softly."""
    for one in planned.clips:
        if one.clip.kept < LEAST_KEPT:
            continue
        at, kept = format_duration(round(seconds(one.start))), seconds(one.clip.kept)
        message = plan_warning_texts.kept_track(at, kept)
        like = plan_warning_texts.KEPT_TRACKS
        yield Problem(one.clip.track.key, 0, 0, message, "note", like)


def _softened(show: Show, planned: Plan) -> Iterator[Problem]:
    """Yield a warning for each measured track that calm lowers by more than 3 dB somewhere."""
    for track, all_places in calmed_tracks(show, planned):
        told = [place for place in all_places if place.db <= LEAST_TOLD]
        if told:
            yield _softened_track(track, told)


def calmed_tracks(show: Show, planned: Plan) -> Iterator[tuple[Track, list[CalmPlace]]]:
    """Yield each measured track that calm touches, with the places.

    Tracks in the plan are looked at as they are planned, the others by themselves.
    """
    clips: dict[str, dict[object, Clip]] = {}
    for one in planned.clips:
        alike = (one.clip.layer, swells(one.clip), one.clip.prior)
        clips.setdefault(one.clip.track.key, {})[alike] = one.clip
    playlists = [layer.playlist for phase in show.phases for layer in phase.layers.values()]
    tracks = {
        track.key: track
        for playlist in (*playlists, *show.landing.values())
        for track in playlist.tracks
    }
    for track in tracks.values():
        heard = clips.get(track.key)
        found = _places_planned(heard.values()) if heard else _places(track)
        if found:
            yield track, found


def _softened_track(track: Track, told: list[CalmPlace]) -> Problem:
    named = [format_duration(round(place.second, 1)) for place in told[:PLACES_TOLD]]
    deepest = -min(place.db for place in told)
    message = plan_warning_texts.calmed_track(named, len(told) - len(named), deepest)
    return Problem(track.key, 0, 0, message, "warning", plan_warning_texts.CALMED_TRACKS)


def _places(track: Track) -> list[CalmPlace]:
    known = track.momentary
    if not track.calm or known is None:
        return []
    if not track.ride and not may_touch(known, track.gain_db):
        return []
    levels = track_levels(track)
    return [] if levels is None else places(points(levels.astype(np.float32)))


def _places_planned(clips: Iterable[Clip]) -> list[CalmPlace]:
    """Return the places of several clips of a track; a shared place once, at its deepest."""
    deepest: dict[float, CalmPlace] = {}
    for place in (one for clip in clips for one in places(clip_calm(clip))):
        known = deepest.get(place.second)
        if known is None or place.db < known.db:
            deepest[place.second] = place
    return [deepest[second] for second in sorted(deepest)]
