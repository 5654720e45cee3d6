"""How soon a session sounds after `start`, over a floor of the same run.

The floor is a Python that imports numpy, av and pygame, opens the device and plays one block. SDL's
disk driver writes each buffer when a sound card would play it; the file is watched for the first
frame that is not silent. A scene of one long MP3, and the shipped `kap-im`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sounds import encode, pink

from benchmarks import ROOT
from benchmarks.figures import CannotRun, Figure
from benchmarks.measuring import SCENE, Lab, end_session, environment, library, run, soundscape

PATIENCE = 20.0
LOOK_EVERY = 0.002
GOALS = {"one MP3": 1.3, "kap-im": 1.5}
FLOOR = """
import time, numpy, av, pygame
pygame.mixer.init(48000, 32, 2, 1024, allowedchanges=0)
pygame.mixer.Channel(0).play(pygame.mixer.Sound(numpy.full((4096, 2), 0.1, numpy.float32)))
time.sleep(0.5)
"""


def figures(lab: Lab) -> Iterator[Figure]:
    """Start each in turn, all files measured; a first start, which fills caches, is not counted."""
    make(lab.folder)
    run(soundscape(lab.folder, "scan"), SOUNDSCAPE_HOME=str(lab.home))
    commands = {
        "floor": [sys.executable, "-c", FLOOR],
        "one MP3": start(lab.folder, SCENE),
        "kap-im": start(ROOT, "kap-im"),
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(lab.rounds + 1):
        for name, command in commands.items():
            found[name].append(seconds_to_sound(lab, command))
    floor = {"floor": found.pop("floor")[1:]}
    for name, times in found.items():
        yield Figure(
            f"{name}: start to the first sound", "s", times[1:], floor, GOALS[name], "floor"
        )


def make(folder: Path) -> Path:
    """Make a library that plays one MP3 of ten minutes."""
    phase = {"duration": "9m", "loudness": -20, "music": [{"file": "a.mp3"}]}
    library(folder, {"start": "1s"}, phase)
    sound = np.tile(pink(60, 44_100), (10, 1))
    encode(folder / "a.mp3", sound, 44_100, codec="libmp3lame", bit_rate=256_000)
    return folder


def start(folder: Path, scene: str) -> list[str]:
    """Return the command that starts a scene."""
    return soundscape(folder, "start", scene, "--headless", "--no-lights")


def seconds_to_sound(lab: Lab, command: list[str]) -> float:
    """Start a session, or the floor, and wait for its first sound."""
    capture = lab.folder / "live.raw"
    capture.write_bytes(b"")
    more = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(capture)}
    own = environment(SOUNDSCAPE_HOME=str(lab.home), PYGAME_HIDE_SUPPORT_PROMPT="1", **more)
    begin = time.perf_counter()
    silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    process = subprocess.Popen(command, env=own, **silent)
    try:
        with capture.open("rb") as file:
            while time.perf_counter() - begin < PATIENCE:
                if any(file.read()):
                    return time.perf_counter() - begin
                time.sleep(LOOK_EVERY)
    finally:
        process.wait()
        end_session(lab.home)
    raise CannotRun(f"{' '.join(command)} made no sound")
