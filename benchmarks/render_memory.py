"""Whether a long render needs more memory than a short one: `python benchmarks/render_memory.py`.

Ten minutes and two hours of FLAC files of five minutes, and two hours of files of an hour: the peak
of the whole process, to a 16-bit WAV.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import measuring
import soundfile
from measuring import RATE, SCENE, soundscape, tell
from sounds import pink

MOST = 20.0


def track(path: Path, minutes: int, seed: int) -> dict[str, str]:
    """Write a file minute by minute, so that it may be as long as one likes."""
    minute = pink(60, seed=seed)
    with soundfile.SoundFile(path, "w", RATE, 2, format="FLAC", subtype="PCM_16") as file:
        for _ in range(minutes):
            file.write(minute)
    return {"file": path.name}


def peak(folder: Path, tracks: int, track_minutes: int, minutes: int) -> float:
    """Peak memory in MiB of a render of so many minutes."""
    folder.mkdir()
    playlist = [track(folder / f"{n}.flac", track_minutes, n) for n in range(tracks)]
    phase = {"duration": f"{minutes}m", "music": playlist}
    measuring.library(folder, {"track": "8s", "end": "5s"}, phase)
    out = str(folder / "out.wav")
    return measuring.used(soundscape(folder, "render", SCENE, "-o", out, "--bits", "16")).peak


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--minutes", type=int, default=120, help="of the long render")
    long = parser.parse_args().minutes
    cases = {
        "10 minutes, files of 5": (3, 5, 10),
        f"{long} minutes, files of 5": (long // 5 + 2, 5, long),
        f"{long} minutes, files of {long // 2}": (3, long // 2, long),
    }
    peaks = []
    for name, case in cases.items():
        with tempfile.TemporaryDirectory() as temporary:
            peaks.append(peak(Path(temporary, "library"), *case))
        tell(f"peak memory, {name}", f"{peaks[-1]:.1f} MiB", "≤ 150 MiB")
    tell("the longer ones over the short one", f"{max(peaks[1:]) - peaks[0]:+.1f} MiB", "≤ 20 MiB")


if __name__ == "__main__":
    main()
