"""A light's sending, ends and curve."""

from __future__ import annotations

import pytest

PORTS = "midi: {desk: {output: Desk}}\n"


def light(faults, keys: str) -> str:
    found = faults("room", PORTS + f"lights: {{a: {{port: desk, {keys}}}}}")
    assert len(found) == 1
    return found[0].split(": ", 1)[1]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("cc: 120", "lights.a.cc: '120' is not a controller number"),
        ("cc: [21, 54]", "a 14-bit pair is [n, n+32]"),
        ("cc: [32, 64]", "a 14-bit pair is [n, n+32]"),
        ("cc: 1, note: 2", "needs exactly one of cc, note, msc, address, mqtt: it has cc and note"),
        ("note: 128", "needs a whole number from 0 to 127"),
        ("cc: 1, channel: 0", "needs a whole number from 1 to 16"),
        ("cc: true", "'true' is not a controller number"),
        ("cc: 1, range: 4000K to 2200K", "runs the wrong way"),
        ("cc: 1, from: 2700K", "has no colour range"),
        ("cc: 1, range: 2200K to 4000K, from: 1500K", "outside the light's range, 2200K to 4000K"),
        ("cc: [1, 33], kind: switch", "a switch needs one controller"),
        ("cc: 1, kind: switch, range: 2200K to 4000K", "a switch has no colour range"),
        ("msc: {device: 1}", "the key 'control' is missing"),
        ("msc: {control: 1, command: go}", "goes with a cue"),
        ("msc: {control: 1}, channel: 1", "goes with cc or note, not with msc"),
        ("msc: {control: 1, device: 128}", "needs a whole number from 0 to 127"),
    ],
)
def test_a_light_is_sent_one_way_within_midis_limits(faults, keys, expected):
    assert expected in light(faults, keys)


def test_the_refusal_of_controllers_120_to_127_says_why(faults):
    assert "120 to 127 silence or reset a whole desk" in light(faults, "cc: 123")


def test_a_light_may_be_of_14_bits(model):
    lights = model(
        "room", PORTS + "lights: {a: {port: desk, cc: [0, 32]}, b: {port: desk, cc: [31, 63]}}"
    )
    assert [one.cc for one in lights.lights.values()] == [(0, 32), (31, 63)]


LIGHT = "midi: {{d: {{output: x}}}}\nlights: {{a: {{port: d, cc: 1, {}}}}}\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("min: 50%, max: 50%", "'min' is not below 'max'"),
        ("max: 0%", "'min' is not below 'max'"),
        ("min: 8", "a percentage"),
        ("weight: -1", "a weight is between 0 and 1000"),
        ("weight: heavy", "is not a number"),
        ("kind: switch, min: 8%", "a switch has none"),
        ("range: 2200K to 4000K, max: 50%", "a colour has none"),
        ("kind: switch, curve: {0%: 0%, 100%: 100%}", "points go with a dimmer"),
        ("curve: even", "needs perceptual, linear, or points"),
        ("curve: {0%: 0%}", "needs 2 to 64 points"),
        ("curve: {0%: 0%, 50%: 40%, 100%: 90%}", "where the light is 100%"),
        ("curve: {5%: 0%, 100%: 100%}", "must run from 0% sent"),
        ("curve: {0%: 0%, 50%: 60%, 60%: 40%, 100%: 100%}", "give no less light"),
        ("curve: {0%: 0%, 60%: 40%, 50%: 60%, 100%: 100%}", "after the point before it"),
        ("curve: {0%: 0%, half: 40%, 100%: 100%}", "not a percentage"),
    ],
)
def test_a_dimmer_s_ends_and_curve_are_checked(faults, written, said):
    (fault,) = faults("room", LIGHT.format(written))
    assert said in fault


def test_a_dimmer_s_ends_and_curve_are_read(model):
    room = model("room", LIGHT.format("min: 8%, max: 90%, weight: 2, curve: {0%: 0%, 100%: 100%}"))
    light = room.lights["a"]
    assert (light.min, light.max, light.weight) == (0.08, 0.9, 2.0)
    assert light.curve == ((0.0, 0.0), (1.0, 1.0))
