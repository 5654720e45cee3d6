"""The lights moved by hand, without a session: under the same limits, by the same process."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.engine.light_run import LightRun, open_outputs
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.lighting.rig import Rig
from soundscape.scene.models import Room
from soundscape.units import frames


class LightTest:
    """A room's lights, moved by hand. Levels are 0 to 1, times are in seconds."""

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
        self._run = LightRun(self._rig, process, now=now, sleep=sleep)
        self._last = dict(last or {})
        self._process = process

    def health(self) -> dict[str, str]:
        """The state of each port."""
        return self._process.health()

    def opened(self) -> dict[str, str]:
        """The full name of the system's port that each of the room's ports has open."""
        return self._process.opened()

    def knows(self, light: str) -> bool:
        """Whether anything was ever sent to a light, by us or by an earlier session."""
        return light in self.sent_parts()

    def assume(self, light: str, level: float) -> None:
        """Set the level of a light of which nothing is known."""
        self._rig.assume(light, level)

    def level(self, light: str) -> float:
        """Where a light is, as far as is known: as it was told last, or as it is taken to stand."""
        return self._rig.level(light)

    def sent_parts(self) -> dict[str, float]:
        """The part of full that each light was sent last, by us or by an earlier session."""
        return {**self._last, **self._rig.sent_parts()}

    def move(self, values: Mapping[str, float], over: float = 0.0) -> dict[str, float]:
        """Take lights to values, as fast as the limits let them. Returns where they are then."""
        self._rig.move(self._run.frame(), values, frames(over))
        self._run.run(self._rig.messages, lambda: True)
        now = self._rig.values(self._run.frame())
        return {name: now[name] for name in values}


@contextmanager
def open_light_test(room: Room) -> Iterator[LightTest]:
    """The room's lights with its ports open; at the end they stay as they are.

    They begin where a session, or a test, left them last, and the next session begins there.
    """
    with open_outputs(room) as (process, memory):
        bench = LightTest(room, process, memory.levels)
        try:
            yield bench
        finally:
            memory.keep(bench.sent_parts())
