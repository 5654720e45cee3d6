from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sounds import FORMATS, encode, tone

from soundscape.errors import LibraryError, MediaError
from soundscape.library.checks.check import Remembered, check, decoded
from soundscape.library.checks.device_check import ConnectedDevices
from soundscape.media.types import Measured, Probe

MUSIC = "phases: {one: {duration: 5m, music: [{file: music/a.flac}]}}"


# What is checked ----------------------------------------------------------------------------------


def test_a_sound_library_has_no_problems(shelf: Any) -> None:
    shelf.music("music/a.flac")
    shelf.write("scenes/x.yaml", MUSIC)
    assert shelf.check() == []


def test_all_scenes_are_checked_unless_some_are_named(shelf: Any) -> None:
    for name in "ab":
        shelf.write(f"scenes/{name}.yaml", "phases: {}")
    assert [line.split(":")[0] for line in shelf.check()] == ["e scenes/a.yaml", "e scenes/b.yaml"]
    assert [line.split(":")[0] for line in shelf.check("b")] == ["e scenes/b.yaml"]


def test_a_scene_that_is_not_there_is_a_problem_among_the_others(shelf: Any) -> None:
    shelf.write("scenes/kap.yaml", "phases: {}")
    assert "e kapp: no scene 'kapp' (did you mean 'kap'?)" in shelf.check("kapp", "kap")


def test_a_library_without_scenes_is_an_error(shelf: Any) -> None:
    with pytest.raises(LibraryError, match="no scene in"):
        shelf.check()


def test_a_room_that_is_not_there_is_an_error(shelf: Any) -> None:
    shelf.write("scenes/x.yaml", MUSIC)
    with pytest.raises(LibraryError, match="no room"):
        shelf.check(room="gone.yaml")


def test_a_problem_that_scenes_share_comes_once(shelf: Any) -> None:
    shelf.write("playlists/list.yaml", "tracks: [{file: gone.flac}, {silence: 9m}]")
    for name in "ab":
        shelf.write(f"scenes/{name}.yaml", "phases: {one: {duration: 5m, music: list}}")
    (found,) = shelf.check()
    assert found.startswith("e playlists/list.yaml:1:17: tracks.1.file: 'gone.flac': no such file")


def test_problems_come_by_file_and_place(shelf: Any) -> None:
    shelf.write("scenes/x.yaml", "fades: {start: 1s}\nphases:\n  one: {duration: 5m, music: gone}")
    assert [line.split(":")[:2] for line in shelf.check()] == [
        ["w scenes/x.yaml", "1"],
        ["e scenes/x.yaml", "3"],
    ]


def test_each_problem_belongs_to_a_subject(shelf: Any) -> None:
    shelf.write("room.yaml", "midi: {desk: {output: Desk}}\nlights: {room: {port: dusk, cc: 1}}")
    scene = "phases: {one: {duration: 5m, music: [{file: gone.flac}], lights: {lamp: 5%}}}"
    shelf.write("scenes/x.yaml", scene)
    report = check(shelf.library, probe=shelf.probe)
    found = {subject: len(some) for subject, some in report.subjects.items() if some}
    assert found == {"files": 1, "lights": 2}
    shelf.write("room.yaml", "audio: {device: Scarlett}\nmidi: {desk: {output: Desk}}")
    absent = ConnectedDevices(list, list, list)
    report = check(shelf.library, probe=shelf.probe, present=absent)
    assert [len(report.subjects[subject]) for subject in ("audio", "midi")] == [1, 1]


def test_a_phase_named_like_a_subject_does_not_decide_what_a_problem_is_about(shelf: Any) -> None:
    shelf.write("scenes/x.yaml", "phases: {lights: {duration: 5m, loudness: loud}}")
    report = check(shelf.library, probe=shelf.probe)
    found = {subject: len(some) for subject, some in report.subjects.items() if some}
    assert found == {"scenes": 1}


def test_a_room_that_cannot_be_read_is_no_problem_of_the_scenes(shelf: Any) -> None:
    shelf.write("room.yaml", "audio: {device: [}")
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 5m, music: [{silence: 5m}]}}")
    report = check(shelf.library)
    assert [subject for subject, some in report.subjects.items() if some] == ["lights"]


# Files --------------------------------------------------------------------------------------------


def test_each_file_is_decoded_once_to_its_end(shelf: Any) -> None:
    shelf.music("music/a.flac")
    decoded: list[Path] = []

    def verify(path: Path) -> Probe:
        decoded.append(path)
        return shelf.probe(path)

    for name in "xy":
        shelf.write(f"scenes/{name}.yaml", MUSIC)
    shelf.check(verify=verify)
    assert decoded == [shelf.root / "music/a.flac"]


def test_a_damaged_file_is_named_where_it_is_written(shelf: Any) -> None:
    shelf.music("music/a.flac", fault="damaged at 0:03")
    shelf.write("scenes/x.yaml", MUSIC)
    assert shelf.check() == ["e scenes/x.yaml:1:38: 'music/a.flac': damaged at 0:03"]


