"""A drive with the music that hangs and then goes away in mid-track, in real time."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import program
import pytest
from drive import mounted
from soak_checks import RATE, SoundCheck
from sounds import encode, tone

import soundscape

pytestmark = [
    pytest.mark.peer,
    pytest.mark.waits,
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="FUSE"),
]

SCENE = """
name: Drive
fades: {track: 4s, phase: 2s, start: 2s, end: 2s}
phases:
  only:
    duration: 70s
    music: [{file: far/long.flac, calm: false}, {file: near.flac, calm: false}]
"""
DELAY = 21
"""Milliseconds that SDL's disk driver takes for a buffer: about real time."""
HANGS = 8.0
"""Seconds: less than what is read ahead."""
SETTLED = 5.0
"""Seconds at the beginning and at the end in which a fade may be too soft to be heard."""


def until(true: Callable[[], bool], what: str, seconds: float = 120.0) -> None:
    limit = time.perf_counter() + seconds
    while not true():
        assert time.perf_counter() < limit, what
        time.sleep(0.5)


def test_a_drive_that_hangs_and_goes_away_in_mid_track_makes_no_silence(tmp_path: Path) -> None:
    for name in ("scenes", "playlists", "drive"):
        (tmp_path / name).mkdir()
    encode(tmp_path / "drive" / "long.flac", tone(120, 44_100, 220.0, 0.1), 44_100)
    encode(tmp_path / "near.flac", tone(60, 44_100, 330.0, 0.1), 44_100)
    (tmp_path / "scenes" / "drive.yaml").write_text(SCENE)
    captured = tmp_path / "live.raw"
    environment = {
        **os.environ,
        "SOUNDSCAPE_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(Path(soundscape.__file__).parents[1]),
        "SDL_AUDIODRIVER": "disk",
        "SDL_DISKAUDIOFILE": str(captured),
        "SDL_DISKAUDIODELAY": str(DELAY),
    }

    def run(*arguments: str) -> str:
        return program.soundscape(tmp_path, environment, *arguments)

    def health() -> str:
        return json.dumps(json.loads(run("status", "--json"))["health"])

    with mounted(tmp_path / "far", tmp_path / "drive") as drive:
        run("scan", "--library", str(tmp_path))
        run("start", "drive", "--headless", "--no-lights", "--library", str(tmp_path))
        time.sleep(5.0)
        drive.hang()
        time.sleep(HANGS)
        drive.go_on()
        time.sleep(5.0)
        assert "long" not in health(), "what was read ahead was enough"
        drive.go_away()
        until(lambda: "long" in health(), "the drive is not told")
        file = tmp_path / "home" / "runtime" / "session.json"
        until(lambda: not file.exists(), "the session does not end")
    sound = np.fromfile(captured, "<f4").reshape(-1, 2)
    heard = np.flatnonzero(np.abs(sound[:, 0]) > 1e-4)
    check, first, last = SoundCheck(), heard[0] + SETTLED * RATE, heard[-1] - SETTLED * RATE
    for at in range(int(heard[0]), int(heard[-1]), RATE // 10):
        check.hear(sound[at : at + RATE // 10], bool(first < at < last))
    assert check.faults == []
    assert len(heard) > 60 * RATE
    assert hertz(sound[int(first) : int(first) + RATE]) == pytest.approx(220.0, abs=1.0)
    assert hertz(sound[int(last) - RATE : int(last)]) == pytest.approx(330.0, abs=1.0)


def hertz(sound: np.ndarray) -> float:
    """The strongest frequency of a stretch."""
    spectrum = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound))))
    return float(np.argmax(spectrum)) * RATE / len(sound)
