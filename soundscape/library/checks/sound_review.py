"""What can be known of a session's sound without listening: its joins, its phases, its tracks.

All of it comes from the tracks' measured curves and the plan, but for the texture of the tracks of
a peak, which is measured on request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from soundscape.dsp.texture import Texture
from soundscape.dsp.weighting import SHORT_TERM
from soundscape.errors import Problem
from soundscape.library.checks.plan_warnings import calmed_tracks
from soundscape.timeline.directives import Clip
from soundscape.timeline.loudness_forecast import LoudnessForecast
from soundscape.timeline.plan import Plan, PlannedClip, PlannedPhase
from soundscape.timeline.show import FileSource
from soundscape.translation import marked
from soundscape.units import SAMPLE_RATE, seconds
from soundscape.views import review_texts as texts

STEEP = 8.0
"""LU over the last 30 s; a session lets an opening be 6 LU over them."""
LEVEL = 1.5
"""LU between the thirds of a phase within which it counts as level."""
AGAINST = 3.0
"""LU by which a phase may go another way than its loudness asks."""
MUCH_CALM = -6.0
"""dB."""
FAR = 2.0
"""Times the median of a phase: brightness an octave higher, or twice as many onsets."""
FEWEST = 3
"""Tracks of a phase of which one can stand out."""
DENSE = 2.0
"""Onsets a second; fewer are not dense, whatever the others have."""

_OPENING = 300  # tenths of a second


@dataclass(frozen=True, slots=True)
class TrackJoin:
    """Where a file follows on other music: `rise` is its opening over the last 30 s, in LU."""

    at: float
    phase: str
    before: str
    title: str
    key: str
    rise: float

    def as_json(self) -> dict[str, Any]:
        """As `check --json` prints it."""
        return {
            "at": self.at,
            "phase": self.phase,
            "before": self.before,
            "title": self.title,
            "rise": round(self.rise, 1),
        }


@dataclass(frozen=True, slots=True)
class PhaseArc:
    """How a phase goes from its first third to its last, in LU: the sound, and what is asked."""

    phase: str
    heard: float
    asked: float

    @property
    def against(self) -> bool:
        """Whether the sound goes another way than it should."""
        other = direction(self.heard) != direction(self.asked)
        return other and abs(self.heard - self.asked) > AGAINST

    def as_json(self) -> dict[str, Any]:
        """As `check --json` prints it."""
        return {"phase": self.phase, "heard": round(self.heard, 1), "asked": round(self.asked, 1)}


@dataclass(frozen=True, slots=True)
class SoundReview:
    """What is known of a scene's sound."""

    joins: list[TrackJoin]
    arcs: list[PhaseArc]
    problems: list[Problem]

    def lines(self, scene: str) -> Iterator[str]:
        """Yield the lines for people."""
        yield texts.joins(scene, [one.rise for one in self.joins])
        for arc in self.arcs:
            heard, asked = (_named(value) for value in (arc.heard, arc.asked))
            yield texts.arc(scene, arc.phase, heard, asked)

    def as_json(self) -> dict[str, Any]:
        """As `check --json` prints it."""
        return {
            "joins": [one.as_json() for one in self.joins],
            "phases": [one.as_json() for one in self.arcs],
        }


def review(
    planned: Plan, forecast: LoudnessForecast, textures: Mapping[str, Texture]
) -> SoundReview:
    """Return what is known of a planned session. `textures` has those of the files of its peak."""
    found = list(joins(planned))
    arcs = list(phase_arcs(planned, forecast))
    problems = [
        *_steep_openings(found),
        *_against(planned, arcs),
        *_same_artists(planned),
        *_much_calm(planned),
        *_textures(planned, textures),
    ]
    return SoundReview(found, arcs, sorted(set(problems)))


def median_texture(segments: Sequence[Texture]) -> Texture:
    """Return the median of a track's segments, at least one."""
    return Texture(
        median(one.brightness for one in segments), median(one.onsets for one in segments)
    )


def peak_files(planned: Plan) -> list[str]:
    """Return the music files of the peak's playlists."""
    found: dict[str, None] = {}
    for one in _peaks(planned):
        for track in one.phase.layers["music"].playlist.tracks:
            if isinstance(track.source, FileSource):
                found.setdefault(track.source.path)
    return list(found)


def direction(lu: float) -> str:
    """Return whether a change is `rising`, `level` or `falling`."""
    if abs(lu) <= LEVEL:
        return "level"
    return "rising" if lu > 0 else "falling"


# Joins --------------------------------------------------------------------------------------------


