"""Gaps in a live session, as a listener would hear them: `python benchmarks/gaps.py --minutes 60`.

A session plays two files in turn, with crossfades, to a PulseAudio of its own. What its null sink
plays is recorded and compared with what `render` writes of the same scene: each frame that differs
is a fault, and so is each that is missing. Meanwhile loops keep the cores busy, `--stress` loads
memory and disk as well, and `--stops` makes the player stand still at random moments.

The priority is that of the user who runs it: run it as root and as an ordinary user.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import measuring
import numpy as np
from measuring import RATE, Heard, Running
from sound_server import sound_server
from sounds import encode, pink

from soundscape.errors import SoundscapeError

SAME = 1e-6
"""Two frames that differ by no more are one and the same."""
PROBE = 64
"""Frames in a row by which a place is found again."""
LONGEST_BREAK = 30 * RATE
PART = 1 << 20
TRACK = 180.0


@dataclass(frozen=True)
class Break:
    """From planned frame `frame` on: so many frames of it missing, and so many others instead.

    `zeros` of those others are silence.
    """

    frame: int
    missing: int
    others: int
    zeros: int


def make(folder: Path, minutes: float) -> Path:
    """A library that plays pink noise, in which no frame is silent for long."""
    measuring.library(
        folder,
        {"track": "8s", "start": "3s", "end": "3s"},
        {
            "duration": f"{round(60 * minutes)}s",
            "loudness": -24,
            "music": [{"file": "a.flac"}, {"file": "b.mp3"}],
        },
    )
    encode(folder / "a.flac", pink(TRACK, seed=1))
    encode(folder / "b.mp3", pink(TRACK, 44_100, seed=2), 44_100, codec="libmp3lame")
    return folder


@contextmanager
def load(busy: int, *, stress: bool, folder: Path) -> Iterator[None]:
    """So many busy loops per core; with `stress`, memory and disk traffic too."""
    commands = [[sys.executable, "-c", "while True: pass"]] * (busy * (os.cpu_count() or 1))
    if stress:
        commands.append(
            [
                *("stress-ng", "--temp-path", str(folder), "--quiet"),
                *("--vm", "2", "--vm-bytes", "1g", "--hdd", "2", "--hdd-bytes", "512m"),
            ]
        )
    running = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()


def stand_still(pid: int, stops: list[float], times: int, chance: random.Random) -> None:
    """Stop a process at random moments, so many times, for the seconds given in turn."""
    for number in range(times):
        seconds = stops[number % len(stops)]
        time.sleep(chance.uniform(1.0, 2.0) + 20 * seconds)
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)


def follow(session: Running, seconds: float) -> int:
    """Watch the session to its end. Returns the gaps that it counted."""
    counted = 0
    end = time.monotonic() + seconds
    with suppress(SoundscapeError):
        while time.monotonic() < end:
            view = session.client.status()
            counted = view.health.underruns
            if view.state == "ended":
                break
            time.sleep(0.5)
    return counted


def breaks(planned: Heard, heard: Heard) -> list[Break]:
    """Where what was heard is not what was planned; first, the two are lined up."""
    first = int(np.argmax(np.abs(planned[:, 0]) > 1e-3))
    at = _find(heard, planned[first : first + PROBE], 0, len(heard))
    if at is None:
        raise SystemExit("nothing of the session is in the recording")
    found = []
    place = first
    while place < len(planned) and at < len(heard):
        count = min(PART, len(planned) - place, len(heard) - at)
        apart = np.abs(planned[place : place + count] - heard[at : at + count]).max(axis=1) > SAME
        if not apart.any():
            place, at = place + count, at + count
            continue
        same = int(np.argmax(apart))
        place, at = place + same, at + same
        again = _again(planned, heard, place, at)
        if again is None:
            found.append(Break(place, len(planned) - place, len(heard) - at, 0))
            break
        zeros = int((~heard[at : again[1]].any(axis=1)).sum())
        found.append(Break(place, again[0] - place, again[1] - at, zeros))
        place, at = again
    else:
        if place < len(planned) - RATE // 2:  # the end is silent, and the recording may lack some
            found.append(Break(place, len(planned) - place, 0, 0))
    return found


def _again(planned: Heard, heard: Heard, place: int, at: int) -> tuple[int, int] | None:
    """The next place of each from which on the two are the same again."""
    for ahead in range(0, LONGEST_BREAK, 16):
        probe = heard[at + ahead : at + ahead + PROBE]
        if len(probe) < PROBE:
            return None
        if np.abs(probe).max() < 1e-4:
            continue
        begin = max(0, place - RATE)
        same = _find(planned, probe, begin, min(len(planned), place + LONGEST_BREAK))
        if same is not None:
            return same, at + ahead
    return None


def _find(sound: Heard, probe: Heard, begin: int, end: int) -> int | None:
    """Where a probe is in a sound, from one frame to another."""
    for part in range(begin, end, PART):
        piece = sound[part : min(end, part + PART) + PROBE]
        for place in np.flatnonzero(np.abs(piece[:, 0] - probe[0, 0]) <= SAME):
            there = piece[place : place + len(probe)]
            if len(there) == len(probe) and np.abs(there - probe).max() <= SAME:
                return part + int(place)
    return None


def longest_zeros(sound: Heard) -> int:
    """The longest run of frames that are exactly silent, in frames."""
    longest = running = 0
    for part in range(0, len(sound), PART):
        silent = ~sound[part : part + PART].any(axis=1)
        if silent.all():
            running += len(silent)
            longest = max(longest, running)
            continue
        ends = np.flatnonzero(np.diff(np.concatenate([[0], silent.view(np.int8), [0]])))
        runs = ends.reshape(-1, 2)
        if len(runs):
            lengths = runs[:, 1] - runs[:, 0]
            if runs[0, 0] == 0:
                lengths[0] += running
            longest = max(longest, int(lengths.max()))
            running = int(lengths[-1]) if runs[-1, 1] == len(silent) else 0
        else:
            running = 0
    return longest


class Report:
    """Lines to the terminal, and to a file if there is one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def __call__(self, text: str) -> None:
        print(text, flush=True)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(text + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--busy", type=int, default=2, help="busy loops per core")
    parser.add_argument("--stress", action="store_true", help="stress-ng on memory and disk")
    parser.add_argument("--stops", default="", help="milliseconds, as 30,60,120,200")
    parser.add_argument("--times", type=int, default=100, help="how many stops")
    parser.add_argument("--folder", type=Path, help="where the recordings go, and stay")
    parser.add_argument("--report", type=Path, help="a file to append the figures to")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    tell = Report(options.report)
    stops = [float(text) / 1000 for text in options.stops.split(",") if text]
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.rmtree(folder / "home", ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        make(folder, options.minutes)
        tell(f"# {' '.join(sys.argv[1:])}; user {os.getuid()}; {measuring.pygame_version()}")
        planned = measuring.heard_offline(folder)
        home, capture = folder / "home", folder / "heard.raw"
        with ExitStack() as live:
            server = live.enter_context(sound_server(folder))
            live.enter_context(server.recorded(capture))
            session = live.enter_context(
                measuring.session(folder, home, "--no-lights", **server.environment)
            )
            begun, loads = time.monotonic(), os.getloadavg()
            live.enter_context(load(options.busy, stress=options.stress, folder=folder))
            if stops:
                time.sleep(5.0)
                stand_still(session.player, stops, options.times, random.Random(7))  # noqa: S311
                time.sleep(15.0)
                counted = session.client.status().health.underruns
                planned = planned[: round((time.monotonic() - begun - 1.0) * RATE)]
            else:
                counted = follow(session, 60 * options.minutes + 60)
                time.sleep(2.0)
            loads = (*loads, *os.getloadavg())
        heard = np.memmap(capture, dtype="<f4", mode="r")
        report(tell, planned, heard[: len(heard) // 2 * 2].reshape(-1, 2), counted, loads)


def report(
    tell: Report, planned: Heard, heard: Heard, counted: int, loads: tuple[float, ...]
) -> None:
    """Say what was found."""
    found = breaks(planned, heard)
    start = int(np.argmax(np.abs(heard[:, 0]) > 1e-3))
    body = heard[start : start + len(planned) - 2 * RATE]
    tell(f"compared: {len(planned) / RATE:.0f} s; load average {loads[0]:.1f} to {loads[-3]:.1f}")
    tell(f"breaks: {len(found)} (target 0); counted by the session: {counted}")
    tell(f"frames missing: {sum(one.missing for one in found)} (target 0)")
    longest = 1000 / RATE
    tell(
        f"longest run of zeros: {longest_zeros(body) * longest:.1f} ms; "
        f"of the material itself: {longest_zeros(planned[RATE : -RATE or None]) * longest:.1f} ms"
    )
    for one in found:
        tell(
            f"  at {one.frame / RATE:9.3f} s: {one.missing} frames missing, {one.others} others "
            f"instead ({one.others * longest:.0f} ms), {one.zeros} of them zero"
        )


if __name__ == "__main__":
    main()
