"""Two hands on one address of a desk."""

from __future__ import annotations

import pytest

from soundscape.scene.addresses import Address, held

ROOM = """\
midi: {desk: {output: QLC+}, again: {output: qlc+}, feed: {output: Feed, virtual: true}}
lights:
  room: {port: desk, cc: 20}
  lamp: {port: desk, channel: 2, cc: [0, 32]}
  wall: {port: desk, note: 40}
  sub: {port: desk, msc: {device: 3, control: 5}}
  own: {port: feed, cc: 1}
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("  a: {port: again, cc: 20}", "is sent as 'room' is"),
        ("  a: {port: desk, channel: 2, cc: 32}", "is sent as 'lamp' is"),
        ("  a: {port: desk, msc: {control: 5}}", "is sent as 'sub' is"),  # every device
        ("cues: {a: {port: desk, note: 40}}", "how the light 'wall' is sent: a cue"),
        (
            "cues: {a: {port: desk, channel: 2, program: 1, bank: 3}}",
            "how the light 'lamp' is sent",
        ),
        (
            "cues: {a: {port: desk, msc: {command: set, control: 5, value: 1}}}",
            "how the light 'sub' is sent",
        ),
    ],
)
def test_what_would_make_a_light_jump_is_refused(faults, more, said):
    jump = [fault for fault in faults("room", ROOM + more + "\n") if "is sent" in fault]
    assert len(jump) == 1
    assert said in jump[0]


def test_a_lit_pad_is_not_a_light(faults):
    """Its feedback is the note at full, and the note's end."""
    room = ROOM.replace("{desk:", "{pads: {input: qlc+}, desk:")
    pad = "controls: [{port: pads, note: 40, do: hold, feedback: true}]\n"
    (fault,) = [fault for fault in faults("room", room + pad) if "is sent" in fault]
    assert "how the light 'wall' is sent: lighting the pad would make it jump" in fault


@pytest.mark.parametrize(
    "more",
    [
        "  a: {port: desk, channel: 2, cc: 20}",
        "  a: {port: feed, cc: 20}",
        "  a: {port: desk, msc: {device: 4, control: 5}}",
        "cues: {a: {port: desk, program: 1, bank: 3}}",
        "cues: {a: {port: desk, channel: 2, program: 1}}",
    ],
)
def test_neighbours_may_stand_beside_each_other(model, more):
    assert model("room", ROOM + more + "\n")


def test_a_session_has_its_lights_in_hand_but_not_at_a_port_of_its_own(model):
    assert held(model("room", ROOM)) == (
        ("QLC+", "cc", 1, 20),
        ("QLC+", "cc", 2, 0),
        ("QLC+", "cc", 2, 32),
        ("QLC+", "note", 1, 40),
        ("QLC+", "control", 3, 5),
    )


def test_any_channel_and_every_device_meet_all():
    assert Address("note", 0, 40).meets(Address("note", 9, 40))
    assert Address("control", 9, 40).meets(Address("control", 127, 40))
    assert not Address("cc", 9, 40).meets(Address("note", 9, 40))
    assert not Address("cc", 127, 40).meets(Address("cc", 9, 40))
