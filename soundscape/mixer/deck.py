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

    def mix_into(self, out: Block, music: int, level: Gains | float) -> None:
        """Add the clip's frames from `music` on to `out`, shape (n, 2), in place.

        `level` is the gain of the clip's bus for these frames: shape (n,), or one number.
        """
        first = max(music, self.clip.start)
        count = min(music + len(out), self._last) - first
        if count <= 0:
            return
        if self._source is None:
            self._source = self._open(self.clip, first - self.clip.start)
        block = self._source.read(count)
        if not len(block):
            return
        at = first - music
        gain = self._gains(first, len(block))
        gain = gain * (level if isinstance(level, float) else level[at : at + len(block)])
        part = out[at : at + len(block)]
        if isinstance(gain, float):
            part += block * np.float32(gain)
        else:
            part += block * gain.astype(np.float32)[:, np.newaxis]

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
