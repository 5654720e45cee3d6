"""What the player costs while it plays: `python benchmarks/player_load.py [--dummy]`.

CPU of one core and resident memory, from Linux's /proc, of a real session: one MP3 (44.1 kHz, 256
kbit/s) for 20 s, and 20 s within a crossfade of 40 s of two, both being decoded. It plays to
`--output null`; `--dummy` goes through pygame to SDL's dummy driver instead.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import measuring
import numpy as np
from measuring import tell
from sounds import encode, pink

TICKS = os.sysconf("SC_CLK_TCK")
SECONDS = 20.0
SETTLED = 15.0
"""Seconds of playing before a measurement: the reading ahead is done by then."""


@dataclass(frozen=True)
class Load:
    """CPU of player and host in percent of a core; memory of the player, and of all, in MiB."""

    player: float
    host: float
    resident: float
    all: float


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


def cpu_seconds(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def proportional(pids: list[int]) -> float:
    """Resident memory in MiB, pages that several share counted once."""
    total = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # the background scan ends by itself
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def resident(pid: int) -> float:
    """Resident memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def load(folder: Path, at: str, options: list[str], more: Mapping[str, str]) -> Load:
    """Play from a place of the scene, and measure once it has settled."""
    home = folder / "home"
    with measuring.session(folder, home, "--no-lights", "--at", at, *options, **more) as session:
        time.sleep(SETTLED)
        pids = {"player": session.player, "host": session.host}
        begin = time.perf_counter()
        before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        time.sleep(SECONDS)
        took = time.perf_counter() - begin
        cpu = {name: 100 * (cpu_seconds(pid) - before[name]) / took for name, pid in pids.items()}
        everything = measuring.family(session.host)
        return Load(cpu["player"], cpu["host"], resident(session.player), proportional(everything))


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
    tell("one MP3: the player's CPU of a core", f"{one.player:.2f} %", "≤ 1.5 %")
    tell("in a crossfade, both decoding", f"{both.player:.2f} %", "≤ 2.4 %")
    tell("the host's", f"{one.host:.2f} %", "-")
    for what, measured in (("one MP3", one), ("in a crossfade", both)):
        tell(f"{what}: the player's memory", f"{measured.resident:.0f} MiB", "≤ 120 MiB")
        tell(f"{what}: all processes, shared pages once", f"{measured.all:.0f} MiB", "≤ 220 MiB")


if __name__ == "__main__":
    main()
