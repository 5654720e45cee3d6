from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from soundscape.cli import cmd_midi_learn, run
from soundscape.cli.cmd_midi_learn import port_of
from soundscape.devices.midi.port_messages import MidiReceived, PortStatus
from soundscape.scene.models import PortSpec

DEVICE = "AirTurn BT500S:AirTurn BT500S MIDI 1 20:0"
THERE = [DEVICE, "Pads:Pads 24:0"]
ROOM = "# ours\nname: One # the first\n"
ON = b"\x91\x3c\x64"

Learn = Callable[..., int]


class Inputs:
    def __init__(self, *data: bytes) -> None:
        heard = [MidiReceived(DEVICE, 1.0, one) for one in data]
        self.news: list[MidiReceived | PortStatus | None] = [
            PortStatus(DEVICE, "ok", DEVICE),
            *heard,
        ]

    def take(self, timeout: float) -> MidiReceived | PortStatus | None:
        return self.news.pop(0) if self.news else None


@pytest.fixture
def room(desk) -> Path:
    return desk.write("room.yaml", ROOM)


@pytest.fixture
def learn(desk, monkeypatch: pytest.MonkeyPatch) -> Learn:
    """Run `midi learn` while messages come in; the exit code."""
    monkeypatch.setattr(cmd_midi_learn, "input_names", lambda: THERE)
    monkeypatch.setattr(cmd_midi_learn, "GESTURE", 0.01)

    def learned(*data: bytes, do: str | None = "duck") -> int:
        @contextmanager
        def listening(port: str | None):
            yield Inputs(*data)

        monkeypatch.setattr(cmd_midi_learn, "listening", listening)
        asked = ["--do", do] if do else []
        return run(["midi", "learn", "--library", str(desk.root), *asked])

    return learned


def test_a_pressed_pedal_stands_in_the_room_and_comments_stay(learn, room, capsys):
    assert learn(b"\xfe", b"\x80\x3c\x00", ON) == 0
    assert room.read_text() == ROOM + (
        "\nmidi:\n  airturn-bt500s: {input: AirTurn BT500S}\n"
        "\ncontrols:\n  - {port: airturn-bt500s, channel: 2, note: 60, do: duck}\n"
    )
    assert capsys.readouterr().out.splitlines() == [
        "Press a pedal or move a fader … (Ctrl-C ends)",
        f"{DEVICE}: channel 2  note 60 (C4) on, velocity 100",
        "room.yaml: controls: {port: airturn-bt500s, channel: 2, note: 60, do: duck}",
        "room.yaml: midi: airturn-bt500s: {input: AirTurn BT500S}",
        "As it was: room.yaml.bak",
    ]


def test_without_a_room_one_is_begun(learn, desk):
    assert learn(b"\xc0\x04", do="next") == 0
    assert "program: 5, do: next" in (desk.root / "room.yaml").read_text()


def test_a_fader_does_level(learn, room):
    assert learn(*(bytes((0xB0, 7, value)) for value in range(10)), do="level") == 0
    assert "cc: 7, do: level" in room.read_text()


def test_what_is_taken_is_refused_and_nothing_is_written(learn, room, capsys):
    assert learn(ON) == 0
    before = room.read_text()
    capsys.readouterr()
    assert learn(ON, do="hold") == 1
    assert capsys.readouterr().err == "room.yaml:8:5: this does 'duck' already; change it there\n"
    assert room.read_text() == before


@pytest.mark.parametrize(
    ("do", "word"),
    [("level", "level follows a fader"), ("goto", "one of next"), ("dukc", "one of next")],
)
def test_what_it_cannot_do_is_wrong_usage_and_nothing_is_written(learn, room, do, word, capsys):
    assert learn(ON, do=do) == 2
    assert word in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert room.read_text() == ROOM


def test_without_a_terminal_it_has_to_be_told_what_to_do(learn, room):
    assert learn(ON, do=None) == 2


def test_on_a_terminal_it_asks_and_proposes_by_what_was_moved(learn, room, monkeypatch):
    asked: list[str] = []
    answers = iter(["louder", "hold"])

    def prompt(_text: str, default: str) -> str:
        asked.append(default)
        return next(answers)

    monkeypatch.setattr(
        cmd_midi_learn.sys, "stdin", type("Terminal", (), {"isatty": lambda _: True})()
    )
    monkeypatch.setattr(cmd_midi_learn.click, "prompt", prompt)
    assert learn(*(bytes((0xB0, 7, value)) for value in range(10)), do=None) == 0
    assert asked == ["level", "level"]
    assert "do: hold" in room.read_text()


def test_a_faulty_room_is_told_and_stays(learn, desk, capsys):
    room = desk.write("room.yaml", "nmae: x\n")
    assert learn(ON) == 1
    assert capsys.readouterr().err.startswith("room.yaml:1:1: nmae: no such key")
    assert room.read_text() == "nmae: x\n"


def test_a_port_that_the_room_has_keeps_its_name():
    ports = {"desk": PortSpec(output="AirTurn"), "foot": PortSpec(input="airturn")}
    assert port_of(ports, DEVICE, THERE) == ("foot", None)


def test_a_new_port_gets_a_name_of_its_own_and_the_shortest_text_that_finds_it():
    taken = {"pads": PortSpec(output="x")}
    assert port_of(taken, "Pads:Pads 24:0", THERE) == ("pads-2", PortSpec(input="Pads"))
    two = ["A:one 20:0", "A:two 20:1"]
    assert port_of({}, "A:two 20:1", two) == ("a", PortSpec(input="A:two"))
    assert port_of({}, "2-Key", ["2-Key"]) == ("midi-2-key", PortSpec(input="2-Key"))
