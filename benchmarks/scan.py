"""The loudness scan beside `ffmpeg -af ebur128=peak=true`; a large library with a warm catalogue.

    python benchmarks/scan.py [--minutes 10] [--runs 3]
    python benchmarks/scan.py --warm [--tracks 10000]

CPU is user and system time of one file's measurement, with Python's start; for the whole scan that
of all its processes, beside its wall time. `--warm` times `plan` and `check` of a scene on a folder
of tracks that are all known.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import used
from sounds import encode, pink, tone

from soundscape.library.measure.catalogue import Catalogue, stamp_of
from soundscape.library.user_dirs import cache_folder
from soundscape.media.types import Measured, Probe

MATERIAL = {
    "one.flac": (44_100, {"codec": "flac", "sample_format": "s16"}),
    "two.mp3": (44_100, {"codec": "libmp3lame", "bit_rate": 256_000}),
    "three.wav": (48_000, {"codec": "pcm_s16le"}),
    "four.opus": (48_000, {"codec": "libopus", "bit_rate": 160_000}),
}
COPIES = 3
"""How often each file is in the library that is scanned whole."""
ONE = "import sys; from soundscape.media.measure import measure; measure(sys.argv[1])"
SCENE = "phases: {peak: {duration: 30m, music: {playlist: all, order: shuffle}}}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--warm", action="store_true")
    parser.add_argument("--tracks", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOUNDSCAPE_HOME"] = f"{folder}/home"
        if options.warm:
            warm(Path(folder), options.tracks, options.runs)
        else:
            cold(Path(folder), options.minutes, options.runs)


def cold(folder: Path, minutes: int, runs: int) -> None:
    """Measure files one by one, beside ffmpeg, and all at once."""
    files = []
    for name, (rate, how) in MATERIAL.items():
        minute = pink(60, rate) + tone(60, rate, 220, 0.1)
        files.append(encode(folder / name, np.tile(minute, (minutes, 1)), rate, **how))
    ffmpeg = shutil.which("ffmpeg")
    meter_all = 0.0
    print(f"{'file':12} {'ours CPU s':>11} {'ffmpeg':>8} {'ratio':>6} {'x real time':>12}")
    for file in files:
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(used([sys.executable, "-c", ONE, str(file)]).cpu)
            if ffmpeg:
                quiet = [ffmpeg, "-nostdin", "-nostats", "-loglevel", "error", "-i", str(file)]
                meter = ["-vn", "-af", "ebur128=peak=true", "-f", "null", "-"]
                theirs.append(used([*quiet, *meter]).cpu)
        mine = statistics.median(ours)
        other = statistics.median(theirs) if theirs else float("nan")
        speed = minutes * 60 / mine
        print(f"{file.name:12} {mine:11.2f} {other:8.2f} {mine / other:6.2f} {speed:12.0f}")
        meter_all += COPIES * other
    copies = [folder / f"{number} {file.name}" for number in range(COPIES) for file in files]
    for number, copy in enumerate(copies):
        os.link(files[number % len(files)], copy)
    whole = used([sys.executable, "-m", "soundscape", "scan", *map(str, copies)])
    print(
        f"scan of {len(copies)} files: {whole.wall:.1f} s on {os.cpu_count()} cores, "
        f"{whole.cpu:.1f} CPU s, {whole.cpu / meter_all:.2f} of ffmpeg's"
    )


def warm(folder: Path, tracks: int, runs: int) -> None:
    """Time `plan` and `check` with everything known."""
    for name in ("scenes", "playlists", "music"):
        (folder / name).mkdir()
    (folder / "scenes/x.yaml").write_text(SCENE)
    (folder / "playlists/all.yaml").write_text("tracks: [{folder: music}]\n")
    frames = 240 * 48_000
    curve = np.random.default_rng(0).normal(-2000, 100, 2400).astype(np.int16)
    probe = Probe(frames, title="A title", artist="An artist", decoded_frames=frames)
    known = Measured(probe, -20.0, -3.0, 6.0, -17.0, 0, frames, curve)
    with Catalogue(cache_folder(os.environ), print) as catalogue:
        for number in range(tracks):
            file = folder / f"music/{number}.flac"
            file.write_bytes(b"x")
            catalogue.put(file, stamp_of(file), known)
    for command in ("plan", "check"):
        line = [sys.executable, "-m", "soundscape", command, "x", "--library", str(folder)]
        several = [used(line) for _ in range(runs)]
        wall, cpu = (
            statistics.median(getattr(one, what) for one in several) for what in ("wall", "cpu")
        )
        print(f"{command} of {tracks} tracks: {wall:.2f} s, {cpu:.2f} CPU s")


if __name__ == "__main__":
    main()
