from __future__ import annotations

import numpy as np
import pytest
from sounds import encode, tone


def test_all_that_the_library_names_is_measured(small_unmeasured) -> None:
    small_unmeasured.tone("music/other.wav", 2)
    small_unmeasured.write("playlists/more.m3u", "../music/other.wav\n")
    small_unmeasured.tone("music/nobody.wav", 2)
    done = small_unmeasured.run("scan", "--json")
    assert done.code == 0
    assert done.err == ""
    names = sorted(row["path"].rsplit("/", 1)[-1] for row in done.json)
    assert names == ["high.wav", "low.wav", "middle.wav", "other.wav"]
    row = next(row for row in done.json if row["path"].endswith("low.wav"))
    assert row["duration"] == 20
    assert row["loudness"] == pytest.approx(-13.0, abs=0.1)  # as ffmpeg's ebur128 reads
    assert row["peak"] == pytest.approx(-12.04, abs=0.3)
    assert (row["sound_from"], row["sound_to"], row["problem"]) == (0, 20, None)


def test_a_table_is_for_people(small_unmeasured) -> None:
    done = small_unmeasured.run("scan")
    assert "music/low.wav" in done.out
    assert "-13.0" in done.out


def test_a_path_is_measured_instead_and_a_broken_file_named(small_unmeasured) -> None:
    (small_unmeasured.root / "music/text.mp3").write_text("Dear Ms Young")
    done = small_unmeasured.run("scan", small_unmeasured.root / "music", "--json")
    assert done.code == 1
    assert [row["problem"] is None for row in done.json] == [True, True, True, False]
    assert done.lines == [
        "'music/text.mp3': is damaged or not a sound file; copy it again or convert it to FLAC"
    ]


def test_silence_at_a_tracks_ends_is_not_played_unless_the_join_is_gapless(small) -> None:
    quiet = np.zeros((48_000, 2), np.float32)
    sound = np.concatenate([quiet, tone(18, hz=300, amplitude=0.25), quiet])
    encode(small.root / "music/low.wav", sound)
    first = small.run("plan", "small", "--json").json["clips"][0]
    assert first["end"] == pytest.approx(18, abs=0.001)
    scene = small.root / "scenes/small.yaml"
    scene.write_text(scene.read_text().replace("track: 4s", "track: 0s"))
    assert small.run("plan", "small", "--json").json["clips"][0]["end"] == 20


def test_uneven_tracks_are_warned_of(small) -> None:
    parts = [tone(60, amplitude=0.03), tone(60, amplitude=0.25)]
    encode(small.root / "music/low.wav", np.concatenate(parts))
    messages = [p["message"] for p in small.run("check", "--json").json["problems"]]
    assert any("loudness range" in message for message in messages)


def test_a_file_that_is_silent_from_end_to_end_is_warned_of(small) -> None:
    encode(small.root / "music/low.wav", np.full((48_000, 2), 0.0005, np.float32))
    problems = small.run("check", "--json").json["problems"]
    (said,) = [p["message"] for p in problems if "silent" in p["message"]]
    assert said.startswith("'music/low.wav': is silent from its start to its end")
