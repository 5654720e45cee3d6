from __future__ import annotations

from typing import Any

import pytest

from soundscape.library.checks.coverage import coverage

MINUTE = 60 * 48_000


def lasting(shelf: Any, scene: str) -> list[tuple[str, float, float]]:
    """The phases of a scene with tracks of ten minutes, in minutes."""
    for name in "abc":
        shelf.music(f"music/{name}.flac", 10 * MINUTE)
    shelf.write("playlists/three.yaml", "tracks: [{folder: music}]")
    shelf.write("scenes/x.yaml", f"fades: {{track: 0s}}\nphases: {scene}")
    found = coverage("x", shelf.load().show)
    return [(one.phase, one.lasts / 60, one.longest / 60) for one in found]


def test_a_phase_lasts_until_its_first_track_comes_again(shelf: Any) -> None:
    scene = "{one: {duration: {typical: 5m, max: 25m}, music: three}}"
    assert lasting(shelf, scene) == [("one", 30.0, 25.0)]


def test_phases_that_share_a_playlist_share_its_time(shelf: Any) -> None:
    scene = """
  one: {duration: {typical: 5m, max: 20m}, music: three}
  two: {duration: 15m, music: three}
"""
    assert lasting(shelf, scene) == [("one", 30.0, 20.0), ("two", 10.0, 15.0)]
    (note,) = shelf.check()
    assert note.startswith("n scenes/x.yaml:4:")
    assert "earlier phases play from the same playlist" in note
    assert "over 10:00 into this phase" in note


def test_a_playlist_that_was_over_begins_again_or_has_nothing_left(shelf: Any) -> None:
    phases = "{{one: {{duration: 40m, music: {0}}}, two: {{duration: 5m, music: {0}}}}}"
    assert lasting(shelf, phases.format("three"))[1] == ("two", 20.0, 5.0)
    once = "{playlist: three, loop: false}"
    assert lasting(shelf, phases.format(once))[1] == ("two", 0.0, 5.0)


def test_without_music_the_ambience_counts_and_silence_and_voice_do_not(shelf: Any) -> None:
    scene = """
  one: {duration: 5m, music: [{silence: 5m}], ambience: three}
  two: {duration: 5m, music: [{silence: 5m}], voice: [{file: music/a.flac}]}
"""
    assert [phase for phase, *_ in lasting(shelf, scene)] == ["one"]


@pytest.mark.parametrize("fade", [0, 8])
def test_the_joins_are_subtracted(shelf: Any, fade: int) -> None:
    shelf.music("music/a.flac", 10 * MINUTE)
    shelf.music("music/b.flac", 10 * MINUTE)
    music = "[{file: music/a.flac}, {file: music/b.flac}]"
    scene = f"fades: {{track: {fade}s}}\nphases: {{one: {{duration: 5m, music: {music}}}}}"
    shelf.write("scenes/x.yaml", scene)
    (found,) = coverage("x", shelf.load().show)
    assert found.lasts == 1200 - 2 * fade
