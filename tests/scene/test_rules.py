"""What holds across a room: names, directions, one hand on each light."""

from __future__ import annotations

import pytest

ROOM = """\
midi:
  desk: {output: Desk}
  pedal: {input: Pedal}
lights:
  room: {port: desk, cc: 20}
  warmth: {port: desk, cc: 22, range: 2200K to 4000K}
"""


def test_a_port_that_the_room_lacks_is_an_error_for_lights_cues_and_timecode(faults):
    assert faults("room", ROOM + "  a: {port: dsek, cc: 1}\n") == [
        "7:13: lights.a.port: 'dsek': no such port (did you mean 'desk'?)"
    ]
    assert "no such port" in faults("room", ROOM + "cues: {a: {port: x, note: 1}}")[0]
    assert "no such port" in faults("room", ROOM + "timecode: {port: x}")[0]


def test_a_port_that_the_room_lacks_is_a_warning_for_a_control(read):
    warnings = read("room", ROOM + "controls: [{port: pads, note: 1, do: hold}]").warnings
    assert [(w.severity, "no such port" in w.message) for w in warnings] == [("warning", True)]


def test_a_port_of_the_wrong_direction_is_an_error(faults):
    assert "'pedal' is an input; this needs an output" in faults(
        "room", ROOM + "cues: {a: [{port: desk, note: 1}, {port: pedal, note: 1}]}"
    )[0]  # fmt: skip
    assert "'desk' is an output; this needs an input" in faults(
        "room", ROOM + "controls: [{port: desk, note: 1, do: hold}]"
    )[0]  # fmt: skip


def test_a_port_that_is_faulty_itself_is_no_second_fault(faults):
    text = "midi: {desk: {output: }}\nlights: {a: {port: desk, cc: 1}}"
    assert len(faults("room", text)) == 1


def test_care_names_lights_of_the_room_in_their_own_terms(faults, model):
    assert model("room", ROOM + "care: {set: {room: 60%, warmth: 2700K}}").care.set["room"] == 0.6
    assert (
        "no such light (did you mean 'room'?)" in faults("room", ROOM + "care: {set: {rom: 1%}}")[0]
    )
    assert "has no colour range" in faults("room", ROOM + "care: {set: {room: 2700K}}")[0]
    assert "outside the light's range" in faults("room", ROOM + "care: {set: {warmth: 9000K}}")[0]


def test_a_light_that_is_faulty_itself_is_still_known(faults):
    text = ROOM + "  bad: {port: desk, cc: 300}\ncare: {set: {bad: 60%}}"
    assert len(faults("room", text)) == 1


def test_two_lights_are_not_sent_the_same_way(faults, model):
    assert faults("room", ROOM + "  a: {port: desk, cc: 20}\n") == [
        "7:6: lights.a: is sent as 'room' is: the two would fight"
    ]
    assert "'room'" in faults("room", ROOM + "  a: {port: desk, cc: [20, 52]}\n")[0]
    assert model(
        "room", ROOM + "  a: {port: desk, channel: 2, cc: 20}\n  b: {port: desk, note: 20}\n"
    )


def test_a_cue_does_not_move_a_light_behind_its_limits(faults, model):
    assert "a cue would make it jump" in faults(
        "room", ROOM + "cues: {a: {port: desk, cc: 20, value: 127}}"
    )[0]  # fmt: skip
    assert model("room", ROOM + "cues: {a: {port: desk, channel: 3, cc: 20, value: 127}}")


NAMED = """\
midi: {d: {output: x}}
lights: {a: {port: d, cc: 1}, b: {port: d, cc: 2, range: 2200K to 4000K}}
groups: {both: [a, b]}
looks: {evening: {a: 30%, b: 2700K}}
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("aliases: {room: nowhere}", "aliases.room: no such light"),
        ("aliases: {a: b}", "aliases.a: 'a' is a light already"),
        ("aliases: {both: b}", "aliases.both: 'both' is a group already"),
        ("care: {look: morning}", "care.look: no such look (there are: evening)"),
        ("after: {look: evenin}", "after.look: no such look (did you mean 'evening'?)"),
        ("after: {over: 3s}", "after: has no look: write 'look: evening'"),
        ("after: {set: {a: 2700K}}", "after.set.a: this light has no colour range"),
        ("care: {set: {both: 2700K}}", "care.set.both: this light has no colour range"),
    ],
)
def test_groups_looks_and_aliases_name_what_is_there(faults, more, said):
    (fault,) = faults("room", NAMED + more + "\n")
    assert said in fault


def test_a_look_and_a_group_name_lights_of_the_room(faults):
    (group,) = faults("room", NAMED.replace("[a, b]", "[a, c]"))
    assert "groups.both.2: no such light" in group
    (nested,) = faults("room", NAMED.replace("[a, b]}", "[a, b], all: [both]}"))
    assert "groups.all.1: no such light" in nested
    (look,) = faults("room", NAMED.replace("a: 30%,", "c: 30%,"))
    assert "looks.evening.c: no such light" in look
    (colour,) = faults("room", NAMED.replace("a: 30%,", "a: 2700K,"))
    assert "looks.evening.a: this light has no colour range" in colour
    (double,) = faults("room", NAMED.replace("{both:", "{a:"))
    assert "groups.a: 'a' is a light already" in double
