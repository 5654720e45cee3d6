"""The MIDI inputs from outside: real processes that report, crash, hang and lose a port."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from soundscape.devices.midi import inputs
from soundscape.devices.midi.inputs import BACKLOG, MidiInputs
from soundscape.devices.midi.port_messages import MidiReceived, PortStatus
from soundscape.ipc.spawn import _environment
from soundscape.scene.models import PortSpec

pytestmark = pytest.mark.waits

BEGIN = """
import os, sys, time
from soundscape.devices.midi.port_messages import CODEC, DRIVER_GONE, MidiReceived, PortStatus
from soundscape.ipc.channel import Alive, over_standard_streams
channel = over_standard_streams(CODEC)
request = channel.receive()
channel.send(Alive())
"""
REPORTING = """
channel.send(PortStatus(request.inputs[0].port, "ok", repr(request.inputs)))
channel.send(MidiReceived("pedal", 1.5, b"\\x90\\x3c\\x64"))
while True: channel.receive()
"""
FIRST_THEN = """
first = not os.path.exists({mark!r})
open({mark!r}, "a").close()
if first:
    {fault}
channel.send(PortStatus("pedal", "ok", "again"))
while True: channel.receive()
"""
HANGING = "time.sleep(60)"
CRASHING = "os.abort()"
LOSING = 'channel.send(PortStatus("pedal", "lost", "gone")); sys.exit(DRIVER_GONE)'
MUMBLING = 'os.write(channel._sink.fileno(), b"\\x05\\x00\\x00\\x00hello"); time.sleep(60)'

Start = Callable[[str], MidiInputs]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    started: list[MidiInputs] = []
    monkeypatch.setattr(inputs, "RULES", replace(inputs.RULES, silence=1.0))

    def run(program: str) -> MidiInputs:
        def spawn(_module: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-S", "-c", BEGIN + program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env=_environment(),
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


def test_what_the_process_reports_is_taken_in_order(start: Start) -> None:
    status, received = news(start(REPORTING), 2)
    wanted = (
        "(InputRequest(port='pedal', wanted='AirTurn', virtual=False, "
        "nth=None, before='', only=((144, 60),)),)"
    )
    assert status == PortStatus("pedal", "ok", wanted), "inputs alone, and what is listened to"
    assert received == MidiReceived("pedal", 1.5, b"\x90\x3c\x64")


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
        (
            MUMBLING,
            PortStatus("pedal", "failed", "the control process sent what cannot be read"),
        ),
    ],
)
def test_a_process_that_is_no_use_any_more_is_replaced_and_said_why(
    start: Start, tmp_path: Path, fault: str, first: PortStatus
) -> None:
    began = time.perf_counter()
    inputs = start(FIRST_THEN.format(mark=str(tmp_path / "mark"), fault=fault))
    assert news(inputs, 2) == [first, PortStatus("pedal", "ok", "again")]
    assert time.perf_counter() - began < 10.0


def test_messages_that_nobody_takes_are_dropped_and_the_state_of_a_port_is_not() -> None:
    quiet = MidiInputs({"pedal": PortSpec(input="AirTurn")})
    for number in range(BACKLOG + 10):
        quiet._handle(MidiReceived("pedal", float(number), b"\x90\x3c\x64"))
    taken = [quiet.take(0.0) for _ in range(5)]
    quiet._handle(PortStatus("pedal", "lost", "gone"))
    rest = [quiet.take(0.0) for _ in range(BACKLOG - 4)]
    assert taken[0] == MidiReceived("pedal", 0.0, b"\x90\x3c\x64")
    assert rest[-2:] == [
        MidiReceived("pedal", BACKLOG - 1.0, b"\x90\x3c\x64"),
        PortStatus("pedal", "lost", "gone"),
    ]


def test_whoever_waits_can_be_woken(start: Start) -> None:
    inputs = start(REPORTING)
    news(inputs, 2)
    inputs.wake()
    began = time.perf_counter()
    assert inputs.take(10.0) is None
    assert time.perf_counter() - began < 5.0


def test_nothing_is_left_of_it_after_its_end(start: Start) -> None:
    inputs = start("time.sleep(60)")
    began = time.perf_counter()
    inputs.close()
    assert time.perf_counter() - began < 4.5
    assert not inputs._supervisor._keeper.is_alive()
