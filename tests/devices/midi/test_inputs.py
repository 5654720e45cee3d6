"""The control process from outside: real processes that speak, crash, hang and lose a port."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from soundscape.devices.midi import inputs
from soundscape.devices.midi.inputs import MidiInputs, MidiReceived, PortStatus
from soundscape.scene.models import PortSpec

SPEAKING = """
import json, sys, time
specs = json.loads(sys.stdin.readline())
print(json.dumps({"port": specs[0]["port"], "state": "ok", "text": json.dumps(specs)}), flush=True)
print(json.dumps({"port": "pedal", "at": 1.5, "data": "903c64"}), flush=True)
sys.stdin.read()
"""
FIRST_THEN = """
import json, os, sys, time
sys.stdin.readline()
first = not os.path.exists({mark!r})
open({mark!r}, "a").close()
print(json.dumps({{"alive": 0}}), flush=True)
if first:
    {fault}
print(json.dumps({{"port": "pedal", "state": "ok", "text": "again"}}), flush=True)
sys.stdin.read()
"""
HANGING = "time.sleep(60)"
CRASHING = "os.abort()"
LOSING = 'print(json.dumps({"port": "pedal", "state": "lost", "text": "gone"})); sys.exit(0)'

Start = Callable[[str], MidiInputs]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    started: list[MidiInputs] = []
    monkeypatch.setattr(inputs, "SILENCE", 1.0)
    monkeypatch.setattr(inputs, "STARTING", 10.0)

    def run(program: str) -> MidiInputs:
        def spawn(_module: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-S", "-c", program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )

        monkeypatch.setattr(inputs, "spawn", spawn)
        ports = {"pedal": PortSpec(input="AirTurn"), "desk": PortSpec(output="Desk")}
        running = MidiInputs(ports, {"pedal": {(0x90, 60)}})
        running.start()
        started.append(running)
        return running

    yield run
    for running in started:
        running.close()


def news(inputs: MidiInputs, count: int) -> list[MidiReceived | PortStatus | None]:
    return [inputs.take(15.0) for _ in range(count)]


def test_what_the_process_says_is_taken_in_order(start: Start) -> None:
    fared, heard = news(start(SPEAKING), 2)
    assert isinstance(fared, PortStatus)
    wanted = '[{"port": "pedal", "input": "AirTurn", "nth": null, "virtual": false, "only": '
    assert fared == PortStatus("pedal", "ok", wanted + "[[144, 60]]}]"), "inputs alone, and kinds"
    assert heard == MidiReceived("pedal", 1.5, b"\x90\x3c\x64")


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        (HANGING, PortStatus("pedal", "failed", "the MIDI driver does not answer")),
        pytest.param(
            CRASHING,
            PortStatus("pedal", "failed", "the MIDI driver has crashed"),
            marks=pytest.mark.skipif(sys.platform == "win32", reason="a dialogue may come up"),
        ),
        (LOSING, PortStatus("pedal", "lost", "gone")),
    ],
)
def test_a_process_that_is_no_use_any_more_is_replaced_and_said_why(
    start: Start, tmp_path: Path, fault: str, first: PortStatus
) -> None:
    began = time.perf_counter()
    inputs = start(FIRST_THEN.format(mark=str(tmp_path / "mark"), fault=fault))
    assert news(inputs, 2) == [first, PortStatus("pedal", "ok", "again")]
    assert time.perf_counter() - began < 10.0


def test_whoever_waits_can_be_woken(start: Start) -> None:
    inputs = start(SPEAKING)
    news(inputs, 2)
    inputs.wake()
    began = time.perf_counter()
    assert inputs.take(10.0) is None
    assert time.perf_counter() - began < 5.0


def test_nothing_is_left_of_it_after_its_end(start: Start) -> None:
    inputs = start("import time; time.sleep(60)")
    time.sleep(0.3)
    began = time.perf_counter()
    inputs.close()
    assert time.perf_counter() - began < 3.5
    assert not inputs._thread.is_alive()