def test_a_file_that_fails_to_decode_at_all_is_named_too(shelf: Any) -> None:
    shelf.music("music/a.flac")
    shelf.write("scenes/x.yaml", MUSIC)

    def verify(path: Path) -> Probe:
        raise MediaError(f"{path}: cannot be decoded")

    (found,) = shelf.check(verify=verify)
    assert found.endswith("'music/a.flac': cannot be decoded")


def test_a_faulty_scene_s_files_are_decoded_too(shelf: Any) -> None:
    shelf.music("music/a.flac", fault="damaged at 0:03")
    shelf.write("scenes/x.yaml", MUSIC.replace("5m,", "5m, ambience: gone,"))
    assert len(shelf.check()) == 2


def test_a_file_with_a_low_sample_rate_is_noted(shelf: Any) -> None:
    shelf.music("music/a.flac", rate=22_050)
    shelf.write("scenes/x.yaml", MUSIC)
    (found,) = shelf.check()
    assert found.startswith("n scenes/x.yaml:1:38: 'music/a.flac': its sample rate is 22.05 kHz")
    shelf.music("music/a.flac", rate=32_000)
    assert shelf.check() == []


def test_the_files_are_counted_with_their_length_and_rates(shelf: Any) -> None:
    shelf.music("music/a.flac", rate=44_100)
    shelf.music("music/b.flac", 5 * 60 * 48_000)
    shelf.write("playlists/list.yaml", "tracks: [{file: music/a.flac}, {file: music/b.flac}]")
    for name in "xy":
        shelf.write(f"scenes/{name}.yaml", "phases: {one: {duration: 5m, music: list}}")
    report = check(shelf.library, probe=shelf.probe, verify=shelf.probe)
    assert (len(report.files), report.length) == (2, 900.0)
    assert report.rates == {44_100: 1, 48_000: 1}


def test_decoding_again_finds_what_was_damaged_since_and_names_the_rest_once(shelf: Any) -> None:
    shelf.music("music/a.flac")
    shelf.write("scenes/x.yaml", MUSIC)
    report = check(shelf.library, probe=shelf.probe, verify=shelf.probe)
    assert report.problems == []
    shelf.music("music/a.flac", fault="damaged at 0:03")
    advanced: list[int] = []
    known: list[Measured | None] = [None]

    def again() -> list[str]:
        found = decoded(
            shelf.library, report, shelf.probe, lambda _path: known[0], lambda: advanced.append(1)
        )
        return [str(problem) for problem in found]

    assert again() == ["scenes/x.yaml:1:38: 'music/a.flac': damaged at 0:03"]
    assert advanced == [1]
    probe = Probe(48_000, fault="damaged at 0:03")
    known[0] = Measured(probe, -20.0, -3.0, 5.0, -18.0, 0, 48_000, np.zeros(10, np.int16))
    assert again() == []  # the report has it already


def test_an_answer_is_remembered_and_so_is_an_error() -> None:
    asked: list[Path] = []

    def ask(path: Path) -> int:
        asked.append(path)
        if path.name == "bad":
            raise MediaError("bad")
        return len(asked)

    remembered = Remembered(ask)
    assert remembered(Path("a")) == remembered(Path("a")) == 1
    for _ in range(2):
        with pytest.raises(MediaError):
            remembered(Path("bad"))
    assert len(asked) == 2


# Real files ---------------------------------------------------------------------------------------


def real(shelf: Any, *names: str) -> list[str]:
    tracks = ", ".join(f"{{file: music/{name}}}" for name in names)
    shelf.write("playlists/list.yaml", f"tracks: [{tracks}, {{silence: 9m}}]")
    shelf.write("scenes/x.yaml", "phases: {one: {duration: 3m, music: list}}")
    found = check(shelf.library).problems
    return [str(problem) for problem in found if problem.severity != "note"]


def test_real_files_of_every_kind_pass(shelf: Any) -> None:
    names = []
    for name, kind in FORMATS.items():
        path = kind.write(shelf.root / "music" / name, tone(1.0, kind.rate))
        names.append(path.name)
    assert real(shelf, *names) == []


def test_every_bad_file_is_named(shelf: Any) -> None:
    music = shelf.root / "music"
    whole = encode(music / "whole.flac", tone(4.0), codec="flac", sample_format="s16")
    data = whole.read_bytes()
    (music / "cut.flac").write_bytes(data[: len(data) // 2])
    (music / "text.mp3").write_text("not a sound at all\n" * 100)
    (music / "empty.wav").touch()
    (music / "noise.ogg").write_bytes(np.random.default_rng(1).bytes(5000))
    (music / "folder.mp3").mkdir()
    bad = ("cut.flac", "text.mp3", "empty.wav", "noise.ogg", "folder.mp3", "gone.m4a")
    found = real(shelf, "whole.flac", *bad)
    assert len(found) == len(bad)
    for name in bad:
        (line,) = [line for line in found if f"'music/{name}'" in line]
        assert line.startswith("playlists/list.yaml:1:")
        assert str(shelf.root) not in line
        assert "\n" not in line
