from __future__ import annotations

import sys

import pytest
import yaml

ROOM = (
    "name: Ours # by the window\naudio:\n  device: default # the headphones\n  ceiling: -2 dBTP\n"
)


def test_a_reading_is_written_and_all_else_stays(desk) -> None:
    file = desk.write("room.yaml", ROOM)
    done = desk.run_plain("audio", "calibrate", "--library", desk.root, "--reads", "58")
    assert done.code == 0, done.err
    assert file.read_text() == ROOM + "  calibration: {at: -23 LUFS, reads: 58 dBA}\n"
    assert (desk.root / "room.yaml.bak").read_text() == ROOM
    assert "room.yaml: audio: calibration:" in done.out


def test_a_later_reading_takes_the_place_of_the_first(desk) -> None:
    file = desk.write(
        "room.yaml", "audio:\n  calibration: {at: -20, reads: 60} # in May\n  limit: 70 dBA\n"
    )
    asked = desk.run_plain("audio", "calibrate", "--library", desk.root)
    assert asked.code == 2  # no terminal to ask on
    done = desk.run_plain("audio", "calibrate", "--library", desk.root, "--reads", "57,5 dBA")
    assert done.code == 0, done.err
    assert file.read_text() == (
        "audio:\n  calibration: {at: -23 LUFS, reads: 57.5 dBA} # in May\n  limit: 70 dBA\n"
    )


@pytest.mark.parametrize("reads", ["", "loud", "58 dB LUFS", "5", "300", "nan", "-58"])
def test_what_no_meter_reads_is_refused_and_nothing_is_written(desk, reads: str) -> None:
    file = desk.write("room.yaml", ROOM)
    done = desk.run_plain("audio", "calibrate", "--library", desk.root, "--reads", reads)
    assert done.code == 2
    assert file.read_text() == ROOM


@pytest.mark.waits
def test_the_noise_plays_while_it_asks_until_it_has_a_reading(
    desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = iter(["", "quiet", "58"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _prompt: next(replies))
    done = desk.run_plain("audio", "calibrate", "--library", desk.root, "--output", "null")
    assert done.code == 0, done.err
    assert "it rises over 10 s" in done.out
    assert yaml.safe_load((desk.root / "room.yaml").read_text())["audio"]["calibration"] == {
        "at": "-23 LUFS",
        "reads": "58 dBA",
    }
