"""How long two tracks overlap where one follows the other of itself, and why.

`fades.track` as written, unless the curves say more. A track that fades out by itself is met where
it begins to: the crossfade is up to twice `fades.track` then. While a track that comes in softly is
more than 6 dB under the one before, that one is kept, for `fades.phase` at the most, and only then
fades out. A track whose end is far louder than what comes before it fades out longer, for
`fades.phase` at the most, so that the join does not rise. An overlap is at most half the shorter
track. A track that goes on from the one before (an album's) is joined to it without any overlap.
Two generated pieces that each have a harmony go over slowly, in up to 48 s: both stand on their
home chords then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.fade import curve
from soundscape.dsp.weighting import SHORT_TERM, trailing_mean
from soundscape.synth import OPENING
from soundscape.timeline.show import FadeFrames, FileSource, GeneratedSource, Track
from soundscape.timeline.track_levels import Values, track_levels
from soundscape.units import SAMPLE_RATE, frames

FADED_DB = 6.0
"""An edge lasts as long as the track stays this far below its own loudness."""
LONGEST = 2
"""Times `fades.track` that a crossfade may last."""
NEAR_DB = 6.0
"""A track is kept until the one that comes in is this near to it."""
LOUD_END = 6.0
"""LU that the end of a track may lie over the 30 s before its join."""
SOFTENED = 3.0
"""LU that it lies over them at the most where it is faded longer: the next track adds to it."""

COMPOSED = 6
"""Times `fades.track` that two pieces with a harmony overlap, up to `OPENING` seconds."""

AS_WRITTEN = "as the scene says"
"""The reason where there is no other."""
GOES_ON = "one goes on from the other"
GO_OVER = "two pieces with a harmony go over slowly"
HALF = "half the shorter track"

_POINT = SAMPLE_RATE // 10
_BEFORE = 300  # points before a join that its loudness is held against
_LONGER = frames(1.0)  # by which fades are tried
_QUIET = -20.0  # LU under the target, and below: no part of how loud a track is


@dataclass(frozen=True, slots=True)
class Overlap:
    """An overlap in frames, and what it came from, in words.

    The track before is `kept` for the first frames of it, and fades out in the others.
    """

    frames: int
    reason: str
    kept: int = 0


NO_OVERLAP = Overlap(0, "")


def plan_overlap(before: Track, after: Track, fades: FadeFrames) -> Overlap:
    """The overlap of `after` with the end of `before`."""
    if after.continues and after.continues == before.key:
        return Overlap(0, GOES_ON)
    half = min(before.frames, after.frames) // 2
    composed = _is_composed(before) and _is_composed(after)
    falls = _falls(before, LONGEST * fades.track)
    fade = max(fades.track, falls)
    if composed:
        fade = max(fade, min(COMPOSED * fades.track, frames(OPENING)))
    if half < fade or not fade:
        return Overlap(half if fade else 0, HALF if fade else AS_WRITTEN)
    if composed:
        return Overlap(fade, GO_OVER)
    kept = min(kept_for(before, before.frames - fade, after, fades.phase), half - fade)
    longer = _softened(before, fade, kept, min(max(fades.phase, fade), half), fades)
    if longer:
        return Overlap(longer, f"{before.title} ends loudly and fades out for {_rounded(longer)}")
    if kept == 0 and fade == fades.track:
        return Overlap(fade, AS_WRITTEN)
    return Overlap(kept + fade, _words(before, after, falls, kept), kept)


def _softened(before: Track, fade: int, kept: int, longest: int, fades: FadeFrames) -> int:
    """The frames of a fade under which a track's loud end does not rise; 0 where it does not rise.

    If none is long enough, the fade under which it rises least.
    """
    if before.momentary is None or _rise(before, fade, kept, fades) <= LOUD_END:
        return 0
    tried = range(fade, longest + 1, _LONGER)
    rises = [_rise(before, one, 0, fades) for one in tried]
    least = max(min(rises), SOFTENED)
    return next(one for one, rise in zip(tried, rises, strict=True) if rise <= least)


def _rise(before: Track, fade: int, kept: int, fades: FadeFrames) -> float:
    """How far the loudest 3 s of a track's end lie over the 30 s before its join, in LU."""
    last = before.frames // _POINT
    place = max(0, last - (fade + kept) // _POINT)
    first = max(0, place - _BEFORE)
    levels = track_levels(before, first, last)
    if levels is None or levels.size <= place - first or place - first < SHORT_TERM:
        return 0.0
    power = 10.0 ** (levels / 10.0)
    mean = float(power[: place - first].mean())
    at = (np.arange(power.size - (place - first)) + 0.5) * _POINT - kept
    gone = np.clip(at / fade, 0.0, 1.0)
    power[place - first :] *= curve(1.0 - gone, fades.curve) ** 2
    short = trailing_mean(power, SHORT_TERM)[place - first :]
    return float(10.0 * np.log10(short.max() / mean)) if mean > 0.0 and short.size else 0.0


def _is_composed(track: Track) -> bool:
    return isinstance(track.source, GeneratedSource) and track.source.harmony is not None


def kept_for(before: Track, place: int, after: Track, longest: int) -> int:
    """For how many frames a track is kept, at a place of it, when another one comes in.

    That is until the other is within 6 dB of it, each over its own target. What is not measured
    keeps nothing, and is not kept.
    """
    points, last = longest // _POINT, max(1, place // _POINT)
    one = track_levels(before, max(0, last - SHORT_TERM), last)
    other = track_levels(after, 0, points + SHORT_TERM)
    if one is None or not one.size or after.momentary is None or other is None:
        return 0
    if before.momentary is None and isinstance(before.source, FileSource):
        return 0
    coming = np.zeros(points + SHORT_TERM)
    coming[: other.size] = 10.0 ** (other / 10.0)
    short = trailing_mean(coming, SHORT_TERM)[SHORT_TERM - 1 :]
    near = 10.0 * np.log10(short + 1e-12) >= _mean(one) - NEAR_DB
    return (int(np.argmax(near)) if near.any() else points) * _POINT


def _mean(levels: Values) -> float:
    return float(10.0 * np.log10(np.mean(10.0 ** (levels / 10.0))))


def _words(before: Track, after: Track, falls: int, kept: int) -> str:
    said = []
    if falls:
        said.append(f"{before.title} fades out by itself for {_rounded(falls)}")
    if kept:
        said.append(kept_words(before, after, kept))
    return " and ".join(said)


def kept_words(before: Track, after: Track, kept: int) -> str:
    """Why a track is kept, in words."""
    return f"{before.title} is kept for {_rounded(kept)}, as {after.title} comes in softly"


def _rounded(count: int) -> str:
    return f"{count / SAMPLE_RATE:.0f} s"


def _falls(track: Track, longest: int) -> int:
    """Frames at its end, up to `longest`, in which a track is softer than it is as a whole."""
    if not longest or (curve := track.curve) is None:
        return 0
    curve = curve[: track.frames // _POINT]
    loud = _loud(curve, curve[-(longest // _POINT) - 1 :])
    soft = loud.size if not loud.any() else int(np.argmax(loud[::-1]))
    return min(soft * _POINT, longest)


def _loud(curve: NDArray[np.float32], edge: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where an edge of the curve is not softer than the track; nowhere if it never sounds."""
    heard = curve[curve > _QUIET]
    if not heard.size:
        return np.ones(edge.size, np.bool_)
    own = 10.0 * np.log10(np.mean(10.0 ** (heard.astype(np.float64) / 10.0)))
    loud: NDArray[np.bool_] = edge >= own - FADED_DB
    return loud
