"""The light process, with real processes, a driver that records, and one that misbehaves."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import fake_midi
import pytest

from soundscape.devices.midi import outputs
from soundscape.devices.midi.outputs import MidiOutputs
from soundscape.ipc.channel import BACKLOG
from soundscape.scene.models import LightSpec, PortSpec

pytestmark = pytest.mark.waits

SUPPORT = Path(fake_midi.__file__).parent

Start = Callable[..., MidiOutputs]


@dataclass
class FakeDriver:
    """The driver's other side."""

    folder: Path

    def there(self, *names: str) -> None:
        """These outputs exist from now on."""
        (self.folder / "names").write_text("\n".join(names))

    def misbehave(self, *faults: str) -> None:
        (self.folder / "fault").write_text(" ".join(faults))

    def slow(self, seconds: float) -> None:
        """Opening takes so long."""
        (self.folder / "slow").write_text(str(seconds))

    def got(self, name: str = "desk") -> list[str]:
        """What an output received."""
        return [data for _, port, data in self._record() if port == name]

    def times(self) -> list[float]:
        return [float(when) for when, _, _ in self._record()]

    def _record(self) -> list[list[str]]:
        record = self.folder / "record"
        return (
            [line.split("\t") for line in record.read_text().splitlines()]
            if record.exists()
            else []
        )


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    monkeypatch.setenv("SOUNDSCAPE_MIDI_BACKEND", "fake_midi")
    monkeypatch.setenv("FAKE_MIDI", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(SUPPORT))
    fake = FakeDriver(tmp_path)
    fake.there("desk", "eos")
    return fake


@pytest.fixture
def start(driver: FakeDriver) -> Iterator[Start]:
    """Start a light process; whatever is left of it ends with the test."""
    started: list[MidiOutputs] = []

    def run(*outputs: str, lights: dict[str, LightSpec] | None = None) -> MidiOutputs:
        ports = {output: PortSpec(output=output) for output in outputs}
        process = MidiOutputs({**ports, "pedal": PortSpec(input="AirTurn")}, lights)
        process.start()
        started.append(process)
        return process

    yield run
    for process in started:
        process.close(0.0)


class Turns:
    """What a listener hears."""

    def __init__(self, process: MidiOutputs) -> None:
        self.heard: list[tuple[str, bool]] = []
        process.listen(lambda port, there: self.heard.append((port, there)))

    def __call__(self, *wanted: tuple[str, bool]) -> bool:
        return self.heard == list(wanted)


