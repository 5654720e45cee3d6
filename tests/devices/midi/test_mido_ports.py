from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from soundscape.devices.midi import mido_ports
from soundscape.devices.midi.mido_ports import (
    OutputNames,
    OutputPort,
    input_names,
    open_output,
    output_names,
)
from soundscape.devices.midi.port_messages import is_pair
from soundscape.errors import MidiPortError

ALSA = [
    "Midi Through:Midi Through Port-0 14:0",
    "QLC+:__QLC_PORT__ 128:0",
    "MIDI4x4:MIDI4x4 Port 1 20:0",
    "MIDI4x4:MIDI4x4 Port 10 20:9",
]


class Driver:
    """A driver's port that remembers what it is told."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed = 0
        self.fault: Exception | None = None

    def send(self, message: Any) -> None:
        if self.fault:
            raise self.fault
        self.sent.append(message.hex(""))

    def close(self) -> None:
        self.closed += 1


class FakeBackend:
    name = "fake"
    api: str | None = None

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.opened: list[tuple[str, dict[str, object]]] = []

    def get_output_names(self) -> list[str]:
        return self.names

    def get_input_names(self) -> list[str]:
        raise OSError("gone")

    def open_output(self, name: str, **how: object) -> Driver:
        self.opened.append((name, how))
        if name == "refused":
            raise OSError("no\n  such luck")
        return Driver()


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    fake = FakeBackend(ALSA)
    monkeypatch.setattr(mido_ports, "_backend", lambda: fake)
    return fake


@pytest.fixture
def no_backend() -> Iterator[None]:
    mido_ports._backend.cache_clear()
    yield
    mido_ports._backend.cache_clear()


def test_a_machine_without_midi_lists_nothing(
    monkeypatch: pytest.MonkeyPatch, no_backend: None, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_MIDI_BACKEND", "no.such.backend")
    assert output_names() == input_names() == []
    with pytest.raises(MidiPortError, match=r"has no(ne| MIDI)"):
        open_output("desk")
    assert capfd.readouterr().err == ""


def test_a_driver_that_fails_to_list_lists_nothing(backend: FakeBackend) -> None:
    assert input_names() == []
    assert output_names() == ALSA


def test_the_names_are_asked_of_one_client_that_is_kept(
    backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    class Rtmidi:
        API_LINUX_ALSA = 2

        class MidiOut:
            def __init__(self, rtapi: int) -> None:
                made.append(str(rtapi))

            def get_ports(self) -> list[str]:
                return ALSA

    monkeypatch.setitem(sys.modules, "rtmidi", Rtmidi)
    monkeypatch.setattr(backend, "api", "LINUX_ALSA")
    names = OutputNames()
    assert [names.now(afresh=False) for _ in range(3)] == [ALSA] * 3
    assert made == ["2"]


def test_on_winmm_a_port_is_opened_by_the_index_that_it_has_now(
    backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "api", "WINDOWS_MM")
    backend.names = ["Synth 0", "Port 1 1", "Desk 2"]
    assert output_names() == ["Synth", "Port 1", "Desk"]
    assert open_output("Desk").name == "Desk"
    backend.names = ["Port 1 0", "Desk 1"]  # the first was unplugged
    assert open_output("Desk").name == "Desk"
    assert [name for name, _ in backend.opened] == ["Desk 2", "Desk 1"]


def test_pygame_makes_its_list_anew_only_while_nothing_is_open(
    backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    quits: list[bool] = []

    class PygameMidi:
        @staticmethod
        def quit() -> None:
            quits.append(True)

    monkeypatch.setitem(sys.modules, "pygame.midi", PygameMidi)
    monkeypatch.setattr(backend, "name", mido_ports.PYGAME)
    names = OutputNames()
    assert names.now(afresh=False) == ALSA
    assert quits == []
    assert names.now(afresh=True) == ALSA
    assert quits == [True]


def test_pygames_own_alsa_is_shown_the_sequencer_for_the_while_of_a_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("ALSA_CONFIG_PATH", raising=False)
    with mido_ports.calling(mido_ports.PYGAME):
        assert "type hw" in Path(os.environ["ALSA_CONFIG_PATH"]).read_text()
    with mido_ports.calling(mido_ports.RTMIDI):
        assert "ALSA_CONFIG_PATH" not in os.environ
    monkeypatch.setenv("ALSA_CONFIG_PATH", "theirs")
    with mido_ports.calling(mido_ports.PYGAME):
        assert os.environ["ALSA_CONFIG_PATH"] == "theirs"
    assert os.environ["ALSA_CONFIG_PATH"] == "theirs"


def test_what_portmidi_raises_is_an_error_of_the_drivers(backend: FakeBackend) -> None:
    def refuse(_name: str) -> None:
        raise Exception("Host error:\n busy")  # noqa: TRY002 - it is what PortMidi raises

    backend.name = mido_ports.PYGAME
    backend.open_output = refuse  # type: ignore[method-assign, assignment]
    with pytest.raises(MidiPortError, match="MIDI output 'desk' does not open: Host error: busy"):
        open_output("desk")


def test_a_module_of_midos_kind_can_be_named(
    monkeypatch: pytest.MonkeyPatch, no_backend: None, tmp_path: Path
) -> None:
    (tmp_path / "names").write_text("desk")
    monkeypatch.setenv("FAKE_MIDI", str(tmp_path))
    monkeypatch.setenv("SOUNDSCAPE_MIDI_BACKEND", "fake_midi")
    assert output_names() == ["desk"]
    assert OutputNames().now(afresh=True) == ["desk"]


def test_without_a_driver_there_are_no_names(
    monkeypatch: pytest.MonkeyPatch, no_backend: None
) -> None:
    monkeypatch.setenv("SOUNDSCAPE_MIDI_BACKEND", "NO_SUCH_API")
    assert OutputNames().now(afresh=True) == []


def test_a_hardware_port_gets_no_client_name(backend: FakeBackend) -> None:
    assert open_output(ALSA[1]).name == ALSA[1]
    assert backend.opened == [(ALSA[1], {})]


def test_a_virtual_port_gets_one(backend: FakeBackend) -> None:
    open_output("feed", virtual=True)
    assert backend.opened == [("feed", {"virtual": True, "client_name": "Soundscape"})]


def test_a_port_that_does_not_open_is_a_plain_line(backend: FakeBackend) -> None:
    with pytest.raises(MidiPortError, match="virtual MIDI output 'refused' does not open: no such"):
        open_output("refused", virtual=True)


@pytest.mark.parametrize("data", ["b0147f", "903c5a", "c003", "f07d01f7", "f07f0102010605002300f7"])
def test_bytes_go_out_as_they_are(data: str) -> None:
    driver = Driver()
    OutputPort("desk", driver).send(bytes.fromhex(data))
    assert driver.sent == [data.upper()]


def test_a_port_is_never_touched_after_it_was_closed() -> None:
    driver = Driver()
    port = OutputPort("desk", driver)
    port.close()
    port.close()
    with pytest.raises(MidiPortError, match="closed"):
        port.send(b"\xb0\x14\x7f")
    assert (driver.sent, driver.closed) == ([], 1)


def test_closing_sends_nothing() -> None:
    driver = Driver()
    OutputPort("desk", driver).close()
    assert driver.sent == []


@pytest.mark.parametrize("fault", [OSError("unplugged"), RuntimeError("?"), ValueError("?")])
def test_a_driver_that_refuses_is_a_plain_line(fault: Exception) -> None:
    driver = Driver()
    driver.fault = fault
    with pytest.raises(MidiPortError, match="MIDI output 'desk'"):
        OutputPort("desk", driver).send(b"\xb0\x14\x7f")


_DATA_BYTES = {
    **dict.fromkeys((*range(0x80, 0xC0), *range(0xE0, 0xF0), 0xF2), 2),
    **dict.fromkeys((*range(0xC0, 0xE0), 0xF1, 0xF3), 1),
    **dict.fromkeys((0xF6, 0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF), 0),
}
"""By status byte; MIDI 1.0, tables II and VI to VIII. SysEx ends with F7; the rest is undefined."""


def is_message(data: bytes) -> bool:
    if data[:1] == b"\xf0":
        return len(data) > 1 and data[-1] == 0xF7 and max(data[1:-1], default=0) < 0x80
    return len(data) == 1 + _DATA_BYTES.get(data[0], -1) and max(data[1:], default=0) < 0x80


@given(
    st.binary(min_size=1, max_size=12)
    | st.builds(
        lambda status, data, end: bytes((status, *data, *end)),
        st.integers(0x70, 0xFF),
        st.lists(st.integers(0, 0x80), max_size=3),
        st.sampled_from([(), (0xF7,)]),
    )
)
def test_bytes_are_sent_if_they_are_one_whole_message_and_refused_otherwise(data: bytes) -> None:
    assume(not is_pair(data))
    driver = Driver()
    if is_message(data):
        OutputPort("desk", driver).send(data)
        assert driver.sent == [data.hex().upper()]
    else:
        with pytest.raises(MidiPortError, match="MIDI output 'desk'"):
            OutputPort("desk", driver).send(data)
        assert driver.sent == []
