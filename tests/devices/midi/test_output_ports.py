from __future__ import annotations

from typing import Any

import pytest

from soundscape.devices.midi import output_ports
from soundscape.devices.midi.mido_ports import OutputNames, OutputPort
from soundscape.devices.midi.output_ports import (
    CALM_AFTER,
    DELIVERY,
    LONGEST_WAIT,
    MidiOutput,
    MidiOutputPorts,
)
from soundscape.errors import MidiPortError

QLC = "QLC+:QLC 128:0"
EOS = "Eos:Eos 20:0"


class Driver:
    """A driver's port."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.broken = False
        self.closed = False

    def send(self, message: Any) -> None:
        assert not self.closed, "touched after it was closed"
        if self.broken:
            raise OSError("unplugged")
        self.sent.append(bytes(message.bytes()))

    def close(self) -> None:
        assert not self.closed
        self.closed = True


class Rack(OutputNames):
    """The ports that there are, and what became of those that were opened."""

    def __init__(self) -> None:
        self.names = [QLC, EOS]
        self.opened: list[tuple[str, Driver]] = []
        self.reports: list[tuple[str, str, str]] = []
        self.time = 100.0
        self.breaks_at_once = False
        self.pauses: list[tuple[float, bool]] = []

    def now(self, *, afresh: bool) -> list[str]:
        assert afresh == all(driver.closed for _, driver in self.opened)
        return self.names

    def open(self, name: str, *, virtual: bool = False) -> OutputPort:
        if name not in self.names and not virtual:
            raise MidiPortError(f"MIDI output '{name}' does not open")
        driver = Driver()
        driver.broken = self.breaks_at_once
        self.opened.append((name, driver))
        return OutputPort(name, driver)

    def outputs(self, *wanted: str, **more: Any) -> MidiOutputPorts:
        return MidiOutputPorts(
            [MidiOutput(f"p{index}", name, **more) for index, name in enumerate(wanted)],
            lambda told: self.reports.append((told.port, told.state, told.text)),
            self,
            lambda: self.time,
            self.pause,
        )

    def pause(self, seconds: float) -> None:
        self.pauses.append((seconds, self.opened[0][1].closed))

    def states(self) -> list[tuple[str, str]]:
        return [(port, state) for port, state, _ in self.reports]


@pytest.fixture
def rack(monkeypatch: pytest.MonkeyPatch) -> Rack:
    a_rack = Rack()
    monkeypatch.setattr(output_ports, "open_output", a_rack.open)
    return a_rack


def test_an_absent_port_is_reported_once_and_the_others_play(rack: Rack) -> None:
    outputs = rack.outputs("QLC+", "nowhere")
    sent = [outputs.send(index, b"\xb0\x14\x01") for index in (1, 0, 1, 7)]
    assert sent == [False, True, False, False]
    outputs.poll()
    assert rack.states() == [("p0", "ok"), ("p1", "absent")]
    assert rack.opened[0][1].sent == [b"\xb0\x14\x01"]


def test_the_last_message_is_delivered_before_its_port_is_closed(rack: Rack) -> None:
    outputs = rack.outputs("QLC+", "Eos")
    outputs.send(0, b"\xb0\x14\x01")
    rack.time += 0.06
    outputs.close()
    assert rack.pauses == [(pytest.approx(DELIVERY - 0.06), False)]
    assert all(driver.closed for _, driver in rack.opened)


def test_ports_that_have_sent_nothing_lately_are_closed_at_once(rack: Rack) -> None:
    silent = rack.outputs("Eos")
    silent.close()
    outputs = rack.outputs("QLC+")
    outputs.send(0, b"\xb0\x14\x01")
    rack.time += 2 * DELIVERY
    outputs.close()
    assert rack.pauses == []


def test_an_absent_port_is_opened_when_it_comes(rack: Rack) -> None:
    outputs = rack.outputs("nanoKONTROL")
    rack.names.append("nanoKONTROL:MIDI 1 24:0")
    outputs.poll()
    assert rack.states() == [("p0", "absent"), ("p0", "ok")]
    assert rack.opened[0][0] == "nanoKONTROL:MIDI 1 24:0"


def test_a_port_whose_name_is_gone_is_lost_closed_and_never_touched_again(rack: Rack) -> None:
    outputs = rack.outputs("QLC+", "Eos")
    rack.names = [EOS]
    outputs.poll()
    outputs.poll()
    assert not outputs.send(0, b"\xb0\x14\x01")
    assert outputs.send(1, b"\xb0\x14\x01")
    outputs.close()
    assert rack.reports[2:] == [("p0", "lost", f"'{QLC}' is gone")]
    assert rack.opened[0][1].closed


def test_a_port_that_comes_back_is_opened_anew_and_gets_nothing_of_before(rack: Rack) -> None:
    outputs = rack.outputs("QLC+")
    rack.names = []
    outputs.poll()
    outputs.send(0, b"\xb0\x14\x01")
    rack.names = ["QLC+:QLC 131:0"]
    outputs.poll()
    outputs.send(0, b"\xb0\x14\x02")
    assert rack.states() == [("p0", "ok"), ("p0", "lost"), ("p0", "ok")]
    assert [driver.sent for _, driver in rack.opened] == [[], [b"\xb0\x14\x02"]]


def test_another_port_of_the_same_name_counts_as_lost_and_found(rack: Rack) -> None:
    outputs = rack.outputs("QLC+")
    rack.names = ["QLC+:QLC 131:0", EOS]
    outputs.poll()
    assert rack.reports[1:] == [
        ("p0", "lost", f"'{QLC}' is another one now"),
        ("p0", "ok", "QLC+:QLC 131:0"),
    ]
    assert rack.opened[0][1].closed


def test_a_second_port_that_would_match_takes_nothing_away(rack: Rack) -> None:
    outputs = rack.outputs("QLC+")
    rack.names.append("QLC+ two:QLC 132:0")
    outputs.poll()
    assert outputs.send(0, b"\xb0\x14\x01")
    assert rack.states() == [("p0", "ok")]


def test_a_virtual_port_is_not_looked_for(rack: Rack) -> None:
    outputs = rack.outputs("Soundscape", virtual=True)
    outputs.poll()
    assert outputs.send(0, b"\xb0\x14\x01")
    assert rack.states() == [("p0", "ok")]


def test_a_port_that_fails_is_closed_and_opened_anew(rack: Rack) -> None:
    outputs = rack.outputs("QLC+")
    rack.opened[0][1].broken = True
    for _ in range(3):
        assert not outputs.send(0, b"\xb0\x14\x01")
    rack.time += 1.0
    outputs.poll()
    assert outputs.send(0, b"\xb0\x14\x02")
    assert rack.states() == [("p0", "ok"), ("p0", "failed"), ("p0", "ok")]


def test_a_port_that_fails_each_time_is_tried_less_and_less_often(rack: Rack) -> None:
    rack.breaks_at_once = True
    outputs = rack.outputs("QLC+")
    for _ in range(600):  # ten minutes
        outputs.send(0, b"\xb0\x14\x01")
        rack.time += 1.0
        outputs.poll()
    assert len(rack.opened) < 600 / LONGEST_WAIT + 10
    rack.breaks_at_once = False
    rack.time += LONGEST_WAIT
    outputs.poll()
    assert outputs.send(0, b"\xb0\x14\x01")


def test_a_port_that_has_worked_for_long_is_tried_again_soon(rack: Rack) -> None:
    outputs = rack.outputs("QLC+")
    for _ in range(5):
        rack.time += CALM_AFTER + 1.0
        rack.opened[-1][1].broken = True
        assert not outputs.send(0, b"\xb0\x14\x01")
        rack.time += 1.0
        outputs.poll()
    assert len(rack.opened) == 6


def test_notes_of_cues_are_let_go_and_notes_that_are_lights_stay(rack: Rack) -> None:
    outputs = rack.outputs("QLC+", lights=frozenset({(1, 40)}))
    for data in ("903c5a", "912840", "913c5a", "903e5a", "903e00", "813c00", "b03c5a", "c03c"):
        outputs.send(0, bytes.fromhex(data))
    outputs.release_cue_notes()
    outputs.release_cue_notes()
    assert [data.hex() for data in rack.opened[0][1].sent[8:]] == ["803c00"]


def test_after_the_driver_is_gone_nothing_is_touched(rack: Rack) -> None:
    outputs = rack.outputs("QLC+", "Eos", "absent")
    outputs.abandon("the MIDI driver is gone")
    assert not outputs.send(0, b"\xb0\x14\x01")
    outputs.close()
    assert rack.reports[3:] == [
        ("p0", "lost", "the MIDI driver is gone"),
        ("p1", "lost", "the MIDI driver is gone"),
    ]
    assert not any(driver.closed for _, driver in rack.opened)


def test_closing_sends_nothing(rack: Rack) -> None:
    outputs = rack.outputs("QLC+")
    outputs.close()
    outputs.close()
    assert rack.opened[0][1].sent == []


def test_the_halves_of_a_pair_leave_with_no_pause_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rack = Rack()
    monkeypatch.setattr(output_ports, "open_output", rack.open)
    slept: list[int] = []
    outputs = MidiOutputPorts(
        [MidiOutput("p0", "QLC+")],
        lambda _: None,
        rack,
        lambda: rack.time,
        lambda seconds: slept.append(len(rack.opened[0][1].sent)),
    )
    for _ in range(20):
        assert outputs.send(0, b"\xb0\x15\x40\xb0\x35\x01")
    sent = rack.opened[0][1].sent
    assert sent == [b"\xb0\x15\x40", b"\xb0\x35\x01"] * 20
    assert len(slept) > 10
    assert all(count % 2 == 0 for count in slept)


def test_portmidi_gets_both_halves_in_one_call() -> None:
    calls: list[Any] = []

    class PortMidi:
        def write(self, events: Any) -> None:
            calls.append(events)

    class Port:
        _port = PortMidi()

    OutputPort("desk", Port()).send(b"\xb0\x15\x40\xb0\x35\x01")
    assert calls == [[[[0xB0, 0x15, 0x40], 0], [[0xB0, 0x35, 0x01], 0]]]


def test_of_twins_each_stays_what_it_is_while_the_other_is_unplugged(rack: Rack) -> None:
    twins = ["Pads:Pads 20:0", "Pads:Pads 24:0"]
    rack.names = list(twins)
    outputs = rack.outputs("Pads", nth=2)
    assert rack.opened[-1][0] == twins[1]
    rack.names = twins[:1]
    outputs.poll()
    assert rack.states() == [("p0", "ok"), ("p0", "lost")]
    rack.names = list(twins)
    outputs.poll()
    assert [name for name, _ in rack.opened] == [twins[1], twins[1]]
