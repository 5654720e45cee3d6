"""The scenes, playlists and room that ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from soundscape.library.checks.check import check
from soundscape.library.checks.device_check import ConnectedDevices
from soundscape.library.files.locate import Library, shipped_root
from soundscape.library.resolve import Loaded, load_show
from soundscape.timeline.show import GeneratedSource, SilentSource

LIBRARY = Library(shipped_root())
SCENES = ["kap-im", "kap-iv", "kap-lozenge", "overtone", "quiet", "still", "supportive-hour"]
PLAYLISTS = [
    *("arrival", "grounding", "onset", "overtone-arrival", "overtone-onset", "overtone-peak"),
    *("overtone-rest", "overtone-return", "peak", "rain", "rest", "return"),
    *("still-arrival", "still-onset", "still-peak", "still-rest", "still-return"),
]
FIVE = ["arrival", "onset", "peak", "return", "rest"]


def load(name: str) -> Loaded:
    return load_show(LIBRARY, name)


def minutes(frames: int | None) -> float:
    return (frames or 0) / 48_000 / 60


def test_the_shipped_scenes_and_playlists_are_all_there() -> None:
    assert LIBRARY.scenes() == SCENES
    assert LIBRARY.playlists() == PLAYLISTS


def test_every_scene_passes_a_strict_check_with_nothing_plugged_in() -> None:
    assert check(LIBRARY, present=ConnectedDevices(list, list, list)).problems == []


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_has_the_five_phases_and_says_that_its_times_are_typical(name: str) -> None:
    loaded = load(name)
    assert [phase.name for phase in loaded.show.phases] == FIVE
    assert "edit them to your protocol" in " ".join(loaded.scene.description.split())
    assert loaded.show.phases[-1].advance == "manual"


# Clinical reference, table 1: min, typical, max in minutes.
TIMES = {
    "still": [(5, 15, 30), (3, 8, 12), (20, 30, 40), (20, 30, 60), (20, 30, 60)],
    "overtone": [(5, 15, 30), (3, 8, 12), (20, 30, 40), (20, 30, 60), (20, 30, 60)],
    "kap-im": [(5, 15, 30), (3, 8, 12), (20, 30, 40), (20, 30, 60), (20, 30, 60)],
    "kap-iv": [(5, 15, 30), (8, 12, 15), (20, 26, 40), (15, 20, 40), (20, 30, 45)],
    "kap-lozenge": [(5, 15, 30), (10, 17, 30), (30, 40, 50), (30, 45, 90), (15, 30, 60)],
}


@pytest.mark.parametrize("name", TIMES)
def test_a_dose_s_times_are_those_of_the_table(name: str) -> None:
    phases = load(name).show.phases
    found = [
        tuple(map(minutes, (phase.min_frames, phase.frames, phase.max_frames))) for phase in phases
    ]
    assert found == TIMES[name]
    assert phases[0].advance == "dose"


@pytest.mark.parametrize("name", TIMES)
def test_a_dose_s_lights_are_those_of_the_table(name: str) -> None:
    moves = [move for phase in load(name).show.phases for move in phase.moves]
    assert [move.values["room"] for move in moves] == [0.35, 0.10, 0.05, 0.15, 0.30]
    assert [move.over / 48_000 for move in moves] == [10, 180, 240, 300, 180]


def test_the_quiet_scene_has_no_music_but_planned_silence() -> None:
    show = load("quiet").show
    assert all(set(phase.layers) == {"ambience"} for phase in show.phases)
    assert "music" not in show.landing
    peak = show.phases[2].layers["ambience"].playlist.tracks
    assert sum(isinstance(track.source, SilentSource) for track in peak) == 2


def test_the_supportive_hour_is_an_hour_without_a_dose() -> None:
    phases = load("supportive-hour").show.phases
    assert minutes(sum(phase.frames for phase in phases)) == 60
    assert all(phase.advance != "dose" for phase in phases)


def test_each_playlist_has_three_pieces_of_generated_sound_or_more(tmp_path: Path) -> None:
    lines = "".join(f"  {name}: {{duration: 5m, music: {name}}}\n" for name in PLAYLISTS)
    scene = tmp_path / "all.yaml"
    scene.write_text(f"phases:\n{lines}", encoding="utf-8")
    keys: set[str] = set()
    for phase in load(str(scene)).show.phases:
        tracks = phase.layers["music"].playlist.tracks
        assert len(tracks) >= 3
        assert all(isinstance(track.source, GeneratedSource) for track in tracks)
        assert keys.isdisjoint(track.key for track in tracks)
        keys |= {track.key for track in tracks}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_each_playlist_shows_how_own_files_go_in(name: str) -> None:
    text = LIBRARY.playlist(name).read_text(encoding="utf-8")
    assert "#   - file: music/" in text


def test_the_care_look_is_warm_and_bright_enough_to_see_by() -> None:
    loaded = load("kap-im")
    assert loaded.show.care.values["room"] == 0.6
    assert loaded.show.care.over == 3 * 48_000
    assert loaded.room.audio.device == "default"
