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
from soundscape.dsp.weighting import SHORT_TERM, trailing_mean
from soundscape.timeline.active_clip import ActiveClip
from soundscape.timeline.directives import Clip
from soundscape.timeline.layer_context import RECENT
from soundscape.timeline.ride import SLOPE, slope_limited
from soundscape.timeline.track_levels import Values, track_levels

MOST_OVER = 6.0
"""LU that an opening may lie over what sounded before it."""
SILENT = -35.0
"""LU under a clip's target: what sounded before it was silence, and its fade in is enough."""

_AIM = MOST_OVER - 0.5  # `prior` is rounded
_POINT = calm.POINT
_TENTHS = RECENT // _POINT


def heard_before(clips: Iterable[ActiveClip], music: int, level: float, offset: int) -> int | None:
    """The loudness of the last 30 s before a music frame, in whole LU over a level (LUFS).

    None for silence. `offset` is the session frame less the music frame. Whole numbers, so that a
    clip that waits for its file keeps its sound.
    """
    count = min(_TENTHS, music // _POINT)
    if not count:
        return None
    at = music - np.arange(count, 0, -1) * _POINT
    mean = float(_powers(clips, at, offset).mean())
    over = 10.0 * np.log10(mean) - level if mean > 0.0 else -np.inf
    return None if over < SILENT else round(float(max(over, calm.FLOOR)))


def heard_beside(
    clips: Iterable[ActiveClip], music: int, level: float, offset: int, until: int
) -> tuple[float, ...]:
    """What sounds from 15 s before a music frame to `until`, in LU over a level, at each tenth."""
    at = np.arange(music - round(calm.MEMORY * 10) * _POINT, until, _POINT)
    return tuple((10.0 * np.log10(_powers(clips, at, offset) + 1e-12) - level).tolist())


def _powers(clips: Iterable[ActiveClip], at: NDArray[np.int64], offset: int) -> Values:
    """The power of clips together at music frames, 1 being 0 LUFS."""
    return sum((_power(one, at, offset) for one in clips), np.zeros(at.size))


def _power(active: ActiveClip, at: NDArray[np.int64], offset: int) -> Values:
    """The power of a clip at music frames, 1 being 0 LUFS."""
    clip = active.clip
    levels = track_levels(clip.track)
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


def opening_gain(clip: Clip) -> calm.Points | None:
    """The gain (dB) at every tenth of a second of a clip that would open too loud; else None.

    It ends at 0, where the clip is at its own level.
    """
    levels = track_levels(clip.track)
    if clip.prior is None or levels is None:
        return None
    opening = np.resize(levels, _TENTHS) if levels.size == 1 else levels[:_TENTHS]
    power = 10.0 ** (opening / 10.0)
    if clip.fade_in is not None:
        at = (np.arange(opening.size) + 0.5) * _POINT / clip.fade_in.frames
        power *= curve(np.clip(at, 0.0, 1.0), clip.fade_in.shape) ** 2
    short = trailing_mean(power, SHORT_TERM)
    need = np.minimum(0.0, clip.prior + _AIM - 10.0 * np.log10(short + 1e-12))
    if not need.any():
        return None
    # A short-term value is lowered as a whole: so are the tenths that it looks back on.
    ahead = np.append(need, np.zeros(SHORT_TERM - 1))
    wanted = np.lib.stride_tricks.sliding_window_view(ahead, SHORT_TERM).min(axis=1)
    way_back = round(-float(wanted.min()) / SLOPE) + 2
    gain = slope_limited(np.append(wanted, np.zeros(way_back)))
    lowered: calm.Points = np.minimum(gain, 0.0)
    return lowered
