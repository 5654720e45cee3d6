"""Whether a long session needs more memory than a short one.

Ten minutes and three hours of FLAC files of five minutes, and three hours of files of an hour,
rendered to a 16-bit WAV: the resident memory of the process while it renders, from Linux's /proc.
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

LOOK_EVERY = 0.1
MINUTE = 60 * RATE * 4
"""Bytes of a minute in the WAV."""

Line = tuple[list[float], list[float]]
"""Minutes of the session that were rendered, and the memory (MiB) then."""


def figures(lab: Lab) -> Iterator[Figure | Plot]:
    """Measure all three."""
    long = lab.length(180, 20)
    cases = {
        "10 minutes, files of 5": (3, 5, 10),
        f"{long} minutes, files of 5": (long // 5 + 2, 5, long),
        f"{long} minutes, files of {long // 3}": (4, long // 3, long),
    }
    lines: dict[str, Line] = {}
    for name, case in cases.items():
        lines[name] = rendered(lab.folder / str(len(lines)), *case)
        yield Figure(f"peak memory, {name}", "MiB", [max(lines[name][1])], goal=120.0)
    short, *others = (max(line[1]) for line in lines.values())
    yield Figure("the longer ones over the short one", "MiB", [max(others) - short], goal=5.0)
    yield Plot("Memory of a session of hours", "minutes", "MiB", lines)


def track(path: Path, minutes: int, seed: int) -> dict[str, str]:
    """Write a file minute by minute, so that it may be as long as one likes."""
    minute = pink(60, seed=seed)
    with soundfile.SoundFile(path, "w", RATE, 2, format="FLAC", subtype="PCM_16") as file:
        for _ in range(minutes):
            file.write(minute)
    return {"file": path.name}


def rendered(folder: Path, tracks: int, track_minutes: int, minutes: int) -> Line:
    """Return the memory of a render of so many minutes, as it goes on."""
    folder.mkdir()
    playlist = [track(folder / f"{n}.flac", track_minutes, n) for n in range(tracks)]
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
