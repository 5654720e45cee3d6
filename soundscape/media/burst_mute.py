"""Mutes damage that decodes to bursts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.mixer.source import Block

LOUDEST = 1000.0
"""60 dB over full scale. A louder sample, or one that is not a number, is damage and becomes 0."""

LOSSY_LOUDEST = 4.0
"""12 dB over full scale. Undamaged lossy data exceed full scale by 4 dB at most."""

RAMP = 480
"""Frames over which the sound fades to and from a muted burst."""


def mute_bursts(sound: Block, *, lossy: bool) -> Block:
    """Return a block, shape (frames, channels), without damage; the same object if there is none.

    Of a lossless file only the damaged samples become 0; of a lossy one the whole burst is muted.
    """
    bound = LOSSY_LOUDEST if lossy else LOUDEST
    if sound.max() < bound and sound.min() > -bound:  # false where one is NaN
        return sound
    clean = np.where(np.abs(sound) < LOUDEST, sound, np.float32(0))
    return _muted(clean, np.flatnonzero(~(np.abs(sound) < bound).all(axis=1))) if lossy else clean


def _muted(sound: Block, places: NDArray[np.intp]) -> Block:
    at = np.arange(len(sound))
    distance = np.maximum(places[0] - at, at - places[-1])
    gain = 0.5 - 0.5 * np.cos(np.pi * np.clip(distance / RAMP, 0, 1))
    muted: Block = sound * gain[:, None].astype(np.float32)
    return muted
