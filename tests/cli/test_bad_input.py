"""Every malformed file through the commands that read it: one plain line with its place."""

from __future__ import annotations

import re

import pytest
from malformed import CASES, GOOD_PLAYLIST, GOOD_ROOM, GOOD_SCENE

PLACE = re.compile(r"^(?:  )?([^\s:]+\.yaml:\d+:\d+: \S)", re.MULTILINE)

FILES = {"scene": "scenes/x.yaml", "playlist": "playlists/bad.yaml", "room": "room.yaml"}
CALLER = "phases:\n  peak:\n    duration: 20m\n    music: bad\n"
PLAIN = "phases:\n  peak:\n    duration: 20m\n"


def commands(kind: str) -> list[list[str]]:
    """The command lines that read a file of this kind."""
    if kind == "room":
        return [["plan", "x", "--room", "room.yaml"]]
    return [["plan", "x"], ["check", "x", "--offline"]]


def faults(desk, kind: str, text: bytes, command: list[str]) -> list[str]:
    """What is wrong with how a command takes a file; nothing, if it is as it should be."""
    desk.write("scenes/x.yaml", CALLER if kind == "playlist" else PLAIN)
    desk.write(FILES[kind], text)
    done = desk.run(command[0], *command[1:])
    found = []
    if done.code != 1:
        found.append(f"exit code {done.code}")
    if not any(place.startswith(f"{FILES[kind]}:") for place in PLACE.findall(done.err)):
        found.append(f"no place in {done.err[:200]!r}")
    if any(len(line) > 1000 or not line.isprintable() for line in done.lines):
        found.append(f"not plain: {done.err[:200]!r}")
    if command[0] == "plan" and done.out:
        found.append(f"on stdout: {done.out[:100]!r}")
    if "all well" in done.out:
        found.append("said that all is well")
    return found


@pytest.mark.parametrize("kind", ["scene", "playlist", "room"])
def test_each_malformed_file_is_a_line_with_its_place_and_exit_status_1(desk, kind: str) -> None:
    wrong = [
        f"{' '.join(command)} on {name}: {fault}"
        for of, name, text in CASES
        if of == kind
        for command in commands(kind)
        for fault in faults(desk, kind, text, command)
    ]
    assert wrong == []


def test_the_files_from_which_they_are_spoilt_are_good(desk) -> None:
    desk.write("scenes/x.yaml", GOOD_SCENE)
    desk.write("playlists/arrival.yaml", GOOD_PLAYLIST)
    desk.write("room.yaml", GOOD_ROOM)
    desk.tone("music/a.flac", 6)
    done = desk.run("plan", "x", "--json")
    assert done.code == 0
    assert done.json["scene"] == "Evening"


def test_all_faults_of_all_files_come_at_once_sorted_by_place(desk) -> None:
    desk.write("scenes/x.yaml", "nmae: x\nphases:\n  peak:\n    duratoin: 5m\n    music: bad\n")
    desk.write("playlists/bad.yaml", "tracks:\n  - {generate: drone, duration: 12 parsecs}\n")
    desk.write("room.yaml", "audio: {devise: x}\n")
    done = desk.run("plan", "x")
    assert done.code == 1
    assert [line.split(": ")[0] for line in done.lines] == [
        "playlists/bad.yaml:2:33",
        "room.yaml:1:9",
        "scenes/x.yaml:1:1",
        "scenes/x.yaml:4:5",
    ]
    assert "no such key (did you mean 'name'?)" in done.err
