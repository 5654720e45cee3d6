"""Calm for a clip: its track's sudden entries, and how the clip itself comes in.

A fade from silence rises too, and what rises under it adds up. So a clip that comes in alone, or
with the session, counts from silence and with that fade on it: what the fade keeps down is not
lowered once more, and both together rise by no more than calm allows. A voice counts from the bed
that is ducked under it. In a crossfade a track counts as it is: there another one sounds, and what
sounded in the last 30 s is remembered as what the track itself has. An opening that is lowered
counts as it is heard.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp import calm
from soundscape.dsp.fade import Shape, curve
from soundscape.timeline.directives import Clip
from soundscape.timeline.opening_limit import opening_gain
from soundscape.timeline.ride import ride_gain
from soundscape.timeline.track_levels import track_levels
from soundscape.units import SAMPLE_RATE

BED_DB = -12.0
"""LU under the target: how loud the ducked music is when a voice comes in."""


class FadeIn(NamedTuple):
    """A fade in, in frames: what is over of it when the clip begins, and its length."""

    passed: int
    frames: int
    shape: Shape = "square"


def swells(clip: Clip) -> tuple[FadeIn, ...]:
    """The fades that a clip begins under; those of a voice round its edges only.

    What is over of one counts in whole seconds: so a clip that is asked for and waits for its file
    keeps the sound that is being read for it.
    """
    own = clip.fade_in if clip.layer != "voice" else None
    return tuple(
        FadeIn((clip.start - fade.start) // SAMPLE_RATE * SAMPLE_RATE, fade.frames, fade.shape)
        for fade in (clip.opening, own)
        if fade is not None
    )


def clip_calm(clip: Clip) -> calm.Points | None:
    """A clip's gain (dB) at every tenth of a second of its track; None where there is none."""
    track = clip.track
    levels = track_levels(track)
    if not track.calm or track.momentary is None or levels is None:
        return None
    known = levels.astype(np.float32)
    rising = swells(clip)
    swell = _power(rising, known.size) if rising else None
    lowered = opening_gain(clip)
    if lowered is not None:
        swell = _product(swell, calm.passing(lowered[: known.size + 1]))
    if clip.beside:
        return calm.points(known, swell, beside=np.array(clip.beside))
    before = None
    if clip.layer == "voice":
        before = BED_DB
    elif clip.prior is None and any(swell.passed <= 0 for swell in rising):
        before = calm.FLOOR  # out of silence
    return calm.points(known, swell, before, clip.prior)


def _power(rising: tuple[FadeIn, ...], tenths: int) -> NDArray[np.float64]:
    """The mean power gain of the fades over each tenth of the track, as far as they last."""
    lasting = max(swell.frames - swell.passed for swell in rising)
    at = np.arange(min(tenths, -(-lasting // calm.POINT)) * 2 + 1) * (calm.POINT // 2)
    power = np.ones(at.size)
    for swell in rising:
        progress = np.clip((at + swell.passed) / swell.frames, 0.0, 1.0)
        power *= curve(progress, swell.shape) ** 2
    mean: NDArray[np.float64] = (power[:-1:2] + 4.0 * power[1::2] + power[2::2]) / 6.0
    return mean


def _product(one: NDArray[np.float64] | None, other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The product of two power gains, each of which is 1 beyond its end."""
    if one is None:
        return other
    longer, shorter = (one, other) if one.size > other.size else (other, one)
    both = longer.copy()
    both[: shorter.size] *= shorter
    return both


def clip_gain(clip: Clip) -> calm.Points | None:
    """A clip's gain (dB) at every tenth of a second: its ride, calm's, and that of its opening."""
    gains = [ride_gain(clip.track), clip_calm(clip), opening_gain(clip)]
    known = [gain for gain in gains if gain is not None]
    if not known:
        return None
    size = max(gain.size for gain in known)
    together: calm.Points = np.sum([_extended(gain, size) for gain in known], axis=0)
    return together


def _extended(gain: calm.Points, size: int) -> calm.Points:
    return np.concatenate([gain, np.full(size - gain.size, gain[-1])])
