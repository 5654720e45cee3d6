"""What a session costs while it plays, beside mpv, MPD and pygame's mixer in the same seconds.

CPU of one core and memory, from Linux's /proc, of one MP3 (44.1 kHz, 256 kbit/s) for 20 s, and of
20 s within a crossfade of two, both being decoded. mpv has no crossfade: a pair of them plays. All
play to a null output, and nobody watches the session.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import numpy as np
from sounds import encode, pink

from benchmarks.figures import Figure
from benchmarks.measuring import Lab, family, library, session
from benchmarks.players import PLAYERS

TICKS = os.sysconf("SC_CLK_TCK")
SETTLED = 15.0
"""Seconds of playing before a measurement: the reading ahead is done by then."""
PLACES = {"one MP3": ("only", ("a.mp3",)), "in a crossfade": ("only+1m18s", ("a.mp3", "b.mp3"))}
"""Where the session begins, and what the others play meanwhile."""
WORDS = {"player": "the player's", "all": "all processes'"}


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure all of them."""
    make(lab.folder)
    for place, (at, files) in PLACES.items():
        paths = [lab.folder / name for name in files]
        rounds = [load(lab, at, paths) for _ in range(lab.rounds)]
        for what, goal, most in (("player", 1.0, 120), ("all", 2.0, 220)):
            ours = [one[what] for one in rounds]
            peers = {name: [one[name] for one in rounds] for name in PLAYERS}
            cpu = {name: [one.cpu for one in each] for name, each in peers.items()}
            yield Figure(
                f"{place}: {WORDS[what]} CPU", "%", [one.cpu for one in ours], cpu, goal, "mpv"
            )
            memory = {name: [one.memory for one in each] for name, each in peers.items()}
            yield Figure(
                f"{place}: {WORDS[what]} memory", "MiB", [one.memory for one in ours], memory, most
            )


class Load:
    """CPU in percent of a core; memory in MiB, pages that several share counted once.

    A process that ends meanwhile does not count.
    """

    def __init__(self, pids: Sequence[int]) -> None:
        self._begin = time.perf_counter()
        self._before = {pid: cpu_seconds(pid) for pid in pids}
        self.cpu = self.memory = 0.0

    def end(self) -> None:
        """Measure what was used since the beginning."""
        took = time.perf_counter() - self._begin
        used = (max(0.0, cpu_seconds(pid) - before) for pid, before in self._before.items())
        self.cpu = 100 * sum(used) / took
        self.memory = sum(map(proportional, self._before))


def make(folder: Path) -> Path:
    """Make a library with two tracks of two minutes, which cross over 40 s from 1:20 on."""
    library(
        folder,
        {"track": "40s", "start": "1s", "end": "1s"},
        {"duration": "3m", "loudness": -20, "music": [{"file": "a.mp3"}, {"file": "b.mp3"}]},
    )
    for seed, name in enumerate("ab"):
        sound = np.tile(pink(60, 44_100, seed=seed), (2, 1))
        encode(folder / f"{name}.mp3", sound, 44_100, codec="libmp3lame", bit_rate=256_000)
    return folder


def load(lab: Lab, at: str, paths: Sequence[Path]) -> dict[str, Load]:
    """Play from a place of the scene, and measure all once it has settled."""
    with ExitStack() as stack:
        options = ("--no-lights", "--at", at, "--output", "null")
        ours = stack.enter_context(session(lab.folder, lab.home, *options))
        theirs = {
            name: stack.enter_context(player(paths, lab.folder / name))
            for name, player in PLAYERS.items()
        }
        time.sleep(SETTLED)
        loads = {"player": Load([ours.player]), "all": Load(family(ours.host))}
        loads |= {name: Load(pids) for name, pids in theirs.items()}
        time.sleep(lab.length(20, 5))
        for one in loads.values():
            one.end()
    return loads


def cpu_seconds(pid: int) -> float:
    """Return the user and system time of a process; 0 once it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    return 0.0


def proportional(pid: int) -> float:
    """Return the resident memory in MiB of a process, shared pages in proportion."""
    with suppress(FileNotFoundError, ProcessLookupError):  # the background scan ends by itself
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
