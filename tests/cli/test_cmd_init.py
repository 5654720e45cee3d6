from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml
from sounds import encode, stereo


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


# From a folder of music ---------------------------------------------------------------------------


def music(folder: Path) -> None:
    """Six files: from soft and steady to loud and struck."""
    folder.mkdir(parents=True)
    at = np.arange(20 * 48_000) / 48_000
    for number in range(6):
        decay = np.exp(-number * (at % 0.5))
        note = 0.02 * (number + 1) * decay * np.sin(2 * np.pi * 220 * (number + 1) * at)
        encode(folder / f"{number} été.flac", stereo(note))


def test_a_folder_becomes_playlists_with_reasons(desk, tmp_path: Path) -> None:
    music(tmp_path / "own")
    done = desk.run_plain("init", "clinic", "--from", "own")
    assert done.code == 0, done.err
    assert "Proposed" in done.out
    made = tmp_path / "clinic" / "playlists"
    phases = ["arrival", "onset", "peak", "return", "rest"]
    texts = {phase: (made / f"{phase}.yaml").read_text("utf-8") for phase in phases}
    listed = {phase: yaml.safe_load(text)["tracks"] for phase, text in texts.items()}
    assert sorted(Path(one["file"]).name for tracks in listed.values() for one in tracks) == [
        f"{number} été.flac" for number in range(6)
    ]
    assert "fuller than" in texts["peak"]
    assert "onsets/min" in texts["peak"]
    assert "Nobody has found" in texts["peak"]
    checked = desk.run_plain(
        "check", "--offline", "--library", tmp_path / "clinic", "kap-im", "--json"
    )
    assert checked.json["ok"]


def test_the_lists_of_the_clinic_decide_where_they_are_given(desk, tmp_path: Path) -> None:
    music(tmp_path / "own")
    (tmp_path / "Calm.m3u").write_text("own/5 été.flac\n", "utf-8")
    done = desk.run_plain("init", "clinic", "--from", "own", "--like", "rest=Calm.m3u")
    assert done.code == 0, done.err
    rest = (tmp_path / "clinic/playlists/rest.yaml").read_text("utf-8")
    assert [Path(one["file"]).name for one in yaml.safe_load(rest)["tracks"]] == ["5 été.flac"]
    assert "0.00 from the list for rest" in rest


def test_a_proposal_stands_beside_a_playlist_that_is_there(desk, tmp_path: Path) -> None:
    music(tmp_path / "own")
    desk.run_plain("init", "clinic")
    before = (tmp_path / "clinic/playlists/peak.yaml").read_text()
    done = desk.run_plain("init", "clinic", "--from", "own")
    assert done.code == 0, done.err
    assert "playlists/peak-proposed.yaml" in done.out
    assert (tmp_path / "clinic/playlists/peak.yaml").read_text() == before


def test_files_without_sound_are_told_and_left_out(desk, tmp_path: Path) -> None:
    music(tmp_path / "own")
    (tmp_path / "own/broken.mp3").write_bytes(b"no sound" * 100)
    encode(tmp_path / "own/silent.flac", stereo(np.zeros(96_000)))
    done = desk.run_plain("init", "clinic", "--from", "own")
    assert done.code == 0
    assert len(done.lines) == 2
    assert all("is left out" in line for line in done.lines)
    assert not any("broken" in path.read_text() for path in tmp_path.rglob("playlists/*.yaml"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--from", "nowhere"], 1, "is not there"),
        (["--from", "empty"], 1, "holds no sound file"),
        (["--from", "empty", "--like", "peak"], 2, "is not PHASE=FILE"),
        (["--from", "empty", "--like", "summit=x.m3u"], 2, "PHASE is one of arrival"),
        (["--like", "peak=x.m3u"], 2, "--like needs --from"),
        (["--from", "empty/notes.txt"], 1, "no playlist that can be read"),
    ],
)
def test_a_wrong_source_is_one_plain_line(
    desk, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/notes.txt").write_text("…", "utf-8")
    done = desk.run_plain("init", "clinic", *arguments)
    assert done.code == code
    assert said in " ".join(done.err.split())
    assert not (tmp_path / "clinic").exists()
