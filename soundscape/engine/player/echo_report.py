"""Reports outgoing MIDI that a control could take for a press, so that echoes on inputs are
ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from soundscape.controls.control_surface import ControlSurface, address
from soundscape.devices.stateful_outputs import Batch
from soundscape.ipc.player_messages import MidiSent
from soundscape.scene.models import Control, Room


class _Outputs(Protocol):
    def send(self, batch: Batch) -> None: ...


class EchoReport:
    """Sends messages to the outputs, and reports those at an address of a control to `tell`."""

    def __init__(
        self, outputs: _Outputs, controls: Iterable[Control], tell: Callable[[MidiSent], object]
    ) -> None:
        self._outputs = outputs
        self._tell = tell
        self._bound = set().union(*ControlSurface(controls).addresses().values())

    def send(self, batch: Batch) -> None:
        """Send messages. Never waits."""
        for due, _, data in batch:
            if address(data) in self._bound:
                self._tell(MidiSent(due, data))
        self._outputs.send(batch)


def darkened(room: Room, now: float) -> Batch:
    """Return the messages that darken the pads at the end of a session."""
    return [(now, port, data) for port, data in ControlSurface(room.controls).darkened()]
