"""Moves lights by hand without a session, under the same limits and through the same process."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from soundscape.devices.room_outputs import RoomOutputs
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
        process: RoomOutputs,
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
        """Return the state of each port."""
        return self._process.health()

    def opened(self) -> dict[str, str]:
        """Return the full name of the system's port that each port of the room has open."""
        return self._process.opened()

    def knows(self, light: str) -> bool:
        """Return whether anything was ever sent to a light, now or by an earlier session."""
        return light in self.sent_parts()

    def assume(self, light: str, level: float) -> None:
        """Set the level of a light of which nothing is known."""
        self._rig.assume(light, level)

    def level(self, light: str) -> float:
        """Return the level that a light was last sent, or is assumed to have."""
        return self._rig.level(light)

    def sent_parts(self) -> dict[str, float]:
        """Return the part of full that each light was last sent, now or by an earlier session."""
        return {**self._last, **self._rig.sent_parts()}

    def move(self, values: Mapping[str, float], over: float = 0.0) -> dict[str, float]:
        """Move lights to values as fast as the limits allow. Return their levels after it."""
        self._rig.move(self._run.frame(), values, frames(over))
        self._run.run(self._rig.messages, lambda: True)
        now = self._rig.values(self._run.frame())
        return {name: now[name] for name in values}


@contextmanager
def open_light_test(room: Room, root: str) -> Iterator[LightTest]:
    """Yield the room's lights with its outputs open. At the end they stay as they are.

    They begin where a session or a test left them, and the next session begins where they are left.
    `root` is the folder that the files in the room are relative to.
    """
    with open_outputs(room, root) as (process, memory):
        bench = LightTest(room, process, memory.levels)
        try:
            yield bench
        finally:
            memory.keep(bench.sent_parts())
