"""Whether a long render needs more memory than a short one.

Ten minutes and two hours of FLAC files of five minutes, and two hours of files of an hour: the peak
of the whole process, to a 16-bit WAV.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import soundfile
from sounds import pink

from benchmarks.figures import Figure
from benchmarks.measuring import RATE, SCENE, Lab, library, soundscape, used


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure all three."""
    long = lab.length(120, 20)
    cases = {
        "10 minutes, files of 5": (3, 5, 10),
        f"{long} minutes, files of 5": (long // 5 + 2, 5, long),
        f"{long} minutes, files of {long // 2}": (3, long // 2, long),
    }
    peaks = []
    for name, case in cases.items():
        peaks.append(peak(lab.folder / str(len(peaks)), *case))
        yield Figure(f"peak memory, {name}", "MiB", [peaks[-1]], goal=120.0)
    yield Figure("the longer ones over the short one", "MiB", [max(peaks[1:]) - peaks[0]], goal=5.0)


def track(path: Path, minutes: int, seed: int) -> dict[str, str]:
    """Write a file minute by minute, so that it may be as long as one likes."""
    minute = pink(60, seed=seed)
    with soundfile.SoundFile(path, "w", RATE, 2, format="FLAC", subtype="PCM_16") as file:
        for _ in range(minutes):
            file.write(minute)
    return {"file": path.name}


def peak(folder: Path, tracks: int, track_minutes: int, minutes: int) -> float:
    """Return the peak memory in MiB of a render of so many minutes."""
    folder.mkdir()
    playlist = [track(folder / f"{n}.flac", track_minutes, n) for n in range(tracks)]
    phase = {"duration": f"{minutes}m", "music": playlist}
    library(folder, {"track": "8s", "end": "5s"}, phase)
    out = folder / "out.wav"
    found = used(soundscape(folder, "render", SCENE, "-o", str(out), "--bits", "16")).peak
    for path in (out, *folder.glob("*.flac")):
        path.unlink()
    return found
