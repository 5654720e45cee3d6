"""A learned control in a room's file: added, verified, and the file never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from soundscape.errors import FileProblems, LibraryError
from soundscape.library.room_editor import (
    LearnedControl,
    replace_file,
    room_as_written,
    taken,
    with_learned,
)
from soundscape.scene.document import read_room
from soundscape.scene.models import Control, PortSpec, Room

ROOM = """\
# Our room
midi:
  desk: {output: Desk} # in the corner
lights:
  room: {port: desk, cc: 20}
"""
NEW = LearnedControl(
    Control(port="air turn", channel=1, note=60, do="duck"), PortSpec(input="AirTurn: BT500S")
)


def test_port_and_control_are_added_and_all_else_stays():
    made = with_learned(ROOM.encode(), "room.yaml", read(ROOM), NEW).decode()
    assert (
        made
        == ROOM.replace("lights:", '  air turn: {input: "AirTurn: BT500S"}\nlights:')
        + "\ncontrols:\n  - {port: air turn, channel: 1, note: 60, do: duck}\n"
    )
    assert read(made).controls == (NEW.control,)


def test_a_second_one_goes_beneath_the_first():
    once = with_learned(ROOM.encode(), "room.yaml", read(ROOM), NEW)
    other = LearnedControl(Control(port="air turn", channel=1, program=5, do="next"))
    twice = with_learned(once, "room.yaml", read_room(once, "x").model, other).decode()
    assert twice.endswith("do: duck}\n  - {port: air turn, channel: 1, program: 5, do: next}\n")


def test_an_empty_file_becomes_a_room():
    made = with_learned(b"# ours\n", "room.yaml", Room(), NEW).decode()
    assert read(made).midi["air turn"].input == "AirTurn: BT500S"


@pytest.mark.parametrize("text", ["{name: x}", "name: &a x\nmidi: {'air turn': {input: B}}\n"])
def test_what_cannot_be_added_to_safely_says_what_to_write(text):
    with pytest.raises(LibraryError, match=r"add under controls \{port: air turn, channel: 1"):
        with_learned(text.encode(), "room.yaml", read(text), NEW)


def test_a_message_that_is_taken_says_by_what_and_where():
    text = ROOM + "controls:\n  - {port: p, note: 60, do: hold}\n"
    document = read_room(text.replace("lights", "  p: {input: P}\nlights").encode(), "room.yaml")
    said = taken(document, Control(port="p", channel=3, note=60, do="duck"))
    assert said == "room.yaml:8:5: this does 'hold' already; change it there"
    assert taken(document, Control(port="p", channel=3, note=61, do="duck")) == ""
    assert taken(document, Control(port="p", channel=3, cc=60, do="duck")) == ""


def test_a_faulty_room_is_told_and_not_touched(tmp_path):
    file = tmp_path / "room.yaml"
    file.write_text("lihgts: {}\n")
    with pytest.raises(FileProblems, match="did you mean 'lights'"):
        room_as_written(file, "room.yaml")


def test_the_file_as_it_was_stays_beside_it(tmp_path):
    file = tmp_path / "room.yaml"
    file.write_bytes(b"name: a\n")
    file.chmod(0o640)
    backup = replace_file(file, b"name: a\n", b"name: b\n")
    assert backup == tmp_path / "room.yaml.bak"
    assert (file.read_bytes(), backup.read_bytes()) == (b"name: b\n", b"name: a\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"room.yaml", "room.yaml.bak"}


def test_a_new_file_needs_no_backup(tmp_path):
    file = tmp_path / "room.yaml"
    assert replace_file(file, b"", b"name: b\n") is None
    assert file.read_bytes() == b"name: b\n"


def test_a_file_that_changed_meanwhile_is_left_as_it_is(tmp_path):
    file = tmp_path / "room.yaml"
    file.write_bytes(b"name: c\n")
    with pytest.raises(LibraryError, match="changed meanwhile"):
        replace_file(file, b"name: a\n", b"name: b\n")
    assert file.read_bytes() == b"name: c\n"


def test_a_link_stays_a_link(tmp_path):
    real = tmp_path / "real.yaml"
    real.write_bytes(b"a")
    link = tmp_path / "room.yaml"
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("links need a privilege here")
    replace_file(link, b"a", b"b")
    assert link.is_symlink()
    assert real.read_bytes() == b"b"


def test_a_write_that_fails_leaves_the_file_and_nothing_else(tmp_path, monkeypatch):
    file = tmp_path / "room.yaml"
    file.write_bytes(b"a")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(LibraryError, match="No space left"):
        replace_file(file, b"a", b"b")
    assert file.read_bytes() == b"a"
    assert {path.name for path in tmp_path.iterdir()} <= {"room.yaml", "room.yaml.bak"}


def read(text: str) -> Room:
    return read_room(text.encode(), "room.yaml").model
