from __future__ import annotations

from typing import Any

import pytest

from soundscape.errors import FileProblems
from soundscape.timeline.show import Cue, Move
from soundscape.units import At

ROOM = """
midi: {desk: {output: QLC+}}
lights:
  room: {port: desk, cc: 20}
  warmth: {port: desk, cc: 22, range: 2000K to 4000K}
cues:
  go: {port: desk, msc: {command: go}}
  load: {port: desk, msc: {command: load}}
care: {set: {room: 60%, warmth: 2500K}, over: 4s}
"""


def load(shelf: Any, phase: str) -> Any:
    shelf.write("room.yaml", ROOM)
    shelf.write("scenes/x.yaml", f"phases: {{one: {{duration: 5m, {phase}}}}}")
    return shelf.load()


def test_a_look_alone_is_a_move_in_10_s_from_the_start(shelf: Any) -> None:
    (phase,) = load(shelf, "lights: {room: 35%, warmth: 2500K}").show.phases
    assert phase.moves == (Move(At(), {"room": 0.35, "warmth": 0.25}, 480_000),)


def test_a_move_keeps_its_place_and_time(shelf: Any) -> None:
    (phase,) = load(shelf, "lights: [{at: end-30s, set: {room: off}, over: 2m}]").show.phases
    assert phase.moves == (Move(At(30.0, from_end=True), {"room": 0.0}, 120 * 48_000),)


def test_a_percentage_is_allowed_for_a_light_with_a_range(shelf: Any) -> None:
    (phase,) = load(shelf, "lights: {warmth: 40%}").show.phases
    assert phase.moves[0].values == {"warmth": 0.4}


def test_a_colour_for_a_light_without_a_range_is_a_fault(shelf: Any) -> None:
    with pytest.raises(FileProblems, match=r"lights\.1\.set\.room: this light has no colour range"):
        load(shelf, "lights: {room: 2700K}")


def test_a_colour_outside_the_range_goes_to_the_nearest_with_a_warning(shelf: Any) -> None:
    loaded = load(shelf, "lights: {warmth: 5000K}")
    assert loaded.show.phases[0].moves[0].values == {"warmth": 1.0}
    (problem,) = loaded.problems
    assert problem.severity == "warning"
    assert "outside the light's range" in problem.message


def test_cues_keep_their_place_and_numbers(shelf: Any) -> None:
    (phase,) = load(shelf, 'cues: [{at: 50%, cue: go, number: "2", list: "1"}]').show.phases
    assert phase.cues == (Cue(At(fraction=0.5), "go", "2", "1", None),)


def test_the_care_look_is_the_room_s(shelf: Any) -> None:
    assert load(shelf, "advance: auto").show.care == Move(
        At(), {"room": 0.6, "warmth": 0.25}, 4 * 48_000
    )


def test_a_cue_that_its_desk_would_not_understand_is_a_fault_at_its_place(shelf: Any) -> None:
    with pytest.raises(FileProblems, match=r"scenes/x.yaml:1:\d+: phases\.one\.cues\.1: .*number"):
        load(shelf, "cues: [{cue: load}]")


BIG = """
midi: {desk: {output: QLC+}}
lights:
  a: {port: desk, cc: 1}
  b: {port: desk, cc: 2}
  c: {port: desk, cc: 3}
  tint: {port: desk, cc: 22, range: 2000K to 4000K}
groups: {ceiling: [a, b, c]}
looks:
  evening: {c: 10%, ceiling: 30%, tint: 2500K}
aliases: {room: ceiling, warmth: tint}
after: {look: evening, set: {a: 60%}, over: 2m}
care: {look: evening, over: 4s}
"""


def moves(shelf: Any, lights: str, room: str = BIG, more: str = "") -> Any:
    shelf.write("room.yaml", room)
    shelf.write("scenes/x.yaml", f"{more}phases:\n  one: {{duration: 5m, lights: {lights}}}")
    return shelf.load()


EVENING = {"a": 0.3, "b": 0.3, "c": 0.1, "tint": 0.25}


def test_a_look_s_name_stands_for_its_values(shelf: Any) -> None:
    (phase,) = moves(shelf, "evening").show.phases
    assert phase.moves == (Move(At(), EVENING, 480_000),)


def test_a_move_goes_to_a_look_and_to_what_it_sets_on_top(shelf: Any) -> None:
    (phase,) = moves(shelf, "[{at: 1m, look: evening, set: {b: 5%}, over: 20s}]").show.phases
    assert phase.moves == (Move(At(60.0), {**EVENING, "b": 0.05}, 960_000),)


def test_a_group_is_all_its_lights_and_a_light_s_own_value_beats_it(shelf: Any) -> None:
    for lights in ("{ceiling: 40%, b: 10%}", "{b: 10%, ceiling: 40%}"):
        (phase,) = moves(shelf, lights).show.phases
        assert phase.moves[0].values == {"a": 0.4, "b": 0.1, "c": 0.4}


def test_an_alias_stands_for_a_light_or_a_group_of_the_room(shelf: Any) -> None:
    (phase,) = moves(shelf, "{room: 40%, warmth: 3000K}").show.phases
    assert phase.moves[0].values == {"a": 0.4, "b": 0.4, "c": 0.4, "tint": 0.5}


def test_the_room_s_own_looks_may_be_looks_by_name(shelf: Any) -> None:
    show = moves(shelf, "evening").show
    assert show.care == Move(At(), EVENING, 4 * 48_000)
    assert show.after == Move(At(), {**EVENING, "a": 0.6}, 120 * 48_000)


def test_a_colour_for_a_group_without_one_is_a_fault(shelf: Any) -> None:
    with pytest.raises(FileProblems, match=r"set\.ceiling: this light has no colour range"):
        moves(shelf, "{ceiling: 2700K}")


ONE_LAMP = "midi: {desk: {output: QLC+}}\nlights: {lamp: {port: desk, cc: 1}}\n"


def test_a_light_that_the_room_lacks_is_an_error_that_says_what_to_do(shelf: Any) -> None:
    with pytest.raises(
        FileProblems, match=r"'room': no such light.*aliases: \{room: …\}.*optional"
    ):
        moves(shelf, "{room: 40%}", ONE_LAMP)


def test_an_optional_light_that_the_room_lacks_is_left_out(shelf: Any) -> None:
    loaded = moves(
        shelf, "{room: 40%, warmth: 2700K}", ONE_LAMP + "aliases: {room: lamp}",
        "optional: [warmth]\n",
    )  # fmt: skip
    assert loaded.show.phases[0].moves[0].values == {"lamp": 0.4}
    assert loaded.problems == ()


def test_a_scene_of_whose_lights_the_room_has_none_is_warned_of(shelf: Any) -> None:
    loaded = moves(shelf, "{room: 40%, warmth: 2700K}", ONE_LAMP, "optional: [room, warmth]\n")
    (problem,) = loaded.problems
    assert problem.severity == "warning"
    assert "the room has none of the scene's lights (room, warmth)" in problem.message
    assert "aliases: {room: lamp}" in problem.message


def test_a_room_without_lights_plays_any_scene_whose_lights_are_optional(shelf: Any) -> None:
    loaded = moves(shelf, "{room: 40%}", "name: Bare\n", "optional: [room]\n")
    assert loaded.problems == ()
