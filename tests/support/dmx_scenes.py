"""The lights of a whole scene over DMX, on their way to a receiver: sent, timed and compared.

The scene's messages go through the real light process, each with the time at which its frame is
heard, as a player gives it.
"""

from __future__ import annotations

import math
import os
import socket
import struct
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from receivers import DATA, PORTS

from soundscape.devices.dmx.universe_claim import is_claimed, release_universe
from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.dmx.slot_values import decode_slots
from soundscape.engine.light_preview import all_messages
from soundscape.ipc import clock
from soundscape.library.files.locate import Library
from soundscape.library.last_lights import LastLights
from soundscape.library.resolve import Loaded, load_show

RELAY = "127.0.0.7"
"""Where our packets arrive, get their time, and go on to the receiver at 127.0.0.1."""

SO_TIMESTAMPNS = 35
"""Of Linux; the socket module does not name it."""

ARTNET_IF_SLOW = pytest.param(
    "artnet",
    marks=[
        pytest.mark.slow,
        pytest.mark.skipif(
            os.environ.get("SOUNDSCAPE_SLOW") != "1", reason="SOUNDSCAPE_SLOW=1 asks for it"
        ),
    ],
)
"""A protocol for tests whose short form does with the other one."""

CLOSE = 0.050  # s, of a packet and its sound
WIRED = {
    "sacn": "{sacn: {universe: 1, to: 127.0.0.7}}",
    "artnet": "{artnet: {universe: 2, to: 127.0.0.7}}",
}
ROOM = """
midi: {dimmers: PORT}
lights:
  room: {port: dimmers, address: 12, from: 60%}
  fine: {port: dimmers, address: [13, 14], from: 60%}
  amber: {port: dimmers, address: {30: 0% to 100%, 31: 0% to 60%}, from: 40%}
  warmth: {port: dimmers, address: {20: 100% to 0%, 21: 0% to 100%}, range: 2200K to 4000K}
care: {set: {warmth: 3000K}}
"""
SCENE = """
fades: {track: 1s, phase: 2s, start: 1s, end: 2s}
phases:
  arrival:
    duration: 6s
    music: [{generate: drone, duration: 60s}]
    lights: [{set: {room: 20%, fine: 12%, warmth: 2400K}, over: 5s}]
  peak:
    duration: 6s
    music: [{generate: drone, duration: 60s}]
    lights:
      - {set: {room: 45%, amber: 70%}, over: 3s}
      - {at: 2s, set: {fine: 40%, warmth: 3600K}, over: 4s}
"""

Values = dict[int, int]
Plan = list[tuple[float, Values]]
"""What is to be set, and when (s)."""


class Relay:
    """Notes when each packet comes, and sends it on."""

    def __init__(self, protocol: str) -> None:
        self.packets: list[tuple[float, bytes]] = []
        self._port, self._skip = PORTS[protocol], DATA[protocol]
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            self._socket.setsockopt(socket.SOL_SOCKET, option, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.bind((RELAY, self._port))
        self._socket.settimeout(0.2)
        self._over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                data, ancillary, *_ = self._socket.recvmsg(2048, 64)
            except OSError:
                if self._over:  # and nothing is left
                    return
                continue
            if len(data) == self._skip + 512:
                self.packets.append((came_at(ancillary), data[self._skip :]))
                self._socket.sendto(data, ("127.0.0.1", self._port))

    def close(self) -> None:
        self._over = True
        self._thread.join(2.0)
        self._socket.close()


def came_at(ancillary: list[tuple[int, int, bytes]]) -> float:
    """When the kernel received a packet: this process may be served late."""
    now, clock_time = clock.now(), time.time_ns()
    for _, kind, data in ancillary:
        if kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data)
            return now - (clock_time - seconds * 10**9 - nanoseconds) / 1e9
    return now


def scene(folder: Path, protocol: str) -> Loaded:
    for name in ("scenes", "playlists"):
        (folder / name).mkdir()
    (folder / "room.yaml").write_text(ROOM.replace("PORT", WIRED[protocol]))
    (folder / "scenes" / "dimmers.yaml").write_text(SCENE)
    return load_show(Library(folder), "dimmers")


@contextmanager
def light_process(loaded: Loaded, state: Path) -> Iterator[MidiOutputs]:
    """The room's outputs in their own process; its keeper is ended afterwards."""
    memory = LastLights(state, loaded.room)
    process = MidiOutputs(loaded.room.midi, loaded.room.lights, memory.universes)
    process.start()
    assert process.wait_ready(20.0)
    try:
        yield process
    finally:
        process.close()
        file = memory.universes["dimmers"].file
        until = clock.now() + 60.0
        while not is_claimed(file) and clock.now() < until:
            time.sleep(0.05)
        release_universe(file)


def play(process: MidiOutputs, loaded: Loaded) -> tuple[float, Plan]:
    """Send all messages of the scene; when it began, and what they say."""
    messages = list(all_messages(loaded.room, loaded.show))
    start = clock.now() + 0.5
    process.send([(start + m.frame / 48_000, m.port, m.data) for m in messages])
    time.sleep(messages[-1].frame / 48_000 + 2.5)
    return start, [(m.frame / 48_000, dict(decode_slots(m.data))) for m in messages]


def late_by(plan: Plan, packets: list[tuple[float, bytes]]) -> list[float]:
    """How long after its time each message is in a packet (s); nan for one overtaken by the next.

    Two messages of a light that come within a packet's gap are one change.
    """
    times = [at for at, _ in packets]
    out = []
    for at, values in plan:
        first, last = bisect_left(times, at - CLOSE), bisect_right(times, at + 1.0)
        fitting = (
            when
            for when, frame in packets[first:last]
            if all(frame[slot - 1] == value for slot, value in values.items())
        )
        out.append(next(fitting, math.nan) - at)
    return out


def steps_beside(plan: Plan, frames: list[tuple[float, bytes]], slot: int) -> int:
    """How many steps a frame's value is at most beside the plan's within 50 ms of its time."""
    course = [(at, values[slot]) for at, values in plan if slot in values]
    worst = 0
    for at, frame in frames:
        near = [value for when, value in course if at - CLOSE <= when <= at + CLOSE]
        near += [value for when, value in course if when < at - CLOSE][-1:]
        worst = max(worst, min((abs(frame[slot - 1] - value) for value in near), default=0))
    return worst
