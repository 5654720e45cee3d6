"""Holds cues back that would reach one address more than twice a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from soundscape.scene.cue_rate import PERIOD, Place
from soundscape.units import SAMPLE_RATE

_FRAMES = round(PERIOD * SAMPLE_RATE)


class TouchLimit:
    """The frames of the last two touches of each place. Frames never go back."""

    def __init__(self) -> None:
        self._last: dict[Place, deque[int]] = {}

    def earliest(self, frame: int, places: Iterable[Place], count: int = 1) -> int:
        """The first frame from `frame` on at which places may be touched, `count` (1, 2) times."""
        for place in places:
            last = self._last.get(place, ())
            if len(last) >= 3 - count:
                frame = max(frame, last[count - 3] + _FRAMES)
        return frame

    def note(self, frame: int, places: Iterable[Place]) -> None:
        """Places are touched."""
        for place in places:
            self._last.setdefault(place, deque(maxlen=2)).append(frame)
