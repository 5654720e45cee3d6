"""Calm for a clip: its track's sudden entries, and how the clip itself comes in.

A fade from silence rises too, and what rises under it adds up. So a clip that comes in alone, or
with the session, counts from silence and with that fade on it: what the fade keeps down is not
lowered once more, and both together rise by no more than calm allows. A voice counts from the bed
that is ducked under it. In a crossfade a track counts as it is: there another one sounds, and what
sounded in the last 30 s is remembered as what the track itself has.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp import calm
from soundscape.dsp.fade import curve
from soundscape.timeline.directives import Clip
from soundscape.units import SAMPLE_RATE

BED_DB = -12.0
"""LU under the target: how loud the ducked music is when a voice comes in."""


class FadeIn(NamedTuple):
    """A fade from silence, in frames: what is over of it when the clip begins, and its length."""

    passed: int
    frames: int


def swells(clip: Clip) -> tuple[FadeIn, ...]:
    """The fades from silence that a clip begins under; those of a voice round its edges only.

    What is over of one counts in whole seconds: so a clip that is asked for and waits for its file
    keeps the sound that is being read for it.
    """
    own = clip.fade_in if clip.layer != "voice" else None
    fades = (clip.opening, own if own is not None and own.shape == "square" else None)
    return tuple(
        FadeIn((clip.start - fade.start) // SAMPLE_RATE * SAMPLE_RATE, fade.frames)
        for fade in fades
        if fade is not None
    )


def clip_calm(clip: Clip) -> calm.Points | None:
    """A clip's gain (dB) at every tenth of a second of its track; None where there is none."""
    track = clip.track
    if not track.calm or (known := track.curve) is None:
        return None
    rising = swells(clip)
    if rising:
        # One that takes over while the session's start is not over yet comes out of no silence.
        alone = any(swell.passed <= 0 for swell in rising)
        before = calm.FLOOR if alone else None
        return calm.points(known, swell=_power(rising, known.size), before=before)
    return calm.points(known, before=BED_DB if clip.layer == "voice" else None, memory=clip.prior)


def _power(rising: tuple[FadeIn, ...], tenths: int) -> NDArray[np.float64]:
    """The mean power gain of the fades over each tenth of the track, as far as they last."""
    lasting = max(swell.frames - swell.passed for swell in rising)
    at = np.arange(min(tenths, -(-lasting // calm.POINT)) * 2 + 1) * (calm.POINT // 2)
    power = np.ones(at.size)
    for swell in rising:
        progress = np.clip((at + swell.passed) / swell.frames, 0.0, 1.0)
        power *= curve(progress, "square") ** 2
    mean: NDArray[np.float64] = (power[:-1:2] + 4.0 * power[1::2] + power[2::2]) / 6.0
    return mean
