"""CPU time of the loudness scan with true peak, beside `ffmpeg -af ebur128=peak=true`.

One file at a time, Python's start counted; then a library of twelve files on all cores.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import numpy as np
from sounds import encode, pink, tone

from benchmarks.decode import FORMATS
from benchmarks.figures import Figure
from benchmarks.measuring import Lab, compared, in_turn, needs, used

KINDS = ("FLAC", "MP3", "WAV", "Opus")
COPIES = 3
"""How often each file is in the library that is scanned whole."""
ONE = "import sys; from soundscape.media.measure import measure; measure(sys.argv[1])"


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure files one by one, and all at once."""
    ffmpeg = needs("ffmpeg")
    files = {}
    sums = [0.0] * lab.rounds
    for kind in KINDS:
        name, rate, how = FORMATS[kind]
        minute = pink(60, rate) + tone(60, rate, 220, 0.1)
        files[kind] = encode(
            lab.folder / name, np.tile(minute, (lab.length(10, 1), 1)), rate, **how
        )
        quiet = [ffmpeg, "-nostdin", "-nostats", "-loglevel", "error", "-i", str(files[kind])]
        meter = [*quiet, "-vn", "-af", "ebur128=peak=true", "-f", "null", "-"]
        commands = {"ours": [sys.executable, "-c", ONE, str(files[kind])], "ffmpeg": meter}
        found = in_turn(lab.rounds, commands)
        yield compared(f"{kind}: CPU", "s", "cpu", found, 0.9, "ffmpeg")
        sums = [sum_ + COPIES * one.cpu for sum_, one in zip(sums, found["ffmpeg"], strict=True)]
    copies = [lab.folder / f"{n} {file.name}" for n in range(COPIES) for file in files.values()]
    for number, copy in enumerate(copies):
        os.link(list(files.values())[number % len(files)], copy)
    command = [sys.executable, "-m", "soundscape", "scan", *map(str, copies)]
    whole = []
    for _ in range(lab.rounds):
        shutil.rmtree(lab.home, ignore_errors=True)  # what is measured already is skipped
        whole.append(used(command).cpu)
    yield Figure(f"{len(copies)} files: CPU", "s", whole, {"ffmpeg": sums}, 0.9, "ffmpeg")
