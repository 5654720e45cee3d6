from __future__ import annotations

from typing import Any

import pytest

from soundscape.errors import FileProblems

ROOM = """
midi: {desk: {output: QLC+}}
lights: {room: {port: desk, cc: 20}}
cues: {go: {port: desk, note: 60}}
"""


def faults(shelf: Any, scene: str, room: str | None = ROOM) -> list[str]:
    shelf.write("scenes/x.yaml", scene)
    if room is not None:
        shelf.write("room.yaml", room)
    with pytest.raises(FileProblems) as caught:
        shelf.load()
    return [str(problem) for problem in caught.value.problems]


def test_every_name_that_stands_for_nothing_is_a_fault_with_its_place(shelf: Any) -> None:
    shelf.write("playlists/peak.yaml", "tracks: [{silence: 9m}]")
    scene = """\
        landing: {music: peek}
        phases:
          one:
            duration: 5m
            music: {playlist: peaks}
            ambience: rain
            lights: {rom: 30%}
            cues: [{cue: goo}]
    """
    assert faults(shelf, scene) == [
        "scenes/x.yaml:1:18: landing.music: no playlist 'peek' (did you mean 'peak'?)",
        "scenes/x.yaml:5:23: phases.one.music.playlist: no playlist 'peaks' (did you mean 'peak'?)",
        "scenes/x.yaml:6:15: phases.one.ambience: no playlist 'rain' (there are: peak)",
        (
            "scenes/x.yaml:7:19: phases.one.lights.rom: 'rom': no such light in room.yaml "
            "(did you mean 'room'?)"
        ),
        (
            "scenes/x.yaml:8:18: phases.one.cues.1.cue: 'goo': no such cue in room.yaml "
            "(did you mean 'go'?)"
        ),
    ]


def test_names_are_looked_up_in_a_faulty_scene_too(shelf: Any) -> None:
    found = faults(shelf, "phases: {one: {duratoin: 5m, music: gone, lights: {x: 30%}}}")
    assert any("duratoin: no such key" in line for line in found)
    assert any("no playlist 'gone'" in line for line in found)
    assert any("'x': no such light" in line for line in found)


def test_the_faults_of_every_file_come_at_once(shelf: Any) -> None:
    shelf.write("playlists/peak.yaml", "tracks: [{fil: a.flac}]")
    shelf.write("playlists/list.m3u", "http://a/b\n")
    found = faults(
        shelf,
        "phases: {one: {duration: 5m, music: peak, ambience: list, fades: 3}}",
        "midi: {desk: {outptu: x}}",
    )
    assert {line.split(":")[0] for line in found} == {
        "playlists/list.m3u",
        "playlists/peak.yaml",
        "room.yaml",
        "scenes/x.yaml",
    }


def test_a_faulty_room_s_lights_still_have_their_names(shelf: Any) -> None:
    found = faults(
        shelf,
        "phases: {one: {duration: 5m, lights: {room: 30%}}}",
        ROOM.replace("cc: 20", "cc: 200"),
    )
    assert len(found) == 1
    assert found[0].startswith("room.yaml:3:")


def test_a_room_that_is_no_yaml_does_not_make_every_light_a_fault(shelf: Any) -> None:
    found = faults(shelf, "phases: {one: {duration: 5m, lights: {room: 30%}}}", "lights: [")
    assert len(found) == 1
    assert found[0].startswith("room.yaml:")


def test_without_a_room_a_light_is_a_fault_that_says_so(shelf: Any) -> None:
    (found,) = faults(shelf, "phases: {one: {duration: 5m, lights: {room: 30%}}}", None)
    assert "room.yaml is missing, and the scene names the light room: write a room.yaml" in found


SIX = """\
    phases:
      one:
        duration: 5m
        lights: [{set: {room: 30%, lamp: 20%}}, {at: 1m, set: {room: 10%, lamp: 5%}}]
        cues: [{cue: go}]
      two: {duration: 5m, lights: {room: 30%}}
"""


@pytest.mark.parametrize("room", [None, "lights: {}\n"])
def test_a_room_without_any_lights_is_one_line_and_not_one_for_each_move(
    shelf: Any, room: str | None
) -> None:
    (found,) = faults(shelf, SIX, room)
    assert found.startswith("scenes/x.yaml:4:")
    assert "the lights room, lamp and the cue go" in found
    assert "'optional: [room, lamp]' in the scene" in found
