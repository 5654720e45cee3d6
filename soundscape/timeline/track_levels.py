"""How loud a track is at each moment, over its target, with its ride."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import from_steps
from soundscape.synth import NOMINAL_LUFS
from soundscape.timeline.ride import ride_gain
from soundscape.timeline.show import GeneratedSource, SilentSource, Track

Values = NDArray[np.float64]


def track_levels(track: Track, first: int = 0, last: int | None = None) -> Values | None:
    """What the tenths of a second `first` to `last` of a track have over its target, in LU.

    Shape (n,); (1,) where it is steady or not known. None of a silence.
    """
    if isinstance(track.source, SilentSource):
        return None
    if isinstance(track.source, GeneratedSource):
        return np.array([NOMINAL_LUFS + track.gain_db])
    known = track.momentary
    if known is None or not known.size:
        return np.zeros(1)
    levels = from_steps(known[first:last], track.gain_db).astype(np.float64)
    ride = ride_gain(track)
    return levels if ride is None else levels + ride[:-1][first:last]
