"""MIDI inputs, with a driver that the test plays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from soundscape.devices.midi import input_port, mido_ports
from soundscape.devices.midi.input_port import InputNames, open_input
from soundscape.errors import MidiPortError


class Client:
    """rtmidi's MidiIn, as far as it is used."""

    made: list[Client] = []  # noqa: RUF012 - emptied by the fixture
    names = ("Pads 20:0", "Pedal 24:0")

    def __init__(self, _api: int, name: str | None = None) -> None:
        self.name = name
        self.calls: list[object] = []
        self.queue: list[tuple[list[int], float]] = []
        self.heard: Callable[[tuple[list[int], float], None], None] | None = None
        self.made.append(self)

    def get_ports(self) -> list[str]:
        return list(self.names)

    def ignore_types(self, **ignored: bool) -> None:
        self.calls.append(ignored["sysex"])

    def set_callback(self, heard: Any) -> None:
        self.heard = heard

    def cancel_callback(self) -> None:
        self.calls.append("cancelled")

    def open_port(self, index: int, name: str) -> None:
        self.calls.append(("opened", index, name))

    def open_virtual_port(self, name: str) -> None:
        self.calls.append(("virtual", name))

    def close_port(self) -> None:
        self.calls.append("closed")

    def delete(self) -> None:
        self.calls.append("deleted")

    def get_message(self) -> tuple[list[int], float] | None:
        return self.queue.pop(0) if self.queue else None


@pytest.fixture(params=["LINUX_ALSA", "UNIX_JACK"])
def api(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    Client.made.clear()
    fake = SimpleNamespace(MidiIn=Client, API_LINUX_ALSA=1, API_UNIX_JACK=2)
    monkeypatch.setattr(input_port, "rtmidi", fake)
    monkeypatch.setattr(
        input_port, "driver", lambda: SimpleNamespace(name=mido_ports.RTMIDI, api=request.param)
    )
    return str(request.param)


def test_a_port_is_found_by_a_part_of_its_name_and_given_up_in_order(api):
    port = open_input("pedal", lambda _: None)
    client = Client.made[0]
    assert port.name == "Pedal 24:0"
    assert client.calls == [True, ("opened", 1, "in")]
    port.close()
    port.close()
    assert client.calls[-2:] == ["closed", "deleted"]
    assert client.calls.count("closed") == 1


def test_on_winmm_the_index_of_a_name_does_not_count(monkeypatch):
    Client.made.clear()
    fake = SimpleNamespace(MidiIn=Client, API_WINDOWS_MM=4)
    monkeypatch.setattr(input_port, "rtmidi", fake)
    monkeypatch.setattr(
        input_port, "driver", lambda: SimpleNamespace(name=mido_ports.RTMIDI, api="WINDOWS_MM")
    )
    monkeypatch.setattr(Client, "names", ("Port 1 0", "Port 10 1", "Pedal 2"))
    assert InputNames().poll(afresh=False) == ["Port 1", "Port 10", "Pedal"]
    assert open_input("Port 10", lambda _: None).name == "Port 10"
    assert ("opened", 1, "in") in Client.made[-1].calls


def test_what_comes_is_taken_as_it_is(api):
    taken: list[bytes] = []
    port = open_input("pedal", taken.append, everything=True)
    client = Client.made[0]
    assert client.calls[0] is False
    if api == "UNIX_JACK":
        assert client.heard is None, "a callback would hold up JACK's own cycle"
        client.queue.append(([0x90, 60], 0.0))
        while client.queue:
            pass
    else:
        assert client.heard is not None
        client.heard(([0x90, 60], 0.0), None)
    port.close()
    assert taken == [b"\x90\x3c"]


def test_a_virtual_port_has_our_name(api):
    port = open_input("pads", lambda _: None, virtual=True)
    assert (Client.made[0].name, Client.made[0].calls[1]) == ("Soundscape", ("virtual", "pads"))
    port.close()


def test_a_port_that_is_not_there_says_what_is(api):
    with pytest.raises(MidiPortError, match=r"'AirTurn' is not there; there are 'Pads 20:0'"):
        open_input("AirTurn", lambda _: None)


def test_a_driver_that_refuses_is_one_line(api, monkeypatch):
    def refuse(self: Client, index: int, name: str) -> None:
        raise RuntimeError("busy\nor so")

    monkeypatch.setattr(Client, "open_port", refuse)
    with pytest.raises(MidiPortError, match="MIDI input 'Pedal' does not open: busy or so"):
        open_input("Pedal", lambda _: None)


def test_one_client_looks_again_and_again_but_on_jack_each_look_is_new(api):
    eye = InputNames()
    assert [eye.poll(afresh=False), eye.poll(afresh=False)] == [list(Client.names)] * 2
    on_jack = api == "UNIX_JACK"
    assert eye.costly is on_jack
    assert len(Client.made) == (2 if on_jack else 1)
    assert ("deleted" in Client.made[0].calls) is on_jack
    eye.close()
    assert all(client.calls == ["deleted"] for client in Client.made)


def test_a_driver_that_does_not_answer_has_no_names(api, monkeypatch):
    def refuse(self: Client) -> list[str]:
        raise OSError("JACK server not running?")

    monkeypatch.setattr(Client, "get_ports", refuse)
    assert InputNames().poll(afresh=True) == []


def test_without_rtmidi_whole_messages_are_asked_for_again_and_again(monkeypatch):
    waiting = [SimpleNamespace(bytes=lambda: [0x90, 60, 100])]
    taken: list[bytes] = []

    class Port:
        closed = False

        def iter_pending(self) -> list[Any]:
            return [waiting.pop()] if waiting else []

        def close(self) -> None:
            self.closed = True

    port = Port()
    backend = SimpleNamespace(name="fake", get_input_names=lambda: ["Pedal"])
    backend.open_input = lambda name: {"Pedal": port}[name]
    monkeypatch.setattr(mido_ports, "_backend", lambda: backend)
    heard = threading.Event()
    opened = open_input("ped", lambda data: (taken.append(data), heard.set()))
    assert heard.wait(5.0)
    opened.close()
    assert (opened.name, taken, port.closed) == ("Pedal", [b"\x90\x3c\x64"], True)
    with pytest.raises(MidiPortError, match="'pad' is not there; there are 'Pedal'"):
        open_input("pad", taken.append)
    with pytest.raises(MidiPortError, match="virtual MIDI input 'pad': this machine's MIDI has"):
        open_input("pad", taken.append, virtual=True)
