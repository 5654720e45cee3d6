"""What the conductor decides: values stamped with the frame, for mixer, lights and journal.

Two counts of frames run side by side. Session frames count everything that goes out. Music frames
count only while the music runs: a pause, once it is silent, stops them, and every clip with them.
Clips and their fades are in music frames, all else in session frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from soundscape.dsp.fade import Fade
from soundscape.scene.models import LayerName
from soundscape.timeline.show import Shared, Track


@dataclass(frozen=True, slots=True)
class Clip(Shared):
    """A track on the timeline. `start` and `end` in music frames; `bus` carries its level.

    `join` says why it overlaps the clip before it as long as it does. `opening` is the
    session's own fade in, in music frames, where the clip begins under it. `prior` is how loud the
    last 30 s before it were, in LU over its target; None for silence and for a join without a fade.
    Where it follows of itself, `beside` is what else sounds from 15 s before it on, at each tenth.
    The clip before it is `kept` for so many frames before it fades out.
    """

    id: int
    bus: int
    layer: LayerName
    phase: str
    track: Track
    start: int
    fade_in: Fade | None
    join: str = ""
    opening: Fade | None = None
    prior: int | None = None
    beside: tuple[float, ...] = ()
    kept: int = 0

    @property
    def end(self) -> int:
        """The music frame after its last one, were it to play out."""
        return self.start + self.track.frames


@dataclass(frozen=True, slots=True)
class ClipStarts:
    """A deck begins a clip, `session_frame − offset` being its music frame."""

    frame: int
    clip: Clip


@dataclass(frozen=True, slots=True)
class ClipFades:
    """A clip's gain is multiplied by a fade out as well; it ends with it."""

    frame: int
    clip: int
    fade: Fade


@dataclass(frozen=True, slots=True)
class ClipStretches:
    """A clip of a sound without an end plays on, up to the music frame `end`."""

    frame: int
    clip: int
    end: int


@dataclass(frozen=True, slots=True)
class ClipEnds:
    """A deck is free again. `music` is the clip's music frame at which it ends."""

    frame: int
    clip: int
    music: int


@dataclass(frozen=True, slots=True)
class BusLevel:
    """From `frame` on the bus's level (dB: target and layer level) goes through `points`."""

    frame: int
    bus: int
    points: tuple[tuple[int, float], ...]


MasterLane = Literal["level", "duck", "voice", "pause", "session"]
"""level, duck, voice (the duck under the voice layer) in dB; pause, session in roots of gain."""


@dataclass(frozen=True, slots=True)
class MasterRamp:
    """From `frame` on one of the master's gains goes to `value` in `frames`."""

    frame: int
    lane: MasterLane
    value: float
    frames: int


@dataclass(frozen=True, slots=True)
class OutputTrim:
    """From `frame` on the trim of one of the room's outputs goes to `value` (dB) in `frames`."""

    frame: int
    output: str
    value: float
    frames: int


@dataclass(frozen=True, slots=True)
class MusicStops:
    """The music frames stand still from here: all is silent."""

    frame: int


@dataclass(frozen=True, slots=True)
class MusicRuns:
    """The music frames run again."""

    frame: int


@dataclass(frozen=True, slots=True)
class LightsMove:
    """Lights go to values (0 to 1) in `frames`; `care` marks the care light's faster limit."""

    frame: int
    values: Mapping[str, float]
    frames: int
    care: bool = False


@dataclass(frozen=True, slots=True)
class LightsTrim:
    """`soften` and `lift`: every dimmer's own level is multiplied by `factor`."""

    frame: int
    factor: float


@dataclass(frozen=True, slots=True)
class CueFires:
    """A cue of the room goes out."""

    frame: int
    name: str
    number: str | None = None
    list: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class PromptShows:
    """A silent line for the therapist."""

    frame: int
    text: str


@dataclass(frozen=True, slots=True)
class PhaseBegins:
    """The session enters a phase."""

    frame: int
    index: int
    name: str


@dataclass(frozen=True, slots=True)
class ClockRuns:
    """From a frame on the session is at a `place` (planned frames from the scene's beginning) and
    moves `pace` of them a frame; 0 stands still.
    """

    frame: int
    place: float
    pace: float


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the therapist should know; the session goes on.

    `file_fault` is what is wrong with a sound file, where that is the reason.
    """

    frame: int
    text: str
    file_fault: str = ""


@dataclass(frozen=True, slots=True)
class SessionEnds:
    """Silence is reached; nothing comes after it."""

    frame: int


Directive = (
    ClipStarts
    | ClipFades
    | ClipStretches
    | ClipEnds
    | BusLevel
    | MasterRamp
    | OutputTrim
    | MusicStops
    | MusicRuns
    | LightsMove
    | LightsTrim
    | CueFires
    | PromptShows
    | PhaseBegins
    | ClockRuns
    | Warned
    | SessionEnds
)
