"""The lights moved by hand, without a session: under the same limits, by the same process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import SimpleQueue

from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.library.last_lights import LastLights
from soundscape.library.user_dirs import state_folder
from soundscape.lighting.fixture import presumed
from soundscape.lighting.rig import Rig
from soundscape.scene.models import Room
from soundscape.units import SAMPLE_RATE, frames

AHEAD = 0.1
"""Seconds by which messages are handed over before they are due."""

TURN = 0.02
SETTLED = 0.2
"""Seconds after the last message in which a desk follows it."""

READY = 5.0


class LightTest:
    """A room's lights under somebody's hand. Levels are 0 to 1, times seconds."""

    def __init__(
        self,
        room: Room,
        process: MidiOutputs,
        last: Mapping[str, float] | None = None,
        *,
        now: Clock = clock.now,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._rig = Rig(room, last)
        self._room = room
        self._last = dict(last or {})
        self._process = process
        self._now = now
        self._sleep = sleep
        self._began = now()
        self._turned: SimpleQueue[tuple[str, bool]] = SimpleQueue()
        process.listen(lambda port, there: self._turned.put((port, there)))

    def health(self) -> dict[str, str]:
        """How each port fares."""
        return self._process.health()

    def level(self, light: str) -> float:
        """Where a light is, as far as is known: as it was told last, or as it is presumed to be."""
        known = self.told()
        return known[light] if light in known else presumed(light, self._room)

    def told(self) -> dict[str, float]:
        """The level that each light was told last, by us or by whoever was here before."""
        return {**self._last, **self._rig.told()}

    def move(self, values: Mapping[str, float], over: float = 0.0) -> dict[str, float]:
        """Take lights to values, as fast as the limits let them. Returns where they are then."""
        begin = self._frame()
        self._rig.move(begin, values, frames(over))
        for _ in self._moving(begin):
            pass
        return {name: self._rig.values(self._frame())[name] for name in values}

    def _moving(self, begin: int) -> Iterator[None]:
        """Send what is due, turn by turn, until all is where it goes."""
        end = begin
        while True:
            self._mind_ports()
            messages = self._rig.messages(self._frame() + frames(AHEAD))
            batch = [(self._began + m.frame / SAMPLE_RATE, m.port, m.data) for m in messages]
            self._process.send(batch)
            end = max([end, *(m.frame for m in messages)])
            if self._rig.resting and self._frame() > end + frames(SETTLED):
                return
            self._sleep(TURN)
            yield

    def _mind_ports(self) -> None:
        """A port that comes back is told its look again, from where it was left."""
        while not self._turned.empty():
            port, there = self._turned.get_nowait()
            frame = self._frame()
            if there:
                self._rig.restore(frame, port)
            else:
                self._rig.lose(frame, port, arrived=frame)

    def _frame(self) -> int:
        return frames(self._now() - self._began)


@contextmanager
def light_bench(room: Room) -> Iterator[LightTest]:
    """The bench with the room's ports open; at the end the lights stay as they are.

    They begin where a session, or the bench, left them last, and the next session begins there.
    """
    memory = LastLights(state_folder(os.environ), room)
    ports = {name: spec for name, spec in room.midi.items() if spec.output}
    process = MidiOutputs(ports, room.lights)
    process.start()
    process.wait_ready(READY)
    bench = LightTest(room, process, memory.levels)
    try:
        yield bench
    finally:
        process.close()
        memory.keep(bench.told())
