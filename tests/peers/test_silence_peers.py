"""Never digitally silent: what a sound server plays of a session that is silent on purpose."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from recordings import longest_zeros
from sound_server import running_sound_server

import soundscape

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timed,
    pytest.mark.skipif(sys.platform != "linux", reason="a sound server of Linux"),
]

RATE = 48_000
SCENE = """
name: Quiet
fades: {phase: 4s, start: 1s, end: 2s}
phases:
  first: {duration: 5m, music: [{generate: noise, duration: 10m}]}
  rest: {duration: 10m, music: [{silence: 10m}]}
"""


def test_silence_pause_mute_and_both_ends_have_no_zeros_for_ten_milliseconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("scenes", "playlists", "server"):
        (tmp_path / name).mkdir()
    (tmp_path / "scenes" / "quiet.yaml").write_text(SCENE)
    (tmp_path / "room.yaml").write_text("name: Lab\n")
    path = str(Path(soundscape.__file__).parents[1])

    def run(*arguments: str) -> None:
        command = [sys.executable, "-m", "soundscape", *arguments]
        subprocess.run(command, env=environment, cwd=tmp_path, timeout=120, check=True)

    with running_sound_server(tmp_path / "server") as server:
        environment = os.environ | server.environment
        environment |= {"SOUNDSCAPE_HOME": str(tmp_path / "home"), "PYTHONPATH": path}
        with server.recorded(tmp_path / "heard.raw"):
            run("start", "quiet", "--headless", "--no-lights")
            time.sleep(2.0)
            run("pause")
            time.sleep(4.5)  # a fade of 3 s, then silence
            run("play")
            time.sleep(2.0)
            run("mute")
            time.sleep(2.5)
            run("play")
            run("next")
            time.sleep(7.5)  # the noise has faded into the planned silence within 4 s
            run("stop", "--fade", "2s")
            time.sleep(3.5)
    heard = np.fromfile(tmp_path / "heard.raw", "<f4")
    heard = heard[: len(heard) // 2 * 2].reshape(-1, 2)
    sounding = np.flatnonzero(heard.any(axis=1))
    session = heard[sounding[0] : sounding[-1] + 1]
    with capsys.disabled():
        sys.stdout.write(f"\nlongest zeros: {1000 * longest_zeros(session) / RATE:.2f} ms\n")
    assert len(session) > 20 * RATE
    assert np.abs(session[-2 * RATE :]).max() < 1e-3, "the planned silence was not reached"
    assert longest_zeros(session) <= 0.010 * RATE
