"""Moves lights in real time without a session's sound: the rig's messages to the outputs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from soundscape.devices.room_outputs import RoomOutputs
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.library.last_lights import LastLights
from soundscape.library.user_dirs import state_folder
from soundscape.lighting.rig import Rig
from soundscape.midi.messages import Message
from soundscape.scene.models import Room
from soundscape.units import SAMPLE_RATE, frames

AHEAD = 0.1
"""Seconds by which messages are sent to the output process before they are due."""

TURN = 0.02
SETTLED = 0.2
"""Seconds that a desk is given to follow the last message."""

READY = 15.0
"""Seconds for the ports to open: on a busy computer a driver takes long to load."""

Source = Callable[[int], list[Message]]
"""Returns the messages that leave before a frame, as `Rig.messages` does."""


class LightRun:
    """A rig that follows the clock. Frames count from the moment at which it is made."""

    def __init__(
        self,
        rig: Rig,
        process: RoomOutputs,
        *,
        now: Clock = clock.now,
        sleep: Sleep = time.sleep,
    ) -> None:
        self.rig = rig
        self.process = process
        self._now = now
        self._sleep = sleep
        self._began = now()
        self._turned: SimpleQueue[tuple[str, bool]] = SimpleQueue()
        process.listen(lambda port, there: self._turned.put((port, there)))

    def frame(self) -> int:
        """The present frame."""
        return frames(self._now() - self._began)

    def run(self, source: Source, over: Callable[[], bool]) -> None:
        """Send the messages of a source until it is `over` and the lights are at rest."""
        end = self.frame()
        while True:
            self._follow_ports()
            messages = source(self.frame() + frames(AHEAD))
            self.send(messages)
            end = max([end, *(message.frame for message in messages)])
            if over() and self.rig.resting and self.frame() > end + frames(SETTLED):
                return
            self._sleep(TURN)

    def send(self, messages: list[Message]) -> None:
        """Send messages, each due at its frame."""
        self.process.send([(self._began + m.frame / SAMPLE_RATE, m.port, m.data) for m in messages])

    def _follow_ports(self) -> None:
        """Send the look again to a port that comes back, from where it was left."""
        while not self._turned.empty():
            port, there = self._turned.get_nowait()
            frame = self.frame()
            if there:
                self.rig.restore(frame, port)
            else:
                self.rig.lose(frame, port, arrived=frame)


@contextmanager
def open_outputs(room: Room, root: str) -> Iterator[tuple[RoomOutputs, LastLights]]:
    """Open the room's outputs; yield them and what the lights were last sent. At the end the lights
    stay. `root` is the folder that the files in the room are relative to.
    """
    memory = LastLights(state_folder(os.environ), room)
    ports = {name: spec for name, spec in room.midi.items() if spec.input is None}
    process = RoomOutputs(room, ports, memory.universes, root)
    process.start()
    process.wait_ready(READY)
    process.wait_for_lamps()
    try:
        yield process, memory
    finally:
        process.close()
