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
