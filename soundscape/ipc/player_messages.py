"""What the player tells the host, and the host the player: values that cross a pipe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from soundscape.scene.models import Room
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Waits, as_written
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import ExternalEvent
from soundscape.timeline.show import Show
from soundscape.timeline.show_update import TrackUpdate

if TYPE_CHECKING:
    from soundscape.library.measure.unmeasured import Unmeasured


@dataclass(frozen=True, slots=True)
class Job:
    """A session to play: the show from planned frame `begin_at` of phase `index` on.

    `output` is as for `devices.audio.open_output.choose`. The host has `unmeasured` measured.
    `warnings` are those of its loading; `begun_as` is the command that begins it.
    """

    show: Show
    room: Room
    output: str | None = None
    index: int = 0
    begin_at: int = 0
    waits: Waits = as_written
    lights: bool = True
    unmeasured: Unmeasured | None = None
    warnings: tuple[str, ...] = ()
    begun_as: str = ""


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """To the player: do a command. The answer carries the same number.

    Not later than at a monotonic time (s), if one is given: whoever asked was told of no answer.
    """

    number: int
    command: Command
    until: float | None = None


@dataclass(frozen=True, slots=True)
class SendMidi:
    """To the player: a message for a port of the room at once (a pad's light)."""

    port: str
    data: bytes


@dataclass(frozen=True, slots=True)
class UpdateTracks:
    """To the player: files were measured."""

    news: tuple[TrackUpdate, ...]


@dataclass(frozen=True, slots=True)
class AudioStarted:
    """The output has taken the first block."""

    output: str


@dataclass(frozen=True, slots=True)
class CommandDone:
    """A command was done at a frame of the conductor."""

    number: int
    frame: int
    command: Command
    said: str


@dataclass(frozen=True, slots=True)
class CommandFailed:
    """A command made no sense."""

    number: int
    frame: int
    command: Command
    why: str


@dataclass(frozen=True, slots=True)
class MidiStatus:
    """How the MIDI outputs fare: by port, `ok` or what is wrong; faults that are new."""

    ports: dict[str, str]
    faults: list[str] = field(default_factory=list)
    late: int = 0


@dataclass(frozen=True, slots=True)
class MidiSent:
    """A message goes out at a monotonic time (s) that the controls could take for a press."""

    due: float
    data: bytes


@dataclass(frozen=True, slots=True)
class PlayerFailed:
    """The player gives up, with the reason. `no_device`: there was no sound to begin with."""

    why: str
    no_device: bool = False


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The last fade is over and all is played."""


PlayerMessage = (
    AudioStarted
    | CommandDone
    | CommandFailed
    | ExternalEvent
    | Warned
    | MidiStatus
    | MidiSent
    | PlayerFailed
    | SessionEnded
)
