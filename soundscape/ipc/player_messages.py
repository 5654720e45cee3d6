"""Messages between the player and the host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from soundscape.ipc.channel import Alive
from soundscape.ipc.codec import Codec
from soundscape.ipc.job import JOB
from soundscape.timeline.commands import Command
from soundscape.timeline.directives import Warned
from soundscape.timeline.external_events import (
    ExternalEvent,
    MachineSlept,
    PlaylistsReturned,
    SourceTruncated,
    TracksUpdated,
    TrackUnplayable,
)
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate
from soundscape.units import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """To the player: do a command. The answer carries the same number.

    It is refused after the monotonic time `until` (s): the client has given up waiting by then.
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

    updates: tuple[TrackUpdate, ...]


@dataclass(frozen=True, slots=True)
class ReturnPlaylists:
    """To the player: files that were missing are there again."""

    found: tuple[PlaylistReturn, ...]


@dataclass(frozen=True, slots=True)
class CountSleep:
    """To the player: the machine slept for so many seconds, which T+ is to count."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HostLeaves:
    """To the player: the host is about to end, and no other one is wanted."""


PlayerRequest = CommandRequest | CountSleep | ReturnPlaylists | SendMidi | UpdateTracks
"""What the host asks of the player that plays."""


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
    """The state of each MIDI output, `ok` or what is wrong; new faults; messages sent late.

    `opened` has the full name of the system's port that each output opened last.
    """

    ports: dict[str, str]
    faults: tuple[str, ...] = ()
    late: int = 0
    opened: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MidiSent:
    """A message that the controls could take for a press goes out at a monotonic time (s)."""

    due: float
    data: bytes


@dataclass(frozen=True, slots=True)
class AudioGap:
    """The device had nothing to play for `seconds`, when `frame` was due.

    `ahead`: so many seconds of sound are kept ready from now on.
    """

    frame: int
    seconds: float
    ahead: float


@dataclass(frozen=True, slots=True)
class PlayerFailed:
    """The player gives up. `no_device`: for want of an audio device, which it may have lost."""

    why: str
    no_device: bool = False


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The last fade is over and all is played."""


@dataclass(frozen=True, slots=True)
class DeviceMissing:
    """A player that is to take over finds no audio device yet; it tries again."""

    why: str


@dataclass(frozen=True, slots=True)
class Follow:
    """To the standby: the session has come to a frame, and all that happened before it was sent."""

    frame: int


@dataclass(frozen=True, slots=True)
class TakeOver:
    """To the standby: play. Frame `frame` of the session went out at the time `moment` (s).

    `plain`: no file is opened any more, since players died one after another. `device` is what the
    first player found: whatever the system's default is by now, it is not followed. `rise`: the
    sound comes back over so many seconds; 0 for the way back after a fault.
    """

    frame: int
    moment: float
    plain: bool = False
    device: str | None = None
    rise: float = 0.0

    def frame_at(self, moment: float) -> int:
        """Where the session is at a time."""
        return self.frame + round((moment - self.moment) * SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class Resume:
    """A session that was cut off is taken up: what the host needs beside its job.

    `happened` are the commands and external events up to the cut; `done` those that come with it:
    `CommandDone` and `CommandFailed` for what was not answered, and external events. It was cut off
    at the time `cut_moment` (s), `written` seconds of it being in its journal.
    """

    happened: tuple[Any, ...]
    done: tuple[Any, ...]
    take_over: TakeOver
    cut_moment: float
    written: float

    def history(self) -> tuple[Any, ...]:
        """What a player replays, in order."""
        kept = (one for one in self.done if not isinstance(one, CommandFailed))
        return (*self.happened, *kept)


@dataclass(frozen=True, slots=True)
class Succession:
    """To a host that takes the place of one that died: the session as the player has it.

    `setup` is what the first host gave to the player. The job follows, and then so many messages of
    the session's `history`. `output` is what the session first played on, `missing` why there is
    no audio device at the moment, "" for none. `hosts` have died before.
    """

    setup: dict[str, Any]
    history: int
    output: str
    missing: str = ""
    hosts: int = 1


PlayerMessage = (
    DeviceMissing
    | AudioStarted
    | CommandDone
    | CommandFailed
    | ExternalEvent
    | Warned
    | MidiStatus
    | MidiSent
    | AudioGap
    | PlayerFailed
    | SessionEnded
)

RECORDED = (
    CommandDone,
    SourceTruncated,
    TrackUnplayable,
    TracksUpdated,
    MachineSlept,
    PlaylistsReturned,
)
"""What a conductor must be told to be level with another one."""

CODEC = Codec(
    (
        *JOB,
        *(CommandRequest, SendMidi, UpdateTracks, ReturnPlaylists, CountSleep),
        *(Command, Alive),
        *(AudioStarted, AudioGap, CommandDone, CommandFailed, MidiStatus, MidiSent),
        PlayerFailed,
        *(SourceTruncated, TrackUnplayable, TracksUpdated, MachineSlept),
        PlaylistsReturned,
        *(Warned, SessionEnded),
        *(DeviceMissing, Follow, TakeOver, Resume),
        *(HostLeaves, Succession),
    )
)
"""Every message between player and host."""