def joins(planned: Plan) -> Iterator[TrackJoin]:
    """Yield where a music file begins after other music, in the order of the session."""
    for before, one in _following(planned):
        rise = _opening(one.clip)
        if rise is not None:
            track = one.clip.track
            yield TrackJoin(
                seconds(one.start),
                one.clip.phase,
                before.clip.track.title,
                track.title,
                track.key,
                rise,
            )


def _following(planned: Plan) -> Iterator[tuple[PlannedClip, PlannedClip]]:
    """Yield each music clip with the one before it."""
    return pairwise(one for one in planned.clips if one.clip.layer == "music")


def _opening(clip: Clip) -> float | None:
    """How far the loudest 3 s of a clip's first 30 s lie over the 30 s before it, in LU."""
    curve = clip.track.curve
    if clip.prior is None or curve is None or not curve.size:
        return None
    power = 10.0 ** (curve[:_OPENING].astype(np.float64) / 10.0)
    window = min(SHORT_TERM, power.size)
    short = np.convolve(power, np.full(window, 1.0 / window), "valid")
    return float(10.0 * np.log10(short.max() + 1e-12)) - clip.prior


def _steep_openings(found: Sequence[TrackJoin]) -> Iterator[Problem]:
    for one in found:
        if one.rise > STEEP:
            message = texts.steep_opening(one.at, one.rise, one.before)
            yield Problem(one.key, 0, 0, message, "warning")


def _same_artists(planned: Plan) -> Iterator[Problem]:
    for before, one in _following(planned):
        first, then = before.clip.track, one.clip.track
        alike = first.artist.casefold() == then.artist.casefold()
        if then.artist and alike and first.key not in (then.continues, then.key):
            message = texts.same_artist(seconds(one.start), then.artist)
            like = marked("tracks follow another track of the same artist")
            yield Problem(then.key, 0, 0, message, "note", like)


# Phases -------------------------------------------------------------------------------------------


def phase_arcs(planned: Plan, forecast: LoudnessForecast) -> Iterator[PhaseArc]:
    """Yield each phase that is long enough to have thirds beside its fades."""
    for number, one in enumerate(planned.phases):
        fade = planned.show.fades.phase if one.phase.fade is None else one.phase.fade
        fade = max(fade, planned.show.fades.start) if number == 0 else fade
        first = (one.start + fade) * 10 // SAMPLE_RATE
        last = (one.start + one.frames) * 10 // SAMPLE_RATE
        if last - first < 3 * _OPENING:
            continue
        heard = _change(10.0 ** (forecast.momentary[first:last] / 10.0))
        asked = _change(10.0 ** (forecast.target[first:last] / 10.0))
        yield PhaseArc(one.phase.name, heard, asked)


def _change(power: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """The last third over the first, in dB of their mean power."""
    third = power.size // 3
    return float(10.0 * np.log10(power[-third:].mean() / power[:third].mean()))


def _against(planned: Plan, arcs: Sequence[PhaseArc]) -> Iterator[Problem]:
    for one in arcs:
        if one.against:
            message = texts.against_the_arc(_named(one.heard), _named(one.asked))
            yield Problem(f"{planned.show.name}, {one.phase}", 0, 0, message, "warning")


def _named(lu: float) -> tuple[str, float]:
    return direction(lu), lu


# Tracks -------------------------------------------------------------------------------------------


def _much_calm(planned: Plan) -> Iterator[Problem]:
    for track, places in calmed_tracks(planned.show, planned):
        deepest = min(place.db for place in places)
        if deepest < MUCH_CALM:
            like = marked("tracks lose much of their dynamics to calm")
            yield Problem(track.key, 0, 0, texts.much_calm(-deepest), "warning", like)


def _textures(planned: Plan, textures: Mapping[str, Texture]) -> Iterator[Problem]:
    """Yield the tracks of a peak that stand out of it: no absolute value is known as too much."""
    for one in _peaks(planned):
        tracks = {
            track.source.path: track
            for track in one.phase.layers["music"].playlist.tracks
            if isinstance(track.source, FileSource) and track.source.path in textures
        }
        if len(tracks) < FEWEST:
            continue
        bright = median(textures[path].brightness for path in tracks)
        dense = median(textures[path].onsets for path in tracks)
        for path, track in tracks.items():
            known = textures[path]
            here = Problem(track.key, 0, 0, "", "note")
            if known.brightness >= FAR * bright:
                yield replace(here, message=texts.bright(known.brightness, bright))
            if known.onsets >= max(DENSE, FAR * dense):
                yield replace(here, message=texts.dense(known.onsets, dense))


def _peaks(planned: Plan) -> Iterator[PlannedPhase]:
    for one in planned.phases:
        if one.phase.role == "peak" and "music" in one.phase.layers:
            yield one
