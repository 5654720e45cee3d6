"""A clip's opening against what sounded before it: one that would be far louder comes in slowly.

In its first 30 s a clip is at most 6 LU over the last 30 s of what sounded. Where it would be
more, it is lowered, and its gain comes back by half a dB a second. All of it is known when the clip
is placed.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp import calm
from soundscape.dsp.fade import curve
from soundscape.synth import NOMINAL_LUFS
from soundscape.timeline.active_clip import ActiveClip
from soundscape.timeline.clip_calm import clip_calm
from soundscape.timeline.directives import Clip
from soundscape.timeline.layer_context import RECENT
from soundscape.timeline.show import GeneratedSource, SilentSource, Track

MOST_OVER = 6.0
"""LU that an opening may lie over what sounded before it."""
SILENT = -35.0
"""LU under a clip's target: what sounded before it was silence, and its fade in is enough."""

_AIM = MOST_OVER - 0.5  # `prior` is rounded
_POINT = calm.POINT
_TENTHS = RECENT // _POINT
_SHORT = 30  # tenths of a short-term value (EBU Tech 3341)
_CLIMB = 0.05  # dB a tenth of a second

Values = NDArray[np.float64]


def heard_before(clips: Iterable[ActiveClip], music: int, level: float, offset: int) -> int | None:
    """The loudness of the last 30 s before a music frame, in whole LU over a level (LUFS).

    None for silence. `offset` is the session frame less the music frame. Whole numbers, so that a
    clip that waits for its file keeps its sound.
    """
    count = min(_TENTHS, music // _POINT)
    if not count:
        return None
    at = music - np.arange(count, 0, -1) * _POINT
    power = sum((_power(one, at, offset) for one in clips), np.zeros(count))
    mean = float(power.mean())
    over = 10.0 * np.log10(mean) - level if mean > 0.0 else -np.inf
    return None if over < SILENT else round(float(max(over, calm.FLOOR)))


def _power(active: ActiveClip, at: NDArray[np.int64], offset: int) -> Values:
    """The power of a clip at music frames, 1 being 0 LUFS."""
    clip = active.clip
    levels = _levels(clip.track)
    within = (at >= clip.start) & (at < active.end)
    if levels is None or not within.any():
        return np.zeros(at.size)
    index = np.clip((at - clip.start) // _POINT, 0, levels.size - 1)
    power = 10.0 ** ((levels[index] + active.bus.levels(at + offset)) / 10.0)
    for fade in (*([clip.fade_in] if clip.fade_in else []), *active.fades):
        power *= fade.sampled(at) ** 2
    lowered = opening_gain(clip)
    if lowered is not None:
        power *= 10.0 ** (lowered[np.clip(index, 0, lowered.size - 1)] / 10.0)
    return np.where(within, power, 0.0)


def _levels(track: Track) -> Values | None:
    """What each tenth of a track has over its target, in LU; None of a silence."""
    if isinstance(track.source, SilentSource):
        return None
    if isinstance(track.source, GeneratedSource):
        return np.array([NOMINAL_LUFS + track.gain_db])
    known = track.curve
    return np.zeros(1) if known is None or not known.size else known.astype(np.float64)


def opening_gain(clip: Clip) -> calm.Points | None:
    """The gain (dB) at every tenth of a second of a clip that would open too loud; else None.

    It ends at 0, where the clip is at its own level.
    """
    levels = _levels(clip.track)
    if clip.prior is None or levels is None:
        return None
    opening = np.resize(levels, _TENTHS) if levels.size == 1 else levels[:_TENTHS]
    power = 10.0 ** (opening / 10.0)
    if clip.fade_in is not None:
        at = (np.arange(opening.size) + 0.5) * _POINT / clip.fade_in.frames
        power *= curve(np.clip(at, 0.0, 1.0), clip.fade_in.shape) ** 2
    short = np.convolve(power, np.full(_SHORT, 1.0 / _SHORT))[: opening.size]
    need = np.minimum(0.0, clip.prior + _AIM - 10.0 * np.log10(short + 1e-12))
    if not need.any():
        return None
    # A short-term value is lowered as a whole: so are the tenths that it looks back on.
    ahead = np.append(need, np.zeros(_SHORT - 1))
    wanted = np.lib.stride_tricks.sliding_window_view(ahead, _SHORT).min(axis=1)
    way_back = round(-float(wanted.min()) / _CLIMB) + 2
    gain = np.append(wanted, np.zeros(way_back))
    climb = np.arange(gain.size) * _CLIMB
    gain = np.minimum.accumulate(gain - climb) + climb
    gain = np.minimum.accumulate((gain + climb)[::-1])[::-1] - climb
    lowered: calm.Points = np.minimum(gain, 0.0)
    return lowered


def clip_gain(clip: Clip) -> calm.Points | None:
    """A clip's gain (dB) at every tenth of a second: calm's, and that of its opening."""
    softer, opening = clip_calm(clip), opening_gain(clip)
    if softer is None or opening is None:
        return softer if opening is None else opening
    size = max(softer.size, opening.size)
    return _extended(softer, size) + _extended(opening, size)


def _extended(gain: calm.Points, size: int) -> calm.Points:
    return np.concatenate([gain, np.full(size - gain.size, gain[-1])])
