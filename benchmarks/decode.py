"""Decoding to 48 kHz stereo float, beside `ffmpeg -i FILE -f null -`: speed, CPU time, memory.

    python benchmarks/decode.py [--lab DIR] [--minutes 10] [--runs 3] [--long]

Without --lab the files (six formats, pink noise and a tone) are made in a temporary folder. Each
run is a process of its own, ours and ffmpeg's in turn; the table has medians. CPU is user and
system time, memory the largest resident set, both with Python's start. `--long` adds an hour of
FLAC and MP3, whose memory should be that of ten minutes.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import RATE, Used, used
from sounds import encode, pink, tone

from soundscape.media.decoder import FileDecoder

LAB = {
    "t1.mp3": (44_100, {"codec": "libmp3lame", "bit_rate": 256_000}),
    "t2.flac": (44_100, {"codec": "flac", "sample_format": "s16"}),
    "t3.m4a": (44_100, {"codec": "aac", "bit_rate": 192_000}),
    "t4.opus": (48_000, {"codec": "libopus", "bit_rate": 160_000}),
    "t5.wav": (44_100, {"codec": "pcm_s16le"}),
    "t6.ogg": (44_100, {"codec": "vorbis"}),
}
LONG = {"long.flac": LAB["t2.flac"], "long.mp3": LAB["t1.mp3"]}
BLOCK = 8192


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lab", type=Path, help="a folder with t1.mp3 … t6.ogg")
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(decode(options.one))
        return
    names = [*LAB, *(LONG if options.long else ())]
    with tempfile.TemporaryDirectory() as folder:
        lab = options.lab or made(Path(folder), options.minutes, names)
        table([lab / name for name in names], options.runs)


def decode(path: Path) -> int:
    """Decode a file; the number of its frames."""
    decoder = FileDecoder(str(path))
    frames = 0
    while count := len(decoder.read(BLOCK)):
        frames += count
    if decoder.fault:
        sys.exit(f"{path}: {decoder.fault}")
    decoder.close()
    return frames


def made(folder: Path, minutes: int, names: list[str]) -> Path:
    """Write the material."""
    for name in names:
        rate, how = {**LAB, **LONG}[name]
        minute = pink(60, rate) + tone(60, rate, 220, 0.1)
        times = 60 if name in LONG else minutes
        encode(folder / name, np.tile(minute, (times, 1)), rate, **how)
    return folder


def table(paths: list[Path], runs: int) -> None:
    """Measure and print."""
    print(f"{'file':10} {'who':8} {'x real time':>12} {'CPU s':>7} {'MiB':>6} {'CPU ratio':>10}")
    sums: dict[str, float] = {}
    for path in paths:
        seconds = decode(path) / RATE
        found = measured(path, runs)
        for who, several in found.items():
            wall, cpu, peak = (
                statistics.median(getattr(one, what) for one in several)
                for what in ("wall", "cpu", "peak")
            )
            sums[who] = sums.get(who, 0) + cpu
            pairs = zip(several, found.get("ffmpeg", []), strict=False)
            ratios = [one.cpu / theirs.cpu for one, theirs in pairs]
            ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
            print(
                f"{path.name:10} {who:8} {seconds / wall:12.0f} {cpu:7.2f} {peak:6.0f} {ratio:>10}"
            )
    print("CPU seconds in all:", ", ".join(f"{who} {cpu:.2f}" for who, cpu in sums.items()))


def measured(path: Path, runs: int) -> dict[str, list[Used]]:
    """Run ours and, where it is installed, ffmpeg in turn."""
    commands = {"ours": [sys.executable, __file__, "--one", str(path)]}
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg:
        to_float = "aresample=48000,aformat=sample_fmts=flt:channel_layouts=stereo"
        quiet = [ffmpeg, "-nostdin", "-v", "error", "-i", str(path)]
        commands["ffmpeg"] = [*quiet, "-vn", "-af", to_float, "-f", "null", "-"]
    found: dict[str, list[Used]] = {who: [] for who in commands}
    for _ in range(runs):
        for who, command in commands.items():
            found[who].append(used(command))
    return found


if __name__ == "__main__":
    main()
