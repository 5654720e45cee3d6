"""A source whose sudden entries are softened ahead of their sound (`dsp.calm`).

The gain is known when the clip is placed, so it is applied where the track is read: by the worker
that reads ahead, and not in the render thread.
"""

from __future__ import annotations

import numpy as np

from soundscape.dsp import calm
from soundscape.mixer.source import Block, Source
from soundscape.timeline.clip_calm import clip_gain
from soundscape.timeline.directives import Clip


class CalmSource:
    """Another source, with a gain in dB at every tenth of a second of its track."""

    def __init__(self, source: Source, points: calm.Points, start: int) -> None:
        self._source = source
        self._points = points
        self._frame = start

    @property
    def fault(self) -> str | None:
        """Why the source ended, where that was not its end."""
        fault: str | None = getattr(self._source, "fault", None)
        return fault

    def read(self, count: int) -> Block:
        """The next `count` frames, or what there is of them."""
        block = self._source.read(count)
        gains = calm.gains(self._points, self._frame, len(block))
        self._frame += len(block)
        if isinstance(gains, float):
            return block if gains == 1.0 else block * np.float32(gains)
        return block * gains.astype(np.float32)[:, np.newaxis]

    def close(self) -> None:
        """Give the source up."""
        self._source.close()


def calm_source(source: Source, clip: Clip, start: int) -> Source:
    """The clip's source, read from its frame `start`: itself where calm has nothing to do."""
    points = clip_gain(clip)
    return source if points is None else CalmSource(source, points, start)
