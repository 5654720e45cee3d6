from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml


def test_a_new_library_checks_well_and_its_scenes_can_be_started(desk, tmp_path: Path) -> None:
    done = desk.run_plain("init", "clinic")
    assert done.code == 0
    assert done.err == ""
    made = tmp_path / "clinic"
    assert str(made) in done.out
    assert (made / "music" / "README.md").is_file()
    checked = desk.run_plain("check", "--offline", "--strict", "--library", made, "kap-im")
    assert checked.code == 0, checked.out + checked.err
    listed = desk.run_plain("scenes", "--json", "--library", made)
    assert "kap-im" in [row["scene"] for row in listed.json]


def test_a_new_library_is_found_from_within_it(
    desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run_plain("init", "clinic")
    monkeypatch.chdir(tmp_path / "clinic" / "music")
    assert str(tmp_path / "clinic") in desk.run_plain("scenes").out


def test_each_file_names_a_schema_that_is_there_and_that_it_keeps(desk, tmp_path: Path) -> None:
    desk.run_plain("init", "clinic")
    made = tmp_path / "clinic"
    files = [*made.glob("scenes/*.yaml"), *made.glob("playlists/*.yaml"), made / "room.yaml"]
    assert len(files) > 10
    for file in files:
        first = file.read_text("utf-8").splitlines()[0]
        named = first.removeprefix("# yaml-language-server: $schema=")
        schema = json.loads((file.parent / named).read_text("utf-8"))
        jsonschema.validate(yaml.safe_load(file.read_text("utf-8")), schema)
    bound = json.loads((made / ".vscode" / "settings.json").read_text("utf-8"))["yaml.schemas"]
    assert all((made / schema).is_file() for schema in bound)


def test_nothing_that_is_there_is_overwritten(desk, tmp_path: Path) -> None:
    room = tmp_path / "clinic" / "room.yaml"
    room.parent.mkdir()
    room.write_text("name: Ours\n")
    done = desk.run_plain("init", "clinic")
    assert done.code == 0
    assert "Left as they were: room.yaml" in done.out
    assert room.read_text() == "name: Ours\n"
    again = desk.run_plain("init", "clinic")
    assert again.code == 0
    assert "nothing was written" in again.out


def test_what_cannot_be_written_is_one_plain_line(desk, tmp_path: Path, no_privilege) -> None:
    (tmp_path / "taken").write_text("")
    done = desk.run_plain("init", "taken")
    assert done.code == 1
    assert len(done.lines) == 1
    assert "is a file" in done.err
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    done = desk.run_plain("init", "closed/clinic")
    assert done.code == 1
    assert len(done.lines) == 1
    assert "cannot be written" in done.err
