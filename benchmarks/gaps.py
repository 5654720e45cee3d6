"""Gaps in a live session, as a listener would hear them: `python benchmarks/gaps.py --minutes 60`.

A session plays two files in turn, with crossfades, to a PulseAudio of its own. What its null sink
plays is recorded and compared with what `render` writes of the same scene: each frame that differs
is a fault, and so is each that is missing. Meanwhile loops keep the cores busy, `--stress` loads
memory and disk as well, and `--stops` makes the player stand still at random moments.

As root, the session has real-time priority; `--user` runs it as an ordinary user, who has none.
The sound server has it for its device, as on desktops. Its main thread has none, and on a busy
machine it is that thread which stands still; `--whole-server` gives it real time too, so that what
is found then is the player's.
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
from pathlib import Path

import measuring
import numpy as np
from measuring import RATE, Heard, Running
from recordings import breaks, longest_zeros
from sound_server import running_sound_server
from sounds import encode, pink

from soundscape.errors import SoundscapeError
from soundscape.ipc.priority import be_served_first, step_back

TRACK = 180.0


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
def stress(folder: Path) -> Iterator[None]:
    """Memory and disk traffic, as long as this lasts."""
    memory = ("--vm", "2", "--vm-bytes", "1g")
    disk = ("--temp-path", str(folder), "--hdd", "2", "--hdd-bytes", "512m")
    process = subprocess.Popen(
        ["stress-ng", "--quiet", *memory, *disk],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def stand_still(
    pid: int, stops: list[float], times: int, chance: random.Random
) -> list[tuple[float, float]]:
    """Stop a process at random moments, so many times, for the seconds given in turn.

    Returns when each stop began and how long it lasted.
    """
    done = []
    for number in range(times):
        seconds = stops[number % len(stops)]
        time.sleep(chance.uniform(1.0, 2.0) + 20 * seconds)
        be_served_first()  # or it would take longer on a busy machine
        begun = time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)
        step_back()
        done.append((begun, time.monotonic() - begun))
    return done


def follow(session: Running, seconds: float) -> int:
    """Watch the session to its end. Returns the gaps that it counted."""
    counted = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and Path(f"/proc/{session.host}").exists():
        with suppress(SoundscapeError):  # a busy host may answer too late: ask again
            view = session.client.status()
            counted = view.health.underruns
            if view.state == "ended":
                break
        time.sleep(0.5)
    return counted


def gaps_counted(session: Running) -> int:
    """The gaps that the session has counted, asked until it answers in time."""
    for _ in range(60):
        with suppress(SoundscapeError):
            return session.client.status().health.underruns
        time.sleep(0.5)
    raise SystemExit("the session does not answer")


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
    parser.add_argument("--user", help="who runs the session; the benchmark itself runs as root")
    parser.add_argument("--whole-server", action="store_true", help="all of it in real time")
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
        tell(f"# {' '.join(sys.argv[1:])}; {measuring.pygame_version()}")
        home, capture = folder / "home", folder / "heard.raw"
        home.mkdir()
        if options.user:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, options.user)
        # From one catalogue: what start measures in a hurry may differ by hundredths of a dB.
        own = {"SOUNDSCAPE_HOME": str(home), "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
        planned = measuring.heard_offline(folder, user=options.user, **own)
        with ExitStack() as live:
            place = Path(live.enter_context(tempfile.TemporaryDirectory()))
            place.chmod(0o755)  # who runs the session finds the socket in it
            server = live.enter_context(running_sound_server(place, options.whole_server))
            live.enter_context(server.recorded(capture))
            session = live.enter_context(
                measuring.session(
                    folder, home, "--no-lights", user=options.user, **server.environment | own
                )
            )
            begun, loads = time.monotonic(), os.getloadavg()
            live.enter_context(measuring.busy(options.busy))
            if options.stress:
                live.enter_context(stress(folder))
            if stops:
                time.sleep(5.0)
                chance = random.Random(7)  # noqa: S311
                for at, lasted in stand_still(session.player, stops, options.times, chance):
                    tell(f"  stopped at {at - begun:.2f} s for {1000 * lasted:.0f} ms")
                time.sleep(15.0)
                counted = gaps_counted(session)
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
