"""The light process, with real processes: our own with a recording driver, and misbehaving ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from soundscape.engine import light
from soundscape.engine.light import BACKLOG, LightProcess
from soundscape.scene.models import PortSpec

RECORDING = """
import sys, time
from soundscape.devices import midi_sender
from soundscape.errors import MidiPortError

class Port:
    name = "recorder"
    def send(self, data):
        with open({path!r}, "a") as file:
            print(time.monotonic(), data.hex(), file=file)
    def close(self):
        pass

def opened(name, *, virtual=False):
    if name == "absent":
        raise MidiPortError("MIDI port 'absent' is not there; this machine has none")
    return Port()

midi_sender.open_output = opened
midi_sender.main()
"""
DEAF = "import time; time.sleep(60)"
DYING = "import os, sys; sys.stdin.readline(); os.abort()"

Start = Callable[..., LightProcess]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a light process that runs a program; whatever is left of it ends with the test."""
    started: list[LightProcess] = []

    def run(program: str, *outputs: str) -> LightProcess:
        monkeypatch.setattr(light, "COMMAND", (sys.executable, "-c", program))
        ports = {output: PortSpec(output=output) for output in outputs}
        process = LightProcess({**ports, "pedal": PortSpec(input="AirTurn")})
        process.start()
        started.append(process)
        return process

    yield run
    for process in started:
        process.close(0.0)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "record.txt"


def received(record: Path) -> list[tuple[float, str]]:
    lines = record.read_text().splitlines() if record.exists() else []
    return [(float(line.split()[0]), line.split()[1]) for line in lines]


def test_messages_arrive_in_order_when_they_are_due(start: Start, record: Path) -> None:
    process = start(RECORDING.format(path=str(record)), "desk")
    assert process.wait_ready(10.0)
    first = time.monotonic() + 0.05
    process.send([(first + 0.1, "desk", b"\xb0\x14\x02"), (first, "desk", b"\xb0\x14\x01")])
    process.send([(first + 0.1, "desk", b"\xb0\x14\x03")])
    process.close()
    assert [data for _, data in received(record)] == ["b01401", "b01402", "b01403"]
    assert all(
        when >= due
        for (when, _), due in zip(received(record), [first, first + 0.1, first + 0.1], strict=True)
    )
    assert process.timing is not None
    assert process.timing.sent == 3


def test_an_absent_port_is_told_once_and_the_others_play(start: Start, record: Path) -> None:
    process = start(RECORDING.format(path=str(record)), "desk", "absent")
    assert process.wait_ready(10.0)
    assert process.health() == {"desk": "ok", "absent": "absent"}
    assert process.faults() == [
        "lights offline: absent: MIDI port 'absent' is not there; this machine has none"
    ]
    assert process.faults() == []
    process.send([(0.0, "absent", b"\xb0\x14\x01"), (0.0, "desk", b"\xb0\x14\x02")])
    process.send([(0.0, "pedal", b"\xb0\x14\x01"), (0.0, "unknown", b"\xb0\x14\x01")])
    process.close()
    assert [data for _, data in received(record)] == ["b01402"]


def test_closing_sends_what_is_due_soon_and_nothing_later(start: Start, record: Path) -> None:
    process = start(RECORDING.format(path=str(record)), "desk")
    assert process.wait_ready(10.0)
    now = time.monotonic()
    process.send([(now + 0.1, "desk", b"\xb0\x14\x01"), (now + 60.0, "desk", b"\xb0\x14\x02")])
    process.close(drain=0.3)
    assert time.monotonic() - now < 5.0
    assert [data for _, data in received(record)] == ["b01401"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_is_not_for_the_light_process(start: Start, record: Path) -> None:
    process = start(RECORDING.format(path=str(record)), "desk")
    assert process.wait_ready(10.0)
    assert process._process is not None
    assert os.getpgid(process._process.pid) != os.getpgid(0)  # the terminal's does not reach it
    process._process.send_signal(signal.SIGINT)
    process.send([(0.0, "desk", b"\xb0\x14\x01")])
    process.close()
    assert [data for _, data in received(record)] == ["b01401"]


def test_a_process_that_hangs_holds_nobody_up(start: Start) -> None:
    process = start(DEAF, "desk")
    batch = [(0.0, "desk", bytes(1000))] * 100
    begin = time.monotonic()
    for _ in range(BACKLOG + 50):
        process.send(batch)
    assert time.monotonic() - begin < 1.0
    assert process.dropped > 0
    assert process.health() == {"desk": "opening"}
    begin = time.monotonic()
    process.close(drain=0.0)
    assert time.monotonic() - begin < 5.0


def test_a_process_that_dies_is_told_and_costs_nothing_else(start: Start) -> None:
    process = start(DYING, "desk")
    assert process.wait_ready(10.0)
    assert process.health() == {"desk": "failed: the light process ended"}
    assert process.faults() == ["lights offline: the light process ended"]
    for _ in range(10):
        process.send([(0.0, "desk", b"\xb0\x14\x01")])
    process.close()


def test_closing_twice_or_before_the_start_is_harmless(start: Start, record: Path) -> None:
    LightProcess({}).close()
    process = start(RECORDING.format(path=str(record)), "desk")
    process.close()
    process.close()


def test_the_light_process_loads_none_of_the_heavy_libraries() -> None:
    heavy = "numpy pygame av pydantic yaml click rich soundscape.scene soundscape.engine"
    code = (
        "import sys, soundscape.devices.midi_sender;"
        f"sys.exit(', '.join(set({heavy.split()!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=light._environment(), capture_output=True, check=False
    )
    assert done.stderr.decode().strip() == ""
