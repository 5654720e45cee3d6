"""Keeps what no recording holds out of the room: damage that decodes to bursts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.mixer.source import Block

LOUDEST = 1000.0
"""60 dB over full scale: a sample beyond it, or one that is no number, is damage and becomes 0."""

LOSSY_LOUDEST = 4.0
"""12 dB over full scale: lossy decoders pass it by 4 dB at most, unless data are damaged."""

RAMP = 480
"""Frames that a muted burst fades over to each side."""


def mute_bursts(sound: Block, *, lossy: bool) -> Block:
    """A block, shape (frames, channels), without damage; unchanged and not copied if there is none.

    From a lossless file samples become 0 each; in a lossy one's block the whole burst is muted.
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
