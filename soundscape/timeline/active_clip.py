"""A clip that plays, with what takes it out. Times are music frames."""

from __future__ import annotations

from dataclasses import dataclass, field

from soundscape.dsp.fade import Fade
from soundscape.timeline.bus import Bus
from soundscape.timeline.directives import Clip


@dataclass(slots=True)
class ActiveClip:
    """A clip on a deck, with what fades it out."""

    clip: Clip
    bus: Bus
    fades: list[Fade] = field(default_factory=list)
    available: int | None = None  # the frames that its file really has
    stretched: int = 0  # frames for which a sound without an end plays on

    @property
    def end(self) -> int:
        """The music frame after the last one that is heard of it."""
        end = self.clip.end + self.stretched
        if self.available is not None:
            end = self.clip.start + self.available
        return min([end, *(fade.end for fade in self.fades)])
