"""Messages between a session and the processes that own its ports.

Imports the standard library only, so that these processes start fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from soundscape.devices.dmx.universe_messages import SecondSender, UniverseRequest
from soundscape.ipc.channel import Alive
from soundscape.ipc.codec import Codec

PAIR = 6
"""Bytes of the two messages of a 14-bit control change."""
LSB_OFFSET = 32
"""From a controller's MSB to its LSB (MIDI 1.0, table III)."""

DRIVER_GONE = 3
"""The exit code of a process whose driver or port is gone: another one can start at once."""


@dataclass(frozen=True, slots=True)
class OutputRequest:
    """An output to open: the room's name of it and a part of the port's own name.

    `nth` chooses among several that match; `before` is the full name of the one that was open
    before. `lights` are the notes (channel from 0, note) that are lights: they stay when a session
    breaks off.
    """

    port: str
    wanted: str
    virtual: bool = False
    nth: int | None = None
    before: str = ""
    lights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class InputRequest:
    """An input to open, as for an output.

    `only` has the messages to report, each as a `control_surface.Address`. Without it every message
    is reported, also clock and SysEx.
    """

    port: str
    wanted: str
    virtual: bool = False
    nth: int | None = None
    before: str = ""
    only: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class OpenOutputs:
    """The first message to an output process: MIDI outputs, and then DMX universes."""

    outputs: tuple[OutputRequest, ...]
    universes: tuple[UniverseRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenInputs:
    """The first message to an input process."""

    inputs: tuple[InputRequest, ...]


@dataclass(frozen=True, slots=True)
class SendBatch:
    """Messages to send: monotonic time due (s), index of the output, bytes.

    The index counts the outputs of `OpenOutputs` and then its universes.
    """

    messages: tuple[tuple[float, int, bytes], ...]


@dataclass(frozen=True, slots=True)
class SendUntil:
    """The last message to an output process: nothing due after this monotonic time (s) is sent."""

    last: float


@dataclass(frozen=True, slots=True)
class SendTiming:
    """How late an output process sent: seconds from due to sent; `late` counts those over 2 ms."""

    sent: int
    late: int
    median: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True)
class PortStatus:
    """The state of a port from now on: `ok` (text: its full name), `absent`, `lost`, `failed`."""

    port: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class MidiReceived:
    """A whole message that came in, with the port's name and the monotonic time (s)."""

    port: str
    at: float
    data: bytes


CODEC = Codec(
    (
        *(OutputRequest, InputRequest, OpenOutputs, OpenInputs, SendBatch, SendUntil),
        *(SendTiming, PortStatus, MidiReceived, Alive, UniverseRequest, SecondSender),
    )
)


def joined_pairs(
    batch: Iterable[tuple[float, int, bytes]],
) -> tuple[tuple[float, int, bytes], ...]:
    """Return the batch with the two halves of each 14-bit control change as one message, MSB first.

    So nothing can come between them: no other message, no pause, no end of a read.
    """
    out: list[tuple[float, int, bytes]] = []
    for due, port, data in batch:
        if out and out[-1][:2] == (due, port) and is_pair(out[-1][2] + data):
            out[-1] = due, port, out[-1][2] + data
        else:
            out.append((due, port, data))
    return tuple(out)


def is_pair(data: bytes) -> bool:
    """Return whether bytes are the MSB and the LSB of one 14-bit control change (n and n + 32)."""
    return (
        len(data) == PAIR
        and data[0] & 0xF0 == 0xB0
        and data[0] == data[3]
        and data[1] < LSB_OFFSET
        and data[4] == data[1] + LSB_OFFSET
    )
