"""Gaps in a live session, as a listener would hear them.

A session plays two files in turn, with crossfades, to a PulseAudio of its own. What its null sink
plays is recorded and compared with what `render` writes of the same scene: each frame that differs
is a fault, and so is each that is missing. Meanwhile two loops keep each core busy; then the player
is made to stand still 100 times for up to 200 ms. `python -m benchmarks.gaps` takes cases of one's
own: `--help`.

As root, the session has real-time priority. So has the thread of the sound server that feeds its
device, but not the server's main thread, and on a busy machine it is that one which stands still.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from recordings import breaks
from sound_server import running_sound_server
from sounds import encode, pink

from benchmarks import measuring
from benchmarks.figures import CannotRun, Figure
from benchmarks.measuring import RATE, Heard, Lab, Running, needs
from soundscape.errors import SoundscapeError
from soundscape.ipc.priority import be_served_first, step_back

TRACK = 180.0
BUSY = 2
"""Loops for each core that never wait."""
STOPS = (0.03, 0.06, 0.12, 0.2)


@dataclass(frozen=True)
class Case:
    """A session of some minutes, what else the machine does meanwhile, and who runs it.

    `stops`: how often the player is stopped. `whole_server`: the sound server's main thread has
    real-time priority too, so that what is found then is the player's.
    """

    minutes: float
    busy: int = 0
    stress: bool = False
    stops: int = 0
    user: str | None = None
    whole_server: bool = False


def figures(lab: Lab) -> Iterator[Figure]:
    """Count gaps beside busy loops, and while the player is stopped."""
    needs("pulseaudio")
    minutes, times = lab.length(60, 1), lab.length(100, 8)
    beside = f"{minutes} min beside {BUSY} busy loops a core"
    yield from counted(beside, lab, Case(minutes, busy=BUSY))
    yield from counted(f"{times} stops of up to 200 ms", lab, Case(minutes, stops=times))


def counted(name: str, lab: Lab, case: Case) -> Iterator[Figure]:
    """Play, record and compare."""
    make(lab.folder, case.minutes)
    lab.home.mkdir(exist_ok=True)
    if case.user:
        for path in (lab.folder, *lab.folder.rglob("*")):
            shutil.chown(path, case.user)
    planned, heard, gaps = played(lab, case)
    found = breaks(planned, heard)
    yield Figure(f"{name}: breaks", "", [len(found)], goal=0)
    yield Figure(f"{name}: frames missing", "", [sum(one.missing for one in found)], goal=0)
    longest = 1000 * max((one.others for one in found), default=0) / RATE
    yield Figure(f"{name}: longest break", "ms", [longest])
    yield Figure(f"{name}: gaps by the session's own count", "", [gaps])


def played(lab: Lab, case: Case) -> tuple[Heard, Heard, int]:
    """Return what was planned, what was recorded, and the gaps that the session counted."""
    capture = lab.folder / "heard.raw"
    # From one catalogue: what start measures in a hurry may differ by hundredths of a dB.
    own = {name: str(lab.home) for name in ("SOUNDSCAPE_HOME", "HOME", "XDG_RUNTIME_DIR")}
    planned = measuring.heard_offline(lab.folder, user=case.user, **own)
    with ExitStack() as live:
        place = Path(live.enter_context(tempfile.TemporaryDirectory()))
        place.chmod(0o755)  # who runs the session finds the socket in it
        server = live.enter_context(running_sound_server(place, case.whole_server))
        live.enter_context(server.recorded(capture))
        own |= server.environment
        session = live.enter_context(
            measuring.session(lab.folder, lab.home, "--no-lights", user=case.user, **own)
        )
        begun = time.monotonic()
        live.enter_context(measuring.busy(case.busy))
        if case.stress:
            live.enter_context(stress(lab.folder))
        if case.stops:
            time.sleep(5.0)
            stand_still(session.player, case.stops, random.Random(7))  # noqa: S311
            time.sleep(15.0)
            gaps = gaps_counted(session)
            planned = planned[: round((time.monotonic() - begun - 1.0) * RATE)]
        else:
            gaps = follow(session, 60 * case.minutes + 60)
            time.sleep(2.0)
    recorded = np.fromfile(capture, dtype="<f4")
    return planned, recorded[: len(recorded) // 2 * 2].reshape(-1, 2), gaps


def make(folder: Path, minutes: float) -> Path:
    """Make a library that plays pink noise, in which no frame is silent for long."""
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


def stand_still(pid: int, times: int, chance: random.Random) -> None:
    """Stop a process so many times at random moments."""
    for number in range(times):
        seconds = STOPS[number % len(STOPS)]
        time.sleep(chance.uniform(1.0, 2.0) + 20 * seconds)
        be_served_first()  # or it would take longer on a busy machine
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)
        step_back()


def follow(session: Running, seconds: float) -> int:
    """Watch the session to its end. Return the gaps that it counted."""
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
    """Return the gaps that the session has counted, asked until it answers in time."""
    for _ in range(60):
        with suppress(SoundscapeError):
            return session.client.status().health.underruns
        time.sleep(0.5)
    raise CannotRun("the session does not answer")


def main() -> None:
    """Measure one case of one's own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gaps", description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--busy", type=int, default=BUSY, help="busy loops per core")
    parser.add_argument("--stress", action="store_true", help="stress-ng on memory and disk")
    parser.add_argument("--stops", type=int, default=0, help="how often the player is stopped")
    parser.add_argument("--user", help="who runs the session; the benchmark itself runs as root")
    parser.add_argument("--whole-server", action="store_true", help="all of it in real time")
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder), 1, quick=False)
        for figure in counted("gaps", lab, Case(**vars(parser.parse_args()))):
            print(" | ".join(cell for cell in figure.row() if cell), flush=True)


if __name__ == "__main__":
    main()
