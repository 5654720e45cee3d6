"""`plan` and `check` of a scene on libraries of 10 to 100,000 tracks that are all measured.

The playlist names a folder. Once each file was looked at (the system has it in its cache).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, Plot
from benchmarks.measuring import Lab, used
from soundscape.library.measure.catalogue import Catalogue, stamp_of
from soundscape.library.user_dirs import cache_folder
from soundscape.media.types import Measured, Probe

SCENE = "phases: {peak: {duration: 30m, music: {playlist: all, order: shuffle}}}\n"
SIZES = (10, 100, 1_000, 10_000, 100_000)
GOAL = 5.0


def figures(lab: Lab) -> Iterator[Figure | Plot]:
    """Time both commands for each size."""
    sizes = SIZES[: lab.length(len(SIZES), 3)]
    walls: dict[str, list[float]] = {"plan": [], "check": []}
    for size in sizes:
        folder = lab.folder / str(size)
        make(folder, size)
        for command, least in walls.items():
            line = [sys.executable, "-m", "soundscape", command, "x", "--library", str(folder)]
            used(line)  # the first one is not counted
            several = [used(line) for _ in range(lab.rounds)]
            wall, cpu = ([getattr(one, of) for one in several] for of in ("wall", "cpu"))
            least.append(min(cpu))
            yield Figure(f"{command}, {size} tracks: wall", "s", wall, goal=GOAL)
            yield Figure(f"{command}, {size} tracks: CPU", "s", cpu)
            yield Figure(f"{command}, {size} tracks: memory", "MiB", [one.peak for one in several])
    lines = {name: (sizes, seconds) for name, seconds in walls.items()}
    yield Plot("Plan and check by the size of the library", "tracks", "CPU seconds", lines, "xy")


def make(folder: Path, size: int) -> None:
    """Make a library of so many files, all of them measured."""
    for name in ("scenes", "playlists", "music"):
        (folder / name).mkdir(parents=True)
    (folder / "scenes/x.yaml").write_text(SCENE)
    (folder / "playlists/all.yaml").write_text("tracks: [{folder: music}]\n")
    frames = 240 * 48_000
    curve = np.random.default_rng(0).normal(-2000, 100, 2400).astype(np.int16)
    probe = Probe(frames, title="A title", artist="An artist", decoded_frames=frames)
    known = Measured(probe, -20.0, -3.0, 6.0, -17.0, 0, frames, curve)
    with Catalogue(cache_folder(os.environ), print) as catalogue:
        for number in range(size):
            file = folder / f"music/{number}.flac"
            file.write_bytes(b"x")
            catalogue.put(file, stamp_of(file), known)
