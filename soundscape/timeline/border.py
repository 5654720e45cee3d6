"""The next border of a layer: where a phase begins that has something else for it, or the end.

No track begins shortly before one, only to be cut by it.
"""

from __future__ import annotations

from typing import NamedTuple

from soundscape.timeline.envelope import Contour
from soundscape.timeline.show import Playlist


class Arrival(NamedTuple):
    """What a layer plays from a border on.

    `level` is the level of its bus until then, `fit` the frames from the border to where a track
    should end.
    """

    phase: str
    playlist: Playlist
    level: Contour
    fit: int | None


class Border(NamedTuple):
    """A border, in music frames.

    What plays at `frame` sounds for `tail` frames more. No track begins within `closing` frames
    before it. `accompanied` says whether another layer sounds until then.
    """

    frame: int
    tail: int
    closing: int
    arrival: Arrival | None
    accompanied: bool

    @property
    def over(self) -> int:
        """The music frame from which on nothing of before is heard."""
        return self.frame + self.tail

    def cuts(self, start: int, tail: int = 0) -> bool:
        """Whether a track that starts at a music frame would be cut soon after."""
        return self.frame - self.closing < start < self.frame + tail
