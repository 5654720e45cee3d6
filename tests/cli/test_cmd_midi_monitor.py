from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from soundscape.cli import cmd_midi_monitor, run
from soundscape.devices.midi.port_messages import MidiReceived, PortStatus

NEWS: list[MidiReceived | PortStatus] = [
    PortStatus("Pads", "ok", "Pads 20:0"),
    MidiReceived("Pads", 1.0, b"\x90\x3c\x64"),
    MidiReceived("Pads", 1.1, b"\xf8"),
    MidiReceived("Pads", 1.2, b"\xf8"),
    MidiReceived("Pads", 1.3, b"\xf0\x7f\x01\x02\x01\x01\x31\xf7"),
    *(MidiReceived("Pads", 1.4, bytes((0xF1, piece << 4))) for piece in range(8)),
    *(MidiReceived("Pads", 1.5, bytes((0xF1, piece << 4))) for piece in range(8)),
    MidiReceived("Pads", 2.2, b"\xf8"),
]


class Inputs:
    def __init__(self) -> None:
        self.news = iter(NEWS)

    def take(self, timeout: float) -> MidiReceived | PortStatus:
        try:
            return next(self.news)
        except StopIteration:
            raise KeyboardInterrupt from None


@pytest.fixture
def _played(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def listening(port: str | None):
        yield Inputs()

    monkeypatch.setattr(cmd_midi_monitor, "listening", listening)
    monkeypatch.setattr(cmd_midi_monitor.clock, "now", lambda: 0.5)


@pytest.mark.usefixtures("_played")
def test_messages_are_said_in_words_and_what_never_stops_once_a_second(capsys):
    assert run(["midi", "monitor"]) == 130
    assert capsys.readouterr().out.splitlines() == [
        "Pads: listening",
        "   0.500  Pads  channel 1  note 60 (C4) on, velocity 100  [90 3c 64]",
        "   0.600  Pads  clock  [f8]",
        "   0.800  Pads  show control, device 1, lighting: go cue 1  [f0 7f 01 02 01 01 31 f7]",
        "   0.900  Pads  timecode 00:00:00:00 (24)  [f1 70]",
        "   1.700  Pads  clock  [f8]",
    ]


@pytest.mark.usefixtures("_played")
def test_as_json_every_message_is_a_line(capsys):
    assert run(["midi", "monitor", "--json"]) == 130
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == len(NEWS)
    assert lines[0] == {"port": "Pads", "state": "ok", "text": "Pads 20:0"}
    assert lines[1] == {
        "t": 0.5,
        "port": "Pads",
        "data": "90 3c 64",
        "message": "channel 1  note 60 (C4) on, velocity 100",
    }


def test_without_an_input_it_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(cmd_midi_monitor, "input_names", list)
    assert run(["midi", "monitor"]) == 1
    assert capsys.readouterr().err.startswith("no MIDI input is there: connect a pedal")
