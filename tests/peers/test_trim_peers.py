"""Headphones and speakers on one device of a real sound server, each with its trim, captured."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import program
import pytest
from peers import need
from sound_server import SoundServer, running_sound_server

import soundscape

pytestmark = [
    pytest.mark.peer,
    pytest.mark.waits,
    pytest.mark.skipif(sys.platform != "linux", reason="a sound server of Linux"),
]

SCENE = """
name: Noise
fades: {start: 1s, end: 1s}
phases: {only: {duration: 1h, music: [{generate: noise, duration: 1h}]}}
"""
ROOM = """
audio:
  device: DEVICE
  outputs:
    headphones: {channels: [1, 2]}
    speakers: {channels: [3, 4], trim: -6 dB}
"""
DOWN = 12.0
"""dB a second: the fastest that a trim moves."""


class Session:
    """The program in a library, on a sound server."""

    def __init__(self, folder: Path, server: SoundServer, device: str) -> None:
        for name in ("scenes", "playlists"):
            (folder / name).mkdir(exist_ok=True)
        (folder / "scenes" / "noise.yaml").write_text(SCENE)
        (folder / "room.yaml").write_text(ROOM.replace("DEVICE", device))
        self.folder, self.server = folder, server
        home = {
            "SOUNDSCAPE_HOME": str(folder / "home"),
            "PYTHONPATH": str(Path(soundscape.__file__).parents[1]),
        }
        self.environment = os.environ | server.environment | home

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return program.ran(self.folder, self.environment, *arguments)

    @contextmanager
    def captured(self, path: Path) -> Iterator[None]:
        with self.server.recorded(path):
            done = self.run("start", "noise", "--headless", "--no-lights")
            assert done.returncode == 0, done.stderr
            try:
                yield
            finally:
                self.run("stop", "--fade", "1s")
                time.sleep(3.0)


def ratio(path: Path, channels: int, one: int, other: int) -> np.ndarray:
    """How loud a channel is beside another one with the same sound, in dB, frame by frame.

    Frames in which there is too little to compare are left out.
    """
    sound = np.fromfile(path, np.float32)
    sound = sound[: sound.size // channels * channels].reshape(-1, channels)
    heard = np.abs(sound[:, other]) > 1e-3
    assert np.count_nonzero(heard) > 48_000
    return 20 * np.log10(np.abs(sound[heard, one] / sound[heard, other]))


def test_speakers_play_what_the_headphones_play_but_for_a_trim_that_moves_without_a_click(
    tmp_path: Path,
) -> None:
    recording = tmp_path / "all.raw"
    # The order of the channels is the device's own, whatever the server calls them.
    channels = "front-center,lfe,front-left,front-right"
    with running_sound_server(tmp_path, channels=channels) as server:
        session = Session(tmp_path, server, "Room")
        with session.captured(recording):
            time.sleep(2.0)
            said = session.run("level", "--output", "speakers", "-6").stdout
            assert "speakers at -12 dB" in said
            time.sleep(2.5)
            raised = session.run("level", "--output", "speakers", "2")
            assert "speakers at -10 dB" in raised.stdout
            status = json.loads(session.run("status", "--json").stdout)
            assert status["outputs"] == {"headphones": 0.0, "speakers": -10.0}
            time.sleep(3.0)
    for speaker, headphone in ((2, 0), (3, 1)):
        away = ratio(recording, 4, speaker, headphone)
        assert away[0] == pytest.approx(-6.0, abs=0.001)
        assert away.min() == pytest.approx(-12.0, abs=0.001)
        assert away[-1] == pytest.approx(-10.0, abs=0.001)
        # Equal to the sample but for a gain that never steps. A recorder on a busy machine loses
        # some hundred frames now and then, in which the gain goes on; a snap would be 6 dB.
        steps = np.diff(away)
        assert np.abs(steps).max() < 0.5
        assert np.quantile(np.abs(steps[steps != 0]), 0.99) < DOWN / 48_000 * 3


def test_a_server_that_would_mix_the_outputs_is_refused_with_the_command_that_helps(
    tmp_path: Path,
) -> None:
    recording = tmp_path / "aux.raw"
    channels = "aux0,aux1,aux2,aux3"
    with running_sound_server(tmp_path, channels=channels) as server:
        session = Session(tmp_path, server, "Room")
        refused = session.run("start", "noise", "--headless", "--no-lights")
        assert refused.returncode == 1
        assert "would mix the channels of 'Room'" in refused.stderr
        (command,) = re.findall(r"pactl (.*) and write", refused.stderr)
        subprocess.run(
            [need("pactl"), *command.split()], env=session.environment, check=True, timeout=20
        )
        session = Session(tmp_path, server, "Soundscape")
        with session.captured(recording):
            time.sleep(3.0)
    away = ratio(recording, 4, 2, 0)
    assert away.min() == pytest.approx(-6.0, abs=0.001)
    assert away.max() == pytest.approx(-6.0, abs=0.001)
