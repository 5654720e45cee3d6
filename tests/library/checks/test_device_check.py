"""What a room names and what is plugged in."""

from __future__ import annotations

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


def absent(shelf: Any, room: str, present: ConnectedDevices | None) -> list[str]:
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 5m}}")
    shelf.write("room.yaml", room)
    return shelf.check(present=present)


def test_what_is_absent_is_a_warning_with_its_place(shelf: Any) -> None:
    found = absent(shelf, ROOM, NONE)
    assert [line.split(": ")[:2] for line in found] == [
        ["w room.yaml:1:17", "audio.device"],
        ["w room.yaml:1:40", "audio.fallback"],
        ["w room.yaml:3:18", "midi.desk.output"],
        ["w room.yaml:4:18", "midi.pedal.input"],
    ]


def test_a_part_of_a_name_will_do(shelf: Any) -> None:
    assert absent(shelf, ROOM, ALL) == []


def test_nothing_is_absent_where_nobody_looked(shelf: Any) -> None:
    assert absent(shelf, ROOM, None) == []


def test_the_system_s_own_device_is_never_absent(shelf: Any) -> None:
    assert absent(shelf, "audio: {device: default}", NONE) == []


def outputs(*names: str) -> ConnectedDevices:
    return ConnectedDevices(lambda: names, list, list)


def test_a_name_that_fits_two_ports_is_a_warning_that_names_both(shelf: Any) -> None:
    room = "midi:\n  desk: {output: MIDI4x4}\n  pedal: {input: Air}\n"
    there = ConnectedDevices(
        lambda: ["MIDI4x4 1", "MIDI4x4 2"], lambda: ["AirA 20:0", "AirB 24:0"], list
    )
    desk, pedal = absent(shelf, room, there)
    assert desk == (
        "w room.yaml:2:18: midi.desk.output: MIDI output 'MIDI4x4' may be any of 'MIDI4x4 1', "
        "'MIDI4x4 2', so none is opened: give more of its name"
    )
    assert pedal.startswith("w room.yaml:3:18: midi.pedal.input: MIDI input 'Air' may be any of")


def test_a_name_is_sought_as_the_session_seeks_it(shelf: Any) -> None:
    room = "midi: {desk: {output: 'Desk 20:0'}, other: {output: port 1}}"
    assert absent(shelf, room, outputs("Desk 24:0", "Desk two 25:0", "Port 1", "Port 10")) == []


def test_two_names_for_one_port_are_a_warning(shelf: Any) -> None:
    """Each would have the port's whole budget, and two lights of one address would be unseen."""
    (said,) = absent(
        shelf, "midi: {desk: {output: QLC+}, lamp: {output: qlc}}", outputs("QLC+ 1:0")
    )
    assert said.endswith("midi.lamp.output: is the port of 'desk' too: give one port one name")


def test_pads_that_are_to_be_lit_need_their_output_too(shelf: Any) -> None:
    room = (
        "midi: {pads: {input: Pads}}\n"
        "controls: [{port: pads, note: 36, do: hold, feedback: true}]\n"
    )
    (said,) = absent(
        shelf, room, ConnectedDevices(lambda: ["Pads A", "Pads B"], lambda: ["Pads A"], list)
    )
    assert "output 'Pads' may be any of 'Pads A', 'Pads B'" in said
    assert said.endswith("(its pads are to be lit)")


def test_twins_are_told_apart_by_nth_and_the_check_says_how(shelf: Any) -> None:
    twins = outputs("Pads 20:0", "Pads 24:0")
    (said,) = absent(shelf, "midi: {one: {output: Pads}}", twins)
    assert said.endswith("all have that name, so write which one with 'nth: 1' or 'nth: 2'")
    room = "midi: {one: {output: Pads, nth: 1}, two: {output: Pads, nth: 2}}"
    assert absent(shelf, room, twins) == []
    said, other = absent(shelf, room, outputs("Pads 20:0"))
    assert "midi.one.output: MIDI output 'Pads' is there once" in said
    assert "with 'nth: 2' it must be there 2 times" in other
