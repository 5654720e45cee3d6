"""A deck plays one clip: it pulls the clip's source and applies the clip's own gain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from soundscape.dsp.fade import Fade, Gains
from soundscape.mixer.source import Block, Source
from soundscape.timeline.directives import Clip, ClipEnds, ClipFades, ClipStretches
from soundscape.units import db_to_gain

OpenSource = Callable[[Clip, int], Source]
"""Opens a clip's source at a frame of the clip: 0, unless a render begins within the clip."""

_NOTHING: Block = np.zeros((0, 2), np.float32)


class Deck:
    """One clip that sounds. All frames are music frames."""

    def __init__(self, clip: Clip, open_source: OpenSource) -> None:
        self.clip = clip
        self._open = open_source
        self._source: Source | None = None
        self._fades: list[Fade] = [clip.fade_in] if clip.fade_in else []
        self._gain = db_to_gain(clip.track.gain_db)
        self._last = clip.end

    @property
    def last(self) -> int:
        """The music frame after the clip's last one."""
        return self._last

    def apply(self, directive: ClipFades | ClipStretches | ClipEnds) -> None:
        """Multiply the clip's gain by one more fade, a fade out ending it; or end it elsewhere."""
        match directive:
            case ClipFades(_, _, fade):
                self._fades.append(fade)
                if not fade.rising:
                    self._last = min(self._last, fade.end)
            case ClipStretches(_, _, end):
                self._last = end
            case ClipEnds(_, _, music):
                self._last = min(self._last, music)

    def read(self, music: int, count: int, level: Gains | float) -> tuple[int, Block]:
        """Return what the clip has in the `count` frames from `music` on, and where it begins.

        `level` is the gain of the clip's bus for these frames: shape (count,), or one number.
        """
        first = max(music, self.clip.start)
        at = first - music
        count = min(music + count, self._last) - first
        if count <= 0:
            return 0, _NOTHING
        if self._source is None:
            self._source = self._open(self.clip, first - self.clip.start)
        block = self._source.read(count)
        gain = self._gains(first, len(block))
        gain = gain * (level if isinstance(level, float) else level[at : at + len(block)])
        return at, amplified(block, gain)

    def close(self) -> None:
        """Give the source up."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def _gains(self, first: int, count: int) -> Gains | float:
        gains: Gains | float = self._gain
        for fade in self._fades:
            gains = gains * fade.gains(first, count)
        return gains


def amplified(block: Block, gain: Gains | float) -> Block:
    """Amplify a block in place, by one number or by shape (n,). Return it."""
    if not isinstance(gain, float):
        gains = gain.astype(np.float32)
        for side in (0, 1):  # a broadcast over both takes four times as long
            block[:, side] *= gains
    elif gain != 1.0:
        block *= np.float32(gain)
    return block
