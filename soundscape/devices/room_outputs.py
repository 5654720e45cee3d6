"""All outputs of a room: MIDI and DMX in one process, lamps over MQTT in another."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from soundscape.devices.lamps.lamp_outputs import LampOutputs
from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.devices.stateful_outputs import Batch, Listener, StatefulOutputs
from soundscape.library.universe_files import UniverseStart
from soundscape.scene.room import Room, lamps
from soundscape.scene.wiring import PortSpec

LAMPS_READY = 10.0
"""Seconds for lamps to be reached, where somebody waits for them."""


class RoomOutputs:
    """The outputs among `ports`, and the room's lamps.

    `universes` has the file of each DMX port, `root` is the folder that the files in the room are
    relative to. All may be called in any thread.
    """

    def __init__(
        self,
        room: Room,
        ports: Mapping[str, PortSpec],
        universes: Mapping[str, UniverseStart],
        root: str,
    ) -> None:
        self._wired = MidiOutputs(ports, room.lights, universes) if ports else None
        mqtt, there = room.network.mqtt, lamps(room)
        self._lamps = LampOutputs(mqtt, root, there) if mqtt is not None and there else None

    @property
    def _parts(self) -> tuple[StatefulOutputs, ...]:
        return tuple(part for part in (self._wired, self._lamps) if part is not None)

    @property
    def late(self) -> int:
        """The number of messages that were sent late, or not at all."""
        return sum(part.late for part in self._parts)

    def start(self) -> None:
        """Start the processes and return at once; the outputs open meanwhile."""
        for part in self._parts:
            part.start()

    def send(self, batch: Batch) -> None:
        """Send messages, each when it is due. Never waits."""
        for part in self._parts:
            part.send(batch)

    def listen(self, listener: Listener) -> None:
        """Call `listener` in a thread when an output goes or comes; at once for those missing."""
        for part in self._parts:
            part.listen(listener)

    def health(self) -> dict[str, str]:
        """Return the state of each output."""
        return {name: state for part in self._parts for name, state in part.health().items()}

    def opened(self) -> dict[str, str]:
        """Return the full name of what each output has or had open."""
        return {name: found for part in self._parts for name, found in part.opened().items()}

    def faults(self) -> list[str]:
        """Return what failed or was restored since the last call: one plain line each."""
        return [fault for part in self._parts for fault in part.faults()]

    def wait_ready(self, timeout: float) -> None:
        """Wait until every port is open or absent, at most `timeout` seconds; not for lamps."""
        if self._wired is not None:
            self._wired.wait_ready(timeout)

    def wait_for_lamps(self) -> None:
        """Wait until every lamp is reached or absent."""
        if self._lamps is not None:
            self._lamps.wait_ready(LAMPS_READY)

    def close(self, drain: float = 1.0) -> None:
        """Send what is due within `drain` seconds and nothing more, then end the processes."""
        closing = [threading.Thread(target=part.close, args=(drain,)) for part in self._parts]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()
