"""Pedals and pads through a real MIDI driver: JACK, with an instrument that the test plays."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from queue import Empty, Queue

import pytest
from instrument import Instrument, Listener
from jack import Jack, ports, until
from peers import missing, need

from soundscape.cli import run
from soundscape.devices.midi.inputs import MidiInputs
from soundscape.devices.midi.port_messages import MidiReceived, PortStatus
from soundscape.scene.models import PortSpec

pytestmark = [pytest.mark.peer, pytest.mark.timed]

PERIOD = 1024
"""Frames of a cycle of JACK."""

ROOM = """
name: Lab
midi:
  pedal: {input: stage}
controls:
  - {port: pedal, note: 60, do: duck}
  - {port: pedal, note: 61, do: hold, feedback: true}
  - {port: pedal, note: 62, do: stop}
  - {port: pedal, cc: 7, do: level}
"""
SCENE = """
name: Long
fades: {start: 1s, end: 1s}
phases: {peak: {duration: 10m, music: [{generate: drone, duration: 20m}]}}
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    for folder in ("scenes", "playlists"):
        (root / folder).mkdir(parents=True)
    (root / "scenes" / "long.yaml").write_text(SCENE)
    (root / "room.yaml").write_text(ROOM)
    return root


class Running:
    """A session in a process of its own; what it says, with the time at which it came."""

    def __init__(self, library: Path) -> None:
        command = ["start", "long", "--library", str(library), "--foreground", "--output", "null"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "soundscape", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=dict(os.environ),
        )
        self.said: list[str] = []
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def end(self) -> None:
        if self.process.poll() is None:
            run(["stop", "--fade", "1s"])
        self.process.wait(20.0)
        until(lambda: "Soundscape" not in ports(), "its control process stays")

    def begins(self) -> None:
        """Wait until it sounds and listens."""
        self.says("phase peak")
        until(lambda: "Soundscape:in\n   stage:out" in connections(), "it does not listen")

    def says(self, text: str, seconds: float = 20.0) -> str:
        """The next line with a text in it."""
        limit = time.perf_counter() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, limit - time.perf_counter()))
            except Empty:
                raise AssertionError(f"{text!r} is not said, but {self.said}") from None
            self.said.append(line)
            if text in line:
                return line


_NUMBERS = count()
"""JACK does not like to meet a name again in one process."""


@pytest.fixture
def server_name(monkeypatch: pytest.MonkeyPatch) -> str:
    """What a JACK server of this test's is to be called."""
    if importlib.util.find_spec("rtmidi") is None:
        missing("python-rtmidi, which speaks to JACK, has no wheel for this Python")
    name = f"controls{os.getpid()}-{next(_NUMBERS)}"
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    monkeypatch.setenv("SOUNDSCAPE_MIDI_BACKEND", "UNIX_JACK")
    return name


def connections() -> str:
    """Each port, and beneath it those that it is connected to."""
    listed = subprocess.run([need("jack_lsp"), "-c"], capture_output=True, text=True, check=False)
    return listed.stdout


