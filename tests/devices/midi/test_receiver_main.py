"""The inside of the control process, with ports that the test plays."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from queue import Queue
from typing import Any

import pytest

from soundscape.devices.midi import receiver_main
from soundscape.devices.midi.driver_sockets import Sockets
from soundscape.devices.midi.input_port import InputPort
from soundscape.devices.midi.port_messages import InputRequest, MidiReceived, PortStatus
from soundscape.devices.midi.receiver_main import InputSlot, poll, run
from soundscape.errors import MidiPortError
from soundscape.ipc.channel import Alive


class Wires:
    """Ports that can be plugged in and out."""

    def __init__(self) -> None:
        self.there: list[str] = []
        self.opened: list[tuple[str, bool]] = []
        self.closed: list[str] = []

    def open(
        self, name: str, take: Callable[[bytes], None], *, virtual: bool, everything: bool
    ) -> InputPort:
        self.opened.append((name, everything))
        full = name if virtual else next(one for one in self.there if name in one)
        return InputPort(full, lambda: self.closed.append(full))


@pytest.fixture(autouse=True)
def no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm would end the tests, seconds later."""
    monkeypatch.setattr(receiver_main, "_renew_alarm", lambda: None)


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> Wires:
    made = Wires()
    monkeypatch.setattr(receiver_main, "open_input", made.open)
    return made


def port(name: str = "pedal", wanted: str = "AirTurn", **spec: Any) -> InputSlot:
    return InputSlot(InputRequest(name, wanted, **spec), lambda _: None)


def test_an_absent_port_is_told_once_and_found_when_it_comes(wires):
    ports = [port()]
    (absent,), lost = poll(ports, [])
    assert (absent.state, lost) == ("absent", False)
    assert poll(ports, []) == ([], False)
    wires.there = ["AirTurn 20:0"]
    assert poll(ports, wires.there) == (
        [PortStatus("pedal", "ok", "AirTurn 20:0")],
        False,
    )
    assert poll(ports, wires.there) == ([], False)


def test_a_port_that_is_gone_is_told_and_none_is_touched_any_more(wires):
    wires.there = ["AirTurn", "Pads"]
    ports = [port(), port("pads", "Pads"), port("other", "Other")]
    poll(ports, wires.there)
    wires.opened.clear()
    news, lost = poll(ports, ["Pads"])
    assert lost
    assert [one.state for one in news] == ["lost"]
    assert (wires.opened, wires.closed) == ([], [])


def test_a_virtual_port_is_there_at_once_and_never_gone(wires):
    ports = [port(virtual=True)]
    assert poll(ports, [])[0][0].state == "ok"
    assert poll(ports, []) == ([], False)


def test_a_port_that_does_not_open_is_absent_with_the_reason(monkeypatch, wires):
    def refuse(*_args: object, **_options: object) -> InputPort:
        raise MidiPortError("MIDI input 'AirTurn' does not open: busy")

    monkeypatch.setattr(receiver_main, "open_input", refuse)
    (news,), _ = poll([port()], ["AirTurn"])
    assert (news.state, news.text) == ("absent", "MIDI input 'AirTurn' does not open: busy")


def test_only_what_is_bound_is_said_and_note_offs_with_their_notes(wires):
    bound = port(only=((0x90, 60), (0xB0, 7)))
    said = [
        data.hex()
        for piece in ("903c64", "803c00", "903d64", "b00740", "b10741", "b00840", "f8", "f07df7")
        for data in bound.messages(bytes.fromhex(piece))
    ]
    assert said == ["903c64", "803c00", "b00740", "b10741"]


def test_without_bounds_everything_is_said(wires):
    assert port().messages(b"\xf8\x90\x3c\x64") == [b"\xf8", b"\x90\x3c\x64"]


class Eye:
    costly = False

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def poll(self, *, afresh: bool) -> list[str]:
        return self.names

    def close(self) -> None:
        pass


def test_it_says_that_it_lives_the_state_of_ports_and_what_comes(monkeypatch, wires):
    monkeypatch.setattr(receiver_main, "InputNames", lambda: Eye(["AirTurn"]))
    wires.there = ["AirTurn"]
    inbox: Queue = Queue()
    inbox.put((0, 12.5, b"\x90\x3c\x64"))
    inbox.put(None)
    said: list[object] = []
    assert run([port()], inbox, Sockets(), said.append)
    assert said == [
        PortStatus("pedal", "ok", "AirTurn"),
        Alive(),
        MidiReceived("pedal", 12.5, b"\x90\x3c\x64"),
    ]


def test_it_ends_when_a_port_is_gone(monkeypatch, wires):
    eye = Eye(["AirTurn"])
    monkeypatch.setattr(receiver_main, "InputNames", lambda: eye)
    monkeypatch.setattr(receiver_main, "POLL", 0.0)
    wires.there = ["AirTurn"]
    said: list[object] = []

    def report(message: object) -> None:
        said.append(message)
        if isinstance(message, PortStatus) and message.state == "ok":
            eye.names = []

    assert not run([port()], Queue(), Sockets(), report)
    assert [one.state for one in said if isinstance(one, PortStatus)] == ["ok", "lost"]


@pytest.mark.skipif(sys.platform == "win32", reason="sockets of JACK")
def test_it_ends_when_the_driver_died_even_if_a_port_of_that_name_is_there_again(
    monkeypatch, wires
):
    """A server that is started again at once brings the same names."""
    monkeypatch.setattr(receiver_main, "InputNames", lambda: Eye(["AirTurn"]))
    monkeypatch.setattr(receiver_main, "POLL", 0.0)
    wires.there = ["AirTurn"]
    ends: list[socket.socket] = []
    open_it = wires.open
    monkeypatch.setattr(
        receiver_main,
        "open_input",
        lambda *args, **options: ends.extend(socket.socketpair()) or open_it(*args, **options),
    )
    said: list[object] = []

    def report(message: object) -> None:
        said.append(message)
        if isinstance(message, PortStatus) and message.state == "ok":
            ends.pop().close()  # what the server held

    assert not run([port()], Queue(), Sockets(), report)
    assert said[-1] == PortStatus("pedal", "lost", "the MIDI driver is gone")
    for end in ends:
        end.close()
