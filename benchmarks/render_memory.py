"""Whether a session of three hours needs more memory than its first ten minutes.

FLAC files of five minutes, and one of five before files of an hour, so that there is a join in the
first ten minutes too: rendered to a 16-bit WAV, with the resident memory of the process while it
renders, from Linux's /proc.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import soundfile
from sounds import pink

from benchmarks.figures import CannotRun, Figure, Plot
from benchmarks.measuring import RATE, SCENE, Lab, environment, library, resident, soundscape

LOOK_EVERY = 0.02
FIRST = 10.0
"""Minutes that the rest is compared with."""
MINUTE = 60 * RATE * 4
"""Bytes of a minute in the WAV."""

Line = tuple[list[float], list[float]]
"""Minutes of the session that were rendered, and the memory (MiB) then."""


def figures(lab: Lab) -> Iterator[Figure | Plot]:
    """Measure both."""
    hours = lab.length(3, 1)
    cases = {"files of 5 minutes": [5] * (12 * hours + 2), "files of an hour": [5, *[60] * hours]}
    lines: dict[str, Line] = {}
    for name, minutes in cases.items():
        lines[name] = rendered(lab.folder / str(len(lines)), minutes, 60 * hours)
        before = [memory for at, memory in zip(*lines[name], strict=True) if at <= FIRST]
        growth = max(lines[name][1]) - max(before)
        yield Figure(f"peak memory, {name}", "MiB", [max(lines[name][1])], goal=120.0)
        yield Figure(f"growth after {FIRST:g} minutes, {name}", "MiB", [growth], goal=5.0)
    yield Plot(f"Memory of a session of {hours} h", "minutes", "MiB", lines)


def track(path: Path, minutes: int, seed: int) -> dict[str, str]:
    """Write a file minute by minute, so that it may be as long as one likes."""
    minute = pink(60, seed=seed)
    with soundfile.SoundFile(path, "w", RATE, 2, format="FLAC", subtype="PCM_16") as file:
        for _ in range(minutes):
            file.write(minute)
    return {"file": path.name}


def rendered(folder: Path, tracks: list[int], minutes: int) -> Line:
    """Return the memory of a render of so many minutes, of tracks of so many, as it goes on."""
    folder.mkdir()
    playlist = [track(folder / f"{n}.flac", length, n) for n, length in enumerate(tracks)]
    phase = {"duration": f"{minutes}m", "music": playlist}
    library(folder, {"track": "8s", "end": "5s"}, phase)
    out = folder / "out.wav"
    line = watched(soundscape(folder, "render", SCENE, "-o", str(out), "--bits", "16"), out)
    for path in (out, *folder.glob("*.flac")):
        path.unlink()
    return line


def watched(command: list[str], out: Path) -> Line:
    """Run a render to its end, and note its memory all the while."""
    line: Line = ([0.0], [0.0])
    process = subprocess.Popen(
        command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None:
        memory = resident(process.pid)
        written = sum(part.stat().st_size for part in out.parent.glob(f"{out.name}.*.part"))
        if memory and written / MINUTE > line[0][-1]:
            line[0].append(written / MINUTE)
            line[1].append(memory)
        time.sleep(LOOK_EVERY)
    _, said = process.communicate()
    if process.returncode:
        raise CannotRun(f"{' '.join(command)} failed: {said}")
    return line[0][1:], line[1][1:]
