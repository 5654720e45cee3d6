"""What a room names and what is plugged in."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from soundscape.library.checks.device_check import ConnectedDevices

ROOM = """\
audio: {device: USB Headset, fallback: Built-in}
midi:
  desk: {output: QLC+}
  pedal: {input: AirTurn}
  feed: {output: Soundscape, virtual: true}
"""
ALL = ConnectedDevices(
    outputs=lambda: ["qlc+ 1:0"],
    inputs=lambda: ["AirTurn BT"],
    devices=lambda: ["My usb headset", "built-in"],
)
NONE = ConnectedDevices(list, list, list)


def found_of(shelf: Any, room: str, present: ConnectedDevices | None) -> list[str]:
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 5m, music: [{silence: 5m}]}}")
    shelf.write("room.yaml", room)
    return shelf.check(present=present)


def test_a_device_that_is_absent_is_an_error_and_a_port_a_warning_at_its_place(shelf: Any) -> None:
    found = found_of(shelf, ROOM, NONE)
    assert [line.split(": ")[:2] for line in found] == [
        ["e room.yaml:1:17", "audio.device"],
        ["w room.yaml:1:40", "audio.fallback"],
        ["w room.yaml:3:18", "midi.desk.output"],
        ["w room.yaml:4:18", "midi.pedal.input"],
    ]


class Opening:
    """Devices that are there, and do not all open."""

    def __init__(self, **faults: Any) -> None:
        self.asked: list[Any] = []
        self._faults = faults

    def __call__(self, audio: Any, outputs: Any, inputs: Any, *, midi: bool) -> Any:
        self.asked.append((audio.device, list(outputs), list(inputs), midi))
        none: dict[str, Any] = {"audio": "", "midi": "", "outputs": {}, "inputs": {}}
        return SimpleNamespace(**{**none, **self._faults})


def test_what_is_there_is_opened_once_by_its_full_name(shelf: Any) -> None:
    opening = Opening()
    assert found_of(shelf, ROOM, replace(ALL, open=opening)) == []
    assert opening.asked == [("USB Headset", ["qlc+ 1:0"], ["AirTurn BT"], True)]


def test_a_device_or_port_that_does_not_open_is_an_error_at_its_place(shelf: Any) -> None:
    opening = Opening(
        audio="audio device 'USB Headset' does not open (busy)",
        outputs={"qlc+ 1:0": "MIDI output 'qlc+ 1:0' does not open: busy"},
        inputs={"AirTurn BT": "its driver does not answer within 20 s"},
    )
    assert [line[:40] for line in found_of(shelf, ROOM, replace(ALL, open=opening))] == [
        "e room.yaml:1:17: audio.device: audio de",
        "e room.yaml:3:18: midi.desk.output: MIDI",
        "e room.yaml:4:18: midi.pedal.input: its ",
    ]


def test_a_machine_without_midi_is_one_line(shelf: Any) -> None:
    opening = Opening(midi="this machine has no MIDI (no driver answers)")
    present = replace(ALL, outputs=list, inputs=list, open=opening)
    (found,) = found_of(shelf, ROOM, present)
    assert found.startswith("w room.yaml:3:3: midi: this machine has no MIDI")
    assert "desk, pedal, feed" in found


def test_a_default_device_that_does_not_open_is_an_error_without_a_room_too(shelf: Any) -> None:
    opening = Opening(audio="audio device 'default' does not open (no server)")
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 5m, music: [{silence: 5m}]}}")
    assert shelf.check(present=replace(ALL, open=opening)) == [
        "e audio device: audio device 'default' does not open (no server)"
    ]


def test_a_computer_without_any_audio_device_is_a_warning_unless_the_room_names_one(
    shelf: Any,
) -> None:
    opening = Opening(audio="this machine shows no audio device")
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 5m, music: [{silence: 5m}]}}")
    (found,) = shelf.check(present=replace(NONE, open=opening))
    assert found == "w audio device: this machine shows no audio device"
    found = found_of(shelf, "audio: {device: Scarlett}", replace(NONE, open=opening))[0]
    assert found.startswith("e room.yaml:1:")


def test_a_part_of_a_name_will_do(shelf: Any) -> None:
    assert found_of(shelf, ROOM, ALL) == []


def test_nothing_is_absent_where_nobody_looked(shelf: Any) -> None:
    assert found_of(shelf, ROOM, None) == []


def test_the_system_s_own_device_is_never_absent(shelf: Any) -> None:
    assert found_of(shelf, "audio: {device: default}", NONE) == []


def outputs(*names: str) -> ConnectedDevices:
    return ConnectedDevices(lambda: names, list, list)


def test_a_name_that_fits_two_ports_is_a_warning_that_names_both(shelf: Any) -> None:
    room = "midi:\n  desk: {output: MIDI4x4}\n  pedal: {input: Air}\n"
    there = ConnectedDevices(
        lambda: ["MIDI4x4 1", "MIDI4x4 2"], lambda: ["AirA 20:0", "AirB 24:0"], list
    )
    desk, pedal = found_of(shelf, room, there)
    assert desk == (
        "w room.yaml:2:18: midi.desk.output: MIDI output 'MIDI4x4' may be any of 'MIDI4x4 1', "
        "'MIDI4x4 2', so none is opened: give more of its name"
    )
    assert pedal.startswith("w room.yaml:3:18: midi.pedal.input: MIDI input 'Air' may be any of")


def test_a_name_is_sought_as_the_session_seeks_it(shelf: Any) -> None:
    room = "midi: {desk: {output: 'Desk 20:0'}, other: {output: port 1}}"
    assert found_of(shelf, room, outputs("Desk 24:0", "Desk two 25:0", "Port 1", "Port 10")) == []


def test_two_names_for_one_port_are_a_warning(shelf: Any) -> None:
    """Each would have the port's whole budget, and two lights of one address would be unseen."""
    (said,) = found_of(
        shelf, "midi: {desk: {output: QLC+}, lamp: {output: qlc}}", outputs("QLC+ 1:0")
    )
    assert said.endswith("midi.lamp.output: is the port of 'desk' too: give one port one name")


def test_pads_that_are_to_be_lit_need_their_output_too(shelf: Any) -> None:
    room = (
        "midi: {pads: {input: Pads}}\n"
        "controls: [{port: pads, note: 36, do: hold, feedback: true}]\n"
    )
    (said,) = found_of(
        shelf, room, ConnectedDevices(lambda: ["Pads A", "Pads B"], lambda: ["Pads A"], list)
    )
    assert "output 'Pads' may be any of 'Pads A', 'Pads B'" in said
    assert said.endswith("(its pads are to be lit)")


def test_twins_are_told_apart_by_nth_and_the_check_says_how(shelf: Any) -> None:
    twins = outputs("Pads 20:0", "Pads 24:0")
    (said,) = found_of(shelf, "midi: {one: {output: Pads}}", twins)
    assert said.endswith("all have that name, so write which one with 'nth: 1' or 'nth: 2'")
    room = "midi: {one: {output: Pads, nth: 1}, two: {output: Pads, nth: 2}}"
    assert found_of(shelf, room, twins) == []
    said, other = found_of(shelf, room, outputs("Pads 20:0"))
    assert "midi.one.output: MIDI output 'Pads' is there once" in said
    assert "with 'nth: 2' it must be there 2 times" in other
