"""The ride: a slow gain that brings long soft and loud passages of a track to its target.

It is planned ahead from the track's curve: short-term loudness (3 s) is to lie between 5 LU over
the target and 8 under it. The gain moves by at most half a dB a second, raises by 6 dB at the most,
and is 0 at both ends of the track, so that a gapless join has no seam. What lies beside a soft
passage rises with it as far as it is under the target itself, so a breath is not filled.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp import calm
from soundscape.dsp.weighting import SHORT_TERM, from_steps
from soundscape.timeline.show import Track

MOST_OVER, MOST_UNDER = 5.0, -8.0
"""LU over the target between which a ride keeps the short-term loudness."""
MOST_RAISED = 6.0
"""dB, as of a whole track (docs/clinical.md, Audio)."""
SLOPE = 0.05
"""dB a tenth of a second: the fastest that a ride moves, and the way back of a lowered opening."""

_BESIDE = -2.0  # LU over the target up to which what lies beside a soft passage rises with it
_SILENT = -30.0  # LU over the target: softer passages are rests, and stay

Values = NDArray[np.float64]


def ride_gain(track: Track) -> calm.Points | None:
    """A track's gain (dB) at every tenth of a second, shape (n + 1,); None where there is none."""
    known = track.momentary if track.ride else None
    if known is None or known.size < 2 * SHORT_TERM:
        return None
    return _planned(known.tobytes(), track.gain_db)


@lru_cache(maxsize=64)
def _planned(momentary: bytes, gain_db: float) -> calm.Points | None:
    """Plan the ride of a track once: joins ask for it again and again, while the sound plays."""
    curve = from_steps(np.frombuffer(momentary, np.int16), gain_db)
    short = _short_term(curve.astype(np.float64))
    least = np.where(short < _SILENT, 0.0, np.minimum(MOST_UNDER - short, MOST_RAISED))
    most = MOST_OVER - short
    edge = np.arange(short.size) * SLOPE
    edge = np.minimum(edge, edge[::-1])
    may = np.clip(np.where(short < _SILENT, 0.0, _BESIDE - short), 0.0, MOST_RAISED)
    raised = np.minimum(-slope_limited(-np.maximum(0.0, least)), slope_limited(may))
    gain = np.clip(np.minimum(raised, slope_limited(most)), -edge, edge).round(6)
    if not gain.any():
        return None
    planned: calm.Points = np.append(gain, 0.0)
    planned.flags.writeable = False
    return planned


def _short_term(curve: Values) -> Values:
    """The loudness of the 3 s about each tenth."""
    power = 10.0 ** (curve / 10.0)
    sums = np.convolve(power, np.ones(SHORT_TERM), mode="same")
    counts = np.convolve(np.ones(power.size), np.ones(SHORT_TERM), mode="same")
    return np.asarray(10.0 * np.log10(sums / counts + 1e-12))


def slope_limited(values: Values) -> Values:
    """The highest curve that is nowhere above values (dB, one a tenth of a second) and nowhere
    steeper than half a dB a second.
    """
    climb = np.arange(values.size) * SLOPE
    forward = np.minimum.accumulate(values - climb) + climb
    slow: Values = np.minimum.accumulate((forward + climb)[::-1])[::-1] - climb
    return slow
