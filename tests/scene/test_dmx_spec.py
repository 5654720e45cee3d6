"""Universes and the addresses of lights, written right and wrong."""

from __future__ import annotations

import pytest

PORTS = """\
midi:
  desk: {output: Desk}
  dimmers: {sacn: {universe: 1, to: 10.0.0.20}}
"""


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("sacn: {universe: 0, to: 10.0.0.20}", "'0' is not an sACN universe: needs a whole number"),
        ("sacn: {universe: 64000, to: 10.0.0.20}", "from 1 to 63999"),
        ("artnet: {universe: 32768, to: 10.0.0.20}", "from 0 to 32767"),
        ("artnet: {universe: -1, to: 10.0.0.20}", "from 0 to 32767"),
        ("sacn: {universe: 1}", "'to' is missing"),
        ("sacn: {to: 10.0.0.20}", "'universe' is missing"),
        (
            "sacn: {universe: 1, to: dimmer-rack}",
            "'dimmer-rack' is not the receiver's IPv4 address",
        ),
        ("sacn: {universe: 1, to: 10.0.0.300}", "names are not looked up"),
        ("sacn: {universe: 1, to: 'fe80::1'}", "is not the receiver's IPv4 address"),
        ("sacn: {universe: 1, to: 239.255.0.1}", "is no single receiver"),
        ("sacn: {universe: 1, to: }", "needs the receiver's IPv4 address, such as 10.0.0.20"),
        ("artnet: {universe: 1, to: 255.255.255.255}", "is no single receiver"),
        ("artnet: {universe: 1, to: multicast}", "is not the receiver's IPv4 address"),
        ("sacn: {universe: 1, to: 10.0.0.20, priority: 201}", "from 0 to 200"),
        ("sacn: {universe: 1, to: 10.0.0.20, source: ''}", "needs a name"),
        ("sacn: {universe: 1, to: 10.0.0.20, source: " + "ä" * 32 + "}", "63 bytes in UTF-8"),
        ("artnet: {universe: 1, to: 10.0.0.20, priority: 1}", "no such key"),
        (
            "output: Desk, sacn: {universe: 1, to: 10.0.0.20}",
            "needs exactly one of output, input, sacn, artnet: it has output and sacn",
        ),
        (
            "sacn: {universe: 1, to: 10.0.0.20}, virtual: true",
            "goes with output or input, not with sacn",
        ),
    ],
)
def test_a_universe_that_is_written_wrong_is_an_error(faults, port, expected):
    found = faults("room", f"midi: {{dimmers: {{{port}}}}}")
    assert len(found) == 1
    assert expected in found[0]


def test_a_universe_has_defaults_and_may_be_multicast(model):
    room = model("room", PORTS + "  all: {sacn: {universe: 2, to: multicast, priority: 50}}\n")
    spec = room.midi["dimmers"].dmx
    assert (spec.priority, spec.source) == (100, "Soundscape")
    assert room.midi["all"].dmx.to == "multicast"
    assert room.midi["desk"].dmx is None
    node = model("room", "midi: {node: {artnet: {universe: 0, to: 10.0.0.20}}}").midi["node"]
    assert node.dmx.universe == 0


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("address: 0", "'0' is not a DMX address: needs a whole number from 1 to 512"),
        ("address: 513", "'513' is not a DMX address: needs a whole number from 1 to 512"),
        ("address: [12, 12]", "both bytes have one address"),
        ("address: [512, 513]", "'513' is not a DMX address"),
        ("address: [1, 2, 3]", "needs a list of 2 numbers"),
        ("address: {}", "has no addresses"),
        ("address: {12: 0% to 120%}", "120%"),
        ("address: {12: 1}", "'1' has no unit: write a percentage like 35%"),
        ("address: {twelve: 10%}", "'twelve' is not a DMX address"),
        ("address: {12: 40%, 13: 20%}", "none of these ranges changes anything"),
        ("address: {12: 100% to 0%}", "a range that falls goes with a colour"),
        ("address: [12, 13], kind: switch", "a switch needs one address"),
        ("address: 12, channel: 1", "goes with cc or note, not with address"),
        ("address: 12, cc: 1", "it has cc and address"),
        ("cc: 1", "'dimmers' is a DMX universe: this needs 'address'"),
    ],
)
def test_an_address_that_is_written_wrong_is_an_error(faults, keys, expected):
    found = faults("room", PORTS + f"lights: {{a: {{port: dimmers, {keys}}}}}")
    assert len(found) == 1
    assert expected in found[0]


def test_a_light_over_midi_has_no_address(faults):
    (found,) = faults("room", PORTS + "lights: {a: {port: desk, address: 12}}")
    assert "'desk' is a MIDI port: an address goes with sacn or artnet" in found


@pytest.mark.parametrize("other", ["12", "[11, 12]", "{12: 0% to 50%, 30: 20%}"])
def test_two_lights_on_one_address_are_an_error(faults, other):
    lights = (
        f"lights:\n  a: {{port: dimmers, address: 12}}\n  b: {{port: dimmers, address: {other}}}\n"
    )
    (found,) = faults("room", PORTS + lights)
    assert "is sent as 'a' is: the two would fight" in found


def test_one_universe_under_two_names_is_an_error(faults):
    (found,) = faults(
        "room", PORTS + "  again: {sacn: {universe: 1, to: 10.0.0.20, priority: 5}}\n"
    )
    assert "midi.again: is the universe of 'dimmers' too: the two would fight" in found


def test_cues_timecode_and_controls_need_midi(faults):
    for part in (
        "cues: {a: {port: dimmers, note: 1}}",
        "timecode: {port: dimmers}",
        "controls: [{port: dimmers, note: 1, do: hold}]",
    ):
        (found,) = faults("room", PORTS + part)
        assert "'dimmers' is a DMX universe; this needs an" in found


def test_a_colour_may_run_either_way_on_each_address(model):
    light = "{port: dimmers, address: {20: 100% to 0%, 21: 0% to 100%}, range: 2700K to 6500K}"
    room = model("room", PORTS + f"lights: {{warmth: {light}}}")
    assert room.lights["warmth"].address == ((20, 1.0, 0.0), (21, 0.0, 1.0))
