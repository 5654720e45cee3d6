"""A universe goes from process to process on a busy machine: a receiver never waits for a second.

Receivers give a sender up after 2.5 s (sACN) or a few seconds (Art-Net), and may then go dark.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from dmx_scenes import ARTNET_IF_SLOW, Relay, scene

from soundscape.devices.dmx.universe_claim import is_claimed, release_universe
from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.ipc import clock
from soundscape.library.last_lights import LastLights

pytestmark = [pytest.mark.peer, pytest.mark.timed]

BUSY_A_CORE = 6
"""Processes that compute, for each core."""


@pytest.fixture
def busy_machine() -> Iterator[None]:
    count = BUSY_A_CORE * (os.cpu_count() or 1)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    yield
    for process in busy:
        process.kill()
        process.wait()


def until(true: Callable[[], bool]) -> None:
    limit = clock.now() + 60.0
    while not true():
        assert clock.now() < limit
        time.sleep(0.02)


@pytest.mark.parametrize("protocol", ["sacn", ARTNET_IF_SLOW])
def test_a_receiver_never_waits_a_second_for_a_packet_whoever_sends_it(
    protocol: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], busy_machine: None
) -> None:
    loaded = scene(tmp_path, protocol)
    memory = LastLights(tmp_path / "state", loaded.room)
    file = memory.universes["dimmers"].file
    at: dict[str, float] = {}

    def session(value: int) -> MidiOutputs:
        process = MidiOutputs(loaded.room.midi, loaded.room.lights, memory.universes)
        process.start()
        assert process.wait_ready(60.0)
        process.send([(clock.now(), "dimmers", bytes((0, 12, value)))])
        time.sleep(8.0)
        return process

    relay = Relay(protocol)
    try:
        first = session(150)
        at["the session ends"] = clock.now()
        first.close()
        time.sleep(4.0)
        at["the next one begins"] = clock.now()
        second = session(151)
        at["its light process is killed"] = clock.now()
        os.kill(second._supervisor.pid, signal.SIGKILL)
        until(lambda: second.health()["dimmers"] == "ok")
        time.sleep(8.0)
        at["it ends"] = clock.now()
        second.close()
        time.sleep(4.0)
    finally:
        relay.close()
        until(lambda: is_claimed(file))
        release_universe(file)
    times = [when for when, _ in relay.packets]
    ends = [*at.values(), times[-1]]
    gaps = {
        what: max(b - a for a, b in pairwise(times) if b > begin and a < end)
        for (what, begin), end in zip(at.items(), ends[1:], strict=True)
    }
    with capsys.disabled():
        print(f"\n{protocol}: the longest gap after each, in s: {gaps}")  # noqa: T201
    assert max(gaps.values()) < 1.0
    assert {frame[11] for _, frame in relay.packets} <= {150, 151, 153}, "never another look"
