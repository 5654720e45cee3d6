"""How soon a session sounds: `python benchmarks/start_up.py [--rounds N]`.

From the command `start` to the first sound at the device: SDL's disk driver writes each buffer when
a sound card would play it, and the file is watched for the first frame that is not silent. A scene
of one long MP3 and the shipped `kap-im`, each after a first run that is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import measuring
import numpy as np
from measuring import ROOT, SCENE, soundscape, tell
from sounds import encode, pink

PATIENCE = 20.0
LOOK_EVERY = 0.002


def make(folder: Path) -> Path:
    """A library that plays one MP3 of ten minutes."""
    phase = {"duration": "9m", "loudness": -20, "music": [{"file": "a.mp3"}]}
    measuring.library(folder, {"start": "1s"}, phase)
    sound = np.tile(pink(60, 44_100), (10, 1))
    encode(folder / "a.mp3", sound, 44_100, codec="libmp3lame", bit_rate=256_000)
    return folder


def seconds_to_sound(command: list[str], capture: Path) -> float:
    """Start a session and wait for its first sound."""
    capture.write_bytes(b"")
    home = capture.parent / "home"
    more = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(capture)}
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=measuring.environment(SOUNDSCAPE_HOME=str(home), **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        with capture.open("rb") as file:
            while time.perf_counter() - begin < PATIENCE:
                if any(file.read()):
                    return time.perf_counter() - begin
                time.sleep(LOOK_EVERY)
    finally:
        process.wait()
        measuring.end_session(home)
    raise SystemExit(f"{' '.join(command)}\nmade no sound")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        folder = make(Path(temporary))
        scenes = {"one MP3": (folder, SCENE), "kap-im": (ROOT, "kap-im")}
        for name, (library, scene) in scenes.items():
            command = soundscape(library, "start", scene, "--headless", "--no-lights")
            capture = folder / "live.raw"
            times = [seconds_to_sound(command, capture) for _ in range(rounds + 1)][1:]
            spread = f"{statistics.median(times):.2f} ({min(times):.2f}–{max(times):.2f}) s"
            tell(f"{name}: start to the first sound, median (range)", spread, "≤ 0.8 s")


if __name__ == "__main__":
    main()
