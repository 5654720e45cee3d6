"""MIDI without rtmidi, as on the newest Pythons: pygame's ports, real ones, in the virtual machine.

One command: pytest -m machine tests/peers/test_fallback_peers.py
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from machine import Machine
from running_status import control_changes
from sounds import encode, pink

pytestmark = [pytest.mark.peer, pytest.mark.machine]

ROOM = """
name: Lab
midi:
  desk: {output: VirMIDI 0-0}
  pedal: {input: VirMIDI 0-1}
lights:
  room: {port: desk, channel: 1, cc: 20, from: 60%}
controls:
  - {port: pedal, note: 60, do: duck}
"""
SCENE = """
name: Fallback
fades: {start: 1s, end: 1s}
phases:
  arrival:
    duration: 5m
    music: [{file: noise.flac}]
    lights: [{set: {room: 20%}, over: 8s}]
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    shared = tmp_path_factory.mktemp("shared")
    library = shared / "library"
    for folder in ("scenes", "playlists"):
        (library / folder).mkdir(parents=True)
    encode(library / "noise.flac", pink(60), 48_000)
    (library / "room.yaml").write_text(ROOM)
    (library / "scenes" / "fallback.yaml").write_text(SCENE)
    Machine(tmp_path_factory.mktemp("machine")).run("fallback_job.py", shared, 600.0)
    return json.loads((shared / "fallback.json").read_text())


def test_real_ports_are_listed(found: dict[str, Any]) -> None:
    names = json.dumps(found["ports"])
    assert "VirMIDI 0-0" in names
    assert "VirMIDI 0-1" in names


def test_a_light_arrives_evenly_where_it_was_to(found: dict[str, Any]) -> None:
    codes = control_changes(found["arrived"], 20)
    assert (codes[0][1], codes[-1][1]) == (76, 25)
    assert all(0 < one - other <= 2 for (_, one), (_, other) in pairwise(codes))
    assert max(after - before for (before, _), (after, _) in pairwise(codes)) < 0.5


def test_a_pedal_ducks_the_music(found: dict[str, Any]) -> None:
    assert (found["before"]["ducked"], found["after"]["ducked"]) == (False, True)
    assert found["after"]["health"]["midi"] == "ok"
