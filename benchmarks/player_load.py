"""What the player costs while it plays: `python benchmarks/player_load.py [--dummy]`.

CPU of one core and resident memory, from Linux's /proc, of a real session: one MP3 (44.1 kHz, 256
kbit/s) for 20 s, and 20 s within a crossfade of 40 s of two, both being decoded. It plays to
`--output null`; `--dummy` goes through pygame to SDL's dummy driver instead.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import measuring
import numpy as np
from measuring import SCENE, soundscape, tell
from sounds import encode, pink

TICKS = os.sysconf("SC_CLK_TCK")
SECONDS = 20.0
SETTLED = 8.0
"""Seconds of playing before a measurement: the reading ahead is done by then."""


@dataclass(frozen=True)
class Load:
    """CPU in percent of a core; resident memory and its peak in MiB."""

    cpu: float
    resident: float
    peak: float


def make(folder: Path) -> Path:
    """A library with two tracks of two minutes, which cross over 40 s from 1:20 on."""
    measuring.library(
        folder,
        {"track": "40s", "start": "1s", "end": "1s"},
        {"duration": "3m", "loudness": -20, "music": [{"file": "a.mp3"}, {"file": "b.mp3"}]},
    )
    for seed, name in enumerate("ab"):
        sound = np.tile(pink(60, 44_100, seed=seed), (2, 1))
        encode(folder / f"{name}.mp3", sound, 44_100, codec="libmp3lame", bit_rate=256_000)
    return folder


def family(pid: int) -> list[int]:
    """A process and what it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and what it started."""
    ticks = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def memory(pid: int, field: str) -> float:
    """A field of /proc/PID/status in MiB, over a process and what it started."""
    total = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                total += int(line.split()[1])
    return total / 1024


def load(folder: Path, at: str, options: list[str], more: Mapping[str, str]) -> Load:
    """Play from a place of the scene, and measure once it has settled."""
    command = soundscape(folder, "start", SCENE, "--foreground", "--no-lights", "--at", at)
    process = subprocess.Popen(
        [*command, *options],
        env=measuring.environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        time.sleep(SETTLED)
        begin, before = time.monotonic(), cpu_seconds(process.pid)
        time.sleep(SECONDS)
        took = time.monotonic() - begin
        cpu = 100 * (cpu_seconds(process.pid) - before) / took
        return Load(cpu, memory(process.pid, "VmRSS"), memory(process.pid, "VmHWM"))
    finally:
        process.kill()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--dummy", action="store_true", help="through pygame, to its dummy driver")
    dummy = parser.parse_args().dummy
    options = [] if dummy else ["--output", "null"]
    more = {"SDL_AUDIODRIVER": "dummy"} if dummy else {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = make(Path(temporary))
        one = load(folder, "only", options, more)
        both = load(folder, "only+1m18s", options, more)
    tell("one MP3: CPU of a core", f"{one.cpu:.2f} %", "≤ 1.5 %")
    tell("in a crossfade, both decoding: CPU of a core", f"{both.cpu:.2f} %", "≤ 2.4 %")
    for what, measured in (("one MP3", one), ("in a crossfade", both)):
        text = f"{measured.resident:.0f} ({measured.peak:.0f}) MiB"
        tell(f"{what}: memory (peak)", text, "≤ 120 MiB")


if __name__ == "__main__":
    main()
