"""What the actions of the timeline work with. It is narrow, so that they need no conductor."""

from __future__ import annotations

from typing import Protocol

from soundscape.scene.models import LayerName
from soundscape.timeline.cue_schedule import CueSchedule
from soundscape.timeline.envelope import Contour
from soundscape.timeline.layer import LayerPlayer
from soundscape.timeline.layer_context import LayerContext
from soundscape.timeline.looks import Looks
from soundscape.timeline.master import Master
from soundscape.timeline.phase_clock import PhaseClock
from soundscape.timeline.show import Phase, Playlist, Show
from soundscape.timeline.transport import Transport
from soundscape.timeline.undo import LeftPhase, Undoable


class ActionContext(Protocol):
    """What an action works with: the session's parts, and the ways between its phases."""

    frame: int
    index: int
    show: Show
    clock: PhaseClock
    transport: Transport
    master: Master
    looks: Looks
    context: LayerContext
    layers: dict[LayerName, LayerPlayer]
    doses: list[int]
    """The doses that are marked, as `elapsed` has them; T+ counts from the first."""
    swapped: list[str]
    """The keys of the tracks that were swapped out."""
    left_phases: list[LeftPhase]
    cue_schedule: CueSchedule
    undoable: Undoable | None
    undone: Undoable | None
    """What was taken back last."""

    @property
    def phase(self) -> Phase:
        """The running phase."""
        ...

    def elapsed(self, frame: int) -> int:
        """Frames since the session began, the time included for which the machine slept."""
        ...

    @property
    def music_frame(self) -> int:
        """The present music frame."""
        ...

    def go_to(self, index: int, *, silently: bool = False) -> None:
        """Begin a phase; `silently` without its layers."""
        ...

    def return_to(self, place: LeftPhase, fade: int, *, remember: bool, silently: bool) -> None:
        """Go on with a phase where it was left; remember where this one is left."""
        ...

    def start_layers(self, fade: int) -> None:
        """Start the phase's layers in `fade` frames."""
        ...

    def play_layer(self, run: LayerPlayer, playlist: Playlist, level: Contour, fade: int) -> None:
        """Have a layer play a playlist."""
        ...

    def silence_layer(self, run: LayerPlayer, fade: int) -> None:
        """Fade a layer out alone."""
        ...

    def leave_out(self, key: str) -> None:
        """Leave a track out for the rest of the session."""
        ...

    def keep_pace(self, *, stretched: bool = False) -> None:
        """Let the position run or stand, as the state says."""
        ...


def names(c: ActionContext) -> list[str]:
    """The names of the show's phases."""
    return [phase.name for phase in c.show.phases]


def phase_index(c: ActionContext, text: str | None) -> int | None:
    """The phase of a name, else the next one of a role, else the first of it."""
    phases = c.show.phases
    by_name = [index for index, phase in enumerate(phases) if phase.name == text]
    by_role = [index for index, phase in enumerate(phases) if text and phase.role == text]
    later = [index for index in by_role if index > c.index]
    return next(iter((*by_name, *later, *by_role)), None)