@pytest.fixture
def jack(server_name: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """A server that waits; not where clients go away without a word."""
    loose = request.node.get_closest_marker("usefixtures") is not None
    server = Jack(server_name, waits=not loose, period=PERIOD)
    try:
        server.start()
        yield
    finally:
        server.end()


@pytest.fixture
def loose() -> None:
    """Says that clients come and go."""


@pytest.fixture
def stage(jack: None) -> Iterator[Instrument]:
    instrument = Instrument("stage")
    yield instrument
    instrument.unplug()


@pytest.fixture
def lamps(stage: Instrument) -> Iterator[Listener]:
    """The same device's other direction."""
    listener = Listener("stage")
    yield listener
    listener.unplug()


@pytest.fixture
def running(library: Path, lamps: Listener) -> Iterator[Running]:
    session = Running(library)
    try:
        session.begins()
        yield session
    finally:
        session.end()


def test_a_real_pedal_ducks_a_real_session(stage, running):
    stage.press(60)
    running.says("ducked for your voice")
    time.sleep(0.3)
    stage.press(60)
    running.says("no longer ducked")
    for value in (90, 118, 110):  # passes 0 dB on the way up: from there it has the level
        stage.send(0xB0, 7, value)
    running.says("level")


@pytest.mark.usefixtures("loose")
def test_a_pedal_that_is_unplugged_and_plugged_in_again_works_again(stage, running):
    stage.unplug()
    running.says("controls offline: pedal: MIDI port 'stage:out' has gone")
    again = Instrument("stage")
    running.says("controls back: pedal: stage:out", 5.0)
    again.press(60)
    running.says("ducked for your voice")
    again.unplug()


# Without a session --------------------------------------------------------------------------------


@pytest.fixture
def inputs(jack: None) -> Iterator[MidiInputs]:
    listening = MidiInputs({"pedal": PortSpec(input="STAGE")})
    listening.start()
    yield listening
    listening.close()


def next_of(inputs: MidiInputs, kind: type, seconds: float = 10.0) -> MidiReceived | PortStatus:
    limit = time.perf_counter() + seconds
    while (news := inputs.take(max(0.0, limit - time.perf_counter()))) is not None:
        if isinstance(news, kind):
            return news
    raise AssertionError(f"no {kind.__name__} comes")


def test_an_absent_pedal_is_found_when_it_comes(inputs):
    absent = next_of(inputs, PortStatus)
    assert (absent.state, absent.text) == (
        "absent",
        "MIDI port 'STAGE' is not there; this machine has none",
    )
    stage = Instrument("stage")
    assert next_of(inputs, PortStatus) == PortStatus("pedal", "ok", "stage:out")
    before = time.perf_counter()
    stage.send(0x90, 60, 100)
    heard = next_of(inputs, MidiReceived)
    assert heard.data == b"\x90\x3c\x64"
    assert before <= heard.at <= time.perf_counter()
    stage.unplug()


def test_junk_and_half_messages_do_not_deafen(stage, inputs):
    assert next_of(inputs, PortStatus).state == "ok"
    for data in ((0x90, 60), (0x40,), (0xFE,), (0xF8,), (0xFD,), (0x90, 60, 100), (61, 100)):
        stage.send(*data)
    heard = [next_of(inputs, MidiReceived).data.hex() for _ in range(4)]
    assert heard == ["fe", "f8", "903c64", "903d64"]  # the last by running status
    stage.send(0xF0, 0x7D, 1, 0xF7)
    assert next_of(inputs, MidiReceived).data == b"\xf0\x7d\x01\xf7"


def test_every_message_of_a_busy_fader_arrives_in_order(stage, inputs):
    assert next_of(inputs, PortStatus).state == "ok"
    for value in range(1000):
        stage.send(0xB0, 7, value % 128)
        time.sleep(0.001)
    heard = [next_of(inputs, MidiReceived).data[2] for _ in range(1000)]
    assert heard == [value % 128 for value in range(1000)]


def test_a_driver_that_dies_and_comes_back_is_listened_to_again(server_name: str) -> None:
    listening = MidiInputs({"pedal": PortSpec(input="stage")})
    listening.start()
    server = Jack(server_name, waits=False, period=PERIOD)
    try:
        server.start()
        stage = Instrument("stage")
        until(lambda: _presses_arrive(stage, listening), "nothing is heard")
        server.kill()  # as a crash would end it
        stage.unplug()
        server.start()
        again = Instrument("stage")
        until(lambda: _presses_arrive(again, listening), "nothing is heard any more")
        again.unplug()
    finally:
        listening.close()
        server.end()


def _presses_arrive(stage: Instrument, inputs: MidiInputs) -> bool:
    stage.send(0x90, 60, 100)
    limit = time.perf_counter() + 0.5
    while time.perf_counter() < limit:
        if isinstance(inputs.take(0.1), MidiReceived):
            return True
    return False


def test_pads_are_lit_with_their_state_and_their_echo_is_no_press(stage, lamps, running):
    until(lambda: set(lamps.heard) == {b"\x80\x3d\x00"}, "the pad is not dark")
    stage.press(61)
    running.says("held in peak")
    until(lambda: lamps.heard[-1] == b"\x90\x3d\x7f", "the pad is not lit")
    stage.send(*lamps.heard[-1])  # a loop: it comes back
    time.sleep(0.4)
    stage.press(61, 127)
    running.says("peak goes on")
    until(lambda: lamps.heard[-1] == b"\x80\x3d\x00", "the pad stays lit")
    time.sleep(0.3)
    stage.press(61)
    running.says("held in peak")
    for _ in range(2):  # the end takes two presses
        stage.press(62)
        time.sleep(0.3)
    running.says("the session is over")
    until(lambda: lamps.heard[-1] == b"\x80\x3d\x00", "the pad is lit for ever")