def until(true: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait for it. Returns how long it took."""
    begin = time.perf_counter()
    while not true():
        assert time.perf_counter() < begin + seconds
        time.sleep(0.02)
    return time.perf_counter() - begin


def test_messages_arrive_in_order_when_they_are_due(start: Start, driver: FakeDriver) -> None:
    process = start("desk")
    assert process.wait_ready(10.0)
    first = time.perf_counter() + 0.05
    process.send([(first + 0.1, "desk", b"\xb0\x14\x02"), (first, "desk", b"\xb0\x14\x01")])
    process.send([(first + 0.1, "desk", b"\xb0\x14\x03")])
    process.close()
    assert driver.got() == ["B01401", "B01402", "B01403"]
    dues = [first, first + 0.1, first + 0.1]
    assert all(when >= due for when, due in zip(driver.times(), dues, strict=True))
    assert process.timing is not None
    assert process.timing.sent == 3


def test_an_absent_port_is_told_once_and_the_others_play(start: Start, driver: FakeDriver) -> None:
    process = start("desk", "absent")
    assert process.wait_ready(10.0)
    assert process.health() == {"desk": "ok", "absent": "absent"}
    assert process.faults() == [
        "lights offline: absent: MIDI port 'absent' is not there; there are 'desk', 'eos'"
    ]
    assert process.faults() == []
    process.send([(0.0, "absent", b"\xb0\x14\x01"), (0.0, "desk", b"\xb0\x14\x02")])
    process.send([(0.0, "pedal", b"\xb0\x14\x01"), (0.0, "unknown", b"\xb0\x14\x01")])
    process.close()
    assert driver.got() == ["B01402"]


def test_closing_sends_what_is_due_soon_and_nothing_later(start: Start, driver: FakeDriver) -> None:
    process = start("desk")
    assert process.wait_ready(10.0)
    now = time.perf_counter()
    process.send([(now + 0.1, "desk", b"\xb0\x14\x01"), (now + 60.0, "desk", b"\xb0\x14\x02")])
    process.close(drain=0.3)
    assert time.perf_counter() - now < 5.0
    assert driver.got() == ["B01401"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_is_not_for_the_light_process(start: Start, driver: FakeDriver) -> None:
    process = start("desk")
    assert process.wait_ready(10.0)
    pid = process._supervisor.pid
    assert os.getpgid(pid) != os.getpgid(0)  # the terminal's does not reach it
    os.kill(pid, signal.SIGINT)
    process.send([(0.0, "desk", b"\xb0\x14\x01")])
    process.close()
    assert driver.got() == ["B01401"]


@pytest.mark.timed
@pytest.mark.parametrize("fault", ["block", "crash", "odd"])
def test_a_process_that_hangs_or_dies_is_replaced_within_two_seconds(
    start: Start, driver: FakeDriver, fault: str
) -> None:
    process = start("desk", "eos")
    assert process.wait_ready(10.0)
    turns = Turns(process)
    driver.misbehave(fault)
    first = process._supervisor.pid
    process.send([(0.0, "desk", b"\xb0\x14\x01")])
    assert until(lambda: process._supervisor.pid != first) < 2.0
    until(lambda: process.health() == {"desk": "ok", "eos": "ok"})
    assert turns(("desk", False), ("eos", False), ("desk", True), ("eos", True))
    process.send([(0.0, "desk", b"\xb0\x14\x02")])
    process.close()
    assert driver.got() == ["B01402"]
    why = "it hung" if fault == "block" else "it ended"
    assert process.faults() == [
        f"lights offline: desk, eos: the light process: {why}",
        "lights back: desk: desk",
        "lights back: eos: eos",
    ]


def test_a_port_that_refuses_a_message_is_opened_anew(start: Start, driver: FakeDriver) -> None:
    process = start("desk", "eos")
    assert process.wait_ready(10.0)
    turns = Turns(process)
    driver.misbehave("raise")
    process.send([(0.0, "desk", b"\xb0\x14\x01"), (0.0, "eos", b"\xb0\x14\x03")])
    until(lambda: turns(("desk", False), ("desk", True)))
    process.send([(0.0, "desk", b"\xb0\x14\x02")])
    process.close()
    assert driver.got() == ["B01402"]
    assert driver.got("eos") == ["B01403"]


def test_a_port_is_lost_and_found_and_nothing_is_queued_meanwhile(
    start: Start, driver: FakeDriver
) -> None:
    process = start("desk", "eos")
    assert process.wait_ready(10.0)
    turns = Turns(process)
    driver.there("eos")
    until(lambda: turns(("desk", False)))
    assert process.health() == {"desk": "lost", "eos": "ok"}
    process.send([(0.0, "desk", b"\xb0\x14\x01"), (0.0, "eos", b"\xb0\x14\x01")])
    until(lambda: driver.got("eos") == ["B01401"])
    driver.there("eos", "desk")
    until(lambda: turns(("desk", False), ("desk", True)))
    process.send([(0.0, "desk", b"\xb0\x14\x02")])
    process.close()
    assert (driver.got(), driver.got("eos")) == (["B01402"], ["B01401"])
    assert process.faults() == [
        "lights offline: desk: 'desk' is gone",
        "lights back: desk: desk",
    ]


def test_one_who_listens_late_hears_what_is_away(start: Start) -> None:
    process = start("absent")
    assert process.wait_ready(10.0)
    assert Turns(process)(("absent", False))


def test_what_is_due_while_a_port_still_opens_does_not_come_at_once_when_it_is_open(
    start: Start, driver: FakeDriver
) -> None:
    """A fade of seconds would be a snap. Whoever listens sends the look anew, by a ramp."""
    driver.slow(0.7)
    process = start("desk")
    turns = Turns(process)
    process.send([(0.0, "desk", b"\xb0\x14\x01")])
    until(lambda: turns(("desk", False), ("desk", True)))
    process.send([(0.0, "desk", b"\xb0\x14\x02")])
    process.close()
    assert driver.got() == ["B01402"]
    assert process.faults() == []


def test_notes_of_cues_are_let_go_when_the_engine_breaks_off(
    start: Start, driver: FakeDriver
) -> None:
    process = start("desk", lights={"wall": LightSpec(port="desk", channel=2, note=40)})
    assert process.wait_ready(10.0)
    notes = (b"\x90\x3c\x5a", b"\x91\x28\x40", b"\x91\x3c\x5a", b"\x81\x3c\x00")
    process.send([(0.0, "desk", note) for note in notes])
    until(lambda: len(driver.got()) == 4)
    process._supervisor._ending.set()
    worker = process._supervisor._worker
    assert worker is not None
    worker.close_input()
    assert worker.wait(10.0)
    assert driver.got()[4:] == ["803C00"]


@pytest.mark.timed
def test_a_process_that_takes_nothing_delays_no_caller(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "MODULE", "deaf")
    process = start("desk")
    batch = [(0.0, "desk", bytes(1000))] * 100
    begin = time.perf_counter()
    for _ in range(BACKLOG + 50):
        process.send(batch)
    assert time.perf_counter() - begin < 1.0
    assert process.late > 0
    assert process.health() == {"desk": "opening"}
    begin = time.perf_counter()
    process.close(drain=0.0)
    assert time.perf_counter() - begin < 5.0


def test_closing_twice_or_before_the_start_is_harmless(start: Start) -> None:
    MidiOutputs({}).close()
    process = start("desk")
    process.close()
    process.close()
