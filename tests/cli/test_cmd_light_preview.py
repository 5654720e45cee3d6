"""`lights preview`: a scene's lights on paper, or on the desk."""

from __future__ import annotations

import re

import pytest

from soundscape.cli import cmd_light_preview, run
from soundscape.engine.light_preview import LightPreview
from soundscape.lighting.rig import Rig

ROOM = """\
midi: {desk: {output: QLC+}}
lights: {room: {port: desk, cc: 20, from: 20%}}
cues: {go: {port: desk, msc: {device: 1, command: go}}}
after: {set: {room: 30%}, over: 2s}
"""
SCENE = """\
fades: {start: 7s, end: 10s}
phases:
  one:
    duration: 2m
    music: [{generate: drone, duration: 5m}]
    lights: [{at: 1m, set: {room: 40%}, over: 10s}]
  two:
    duration: 2m
    music: [{generate: drone, duration: 5m}]
    advance: manual
    cues: [{at: 30s, cue: go, number: "2"}]
"""


@pytest.fixture
def scene(desk, monkeypatch):
    desk.write("room.yaml", ROOM)
    desk.write("scenes/night.yaml", SCENE)
    monkeypatch.setenv("SOUNDSCAPE_LIBRARY", str(desk.root))
    monkeypatch.setattr(cmd_light_preview, "output_names", list)
    return desk


def printed(capsys, *more: str) -> list[tuple[float, str]]:
    assert run(["lights", "preview", "night", "--print", *more]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = [re.fullmatch(r" *(\d+):(\d\d\.\d{3})  desk  (.*)", line) for line in lines]
    return [(60 * int(one[1]) + float(one[2]), one[3]) for one in found if one]


def test_every_message_is_printed_with_its_time_and_nothing_is_sent(scene, capsys):
    lines = printed(capsys)
    assert lines[0] == (60.0, "channel 1  control 20 = 25  [b0 14 19]")
    assert lines[-1][1] == "channel 1  control 20 = 38  [b0 14 26]"
    assert 250.0 < lines[-1][0] < 253.0, "after the last fade"
    (cue,) = [line for line in lines if "show control" in line[1]]
    assert cue[0] == 150.0
    assert "go cue 2" in cue[1]
    at = [when for when, _ in lines]
    assert at == sorted(at)


def test_a_faster_preview_keeps_the_limits_of_light(scene, capsys):
    lines = printed(capsys, "--speed", "20x")
    assert lines[0][0] == pytest.approx(3.0, abs=0.01)
    first_move = [when for when, text in lines if "control 20" in text and when < 7.0]
    assert first_move[-1] - first_move[0] >= 1.9, "20 % at 10 % a second"
    assert any("go cue 2" in text and when < 8.0 for when, text in lines)


@pytest.mark.parametrize("speed", ["0", "0.5x", "fast", "-3x", "1e9", "20xx"])
def test_what_is_no_speed_is_wrong_usage(scene, capsys, speed):
    assert run(["lights", "preview", "night", "--print", "--speed", speed]) == 2
    assert "speed" in capsys.readouterr().err


def test_a_preview_says_what_the_scene_does_as_it_does_it(scene, capsys, monkeypatch):
    def played(room, root, show, said):
        preview = LightPreview(show, Rig(room), said)
        preview.messages(48_000 * 300)
        return {"desk": "absent"}

    monkeypatch.setattr(cmd_light_preview, "play_lights", played)
    assert run(["lights", "preview", "night"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"Library {scene.root}",
        "   0:00.000  one",
        "   1:00.000    room 40% in 0:10",
        "   2:00.000  two",
        "   2:30.000    cue go 2",
        "   4:10.000    room 30% in 0:02",
    ]
    assert err == "desk: the port is absent\n"


def test_a_room_with_nothing_to_move_is_one_line(scene, capsys):
    scene.write("room.yaml", "name: Bare\n")
    scene.write("scenes/night.yaml", "phases: {one: {duration: 2m}}")
    assert run(["lights", "preview", "night"]) == 1
    assert "no lights and no cues" in capsys.readouterr().err


def test_what_a_lamp_over_mqtt_gets_is_printed_as_its_json(scene, capsys):
    lamp = ROOM.replace("port: desk, cc: 20, from: 20%", "mqtt: {topic: a/set}, from: 40%")
    scene.write("room.yaml", f"{lamp}network: {{mqtt: {{broker: b.lan}}}}\n")
    assert run(["lights", "preview", "night", "--print"]) == 0
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first == '   1:00.000  room  {"state": "ON", "brightness": 102, "transition": 10}'
    assert last.endswith('room  {"state": "ON", "brightness": 77, "transition": 1}')
