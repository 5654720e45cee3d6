"""Gaps in a live session, as a listener would hear them.

A session plays two files in turn, with crossfades, to a PulseAudio of its own. What its null sink
plays is recorded and compared with what `render` writes of the same scene: each frame that differs
is a fault, and so is each that is missing. Meanwhile two loops keep each core busy; then the player
is made to stand still 100 times for up to 200 ms.

As root, the session has real-time priority. So has the thread of the sound server that feeds its
device, but not the server's main thread, and on a busy machine it is that one which stands still.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
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


def figures(lab: Lab) -> Iterator[Figure]:
    """Count gaps beside busy loops, and while the player is stopped."""
    needs("pulseaudio")
    minutes = lab.length(60, 1)
    make(lab.folder, minutes)
    yield from counted(f"{minutes} min beside {BUSY} busy loops a core", lab, minutes, BUSY, 0)
    times = lab.length(100, 8)
    yield from counted(f"{times} stops of up to 200 ms", lab, minutes, 0, times)


def counted(case: str, lab: Lab, minutes: float, loops: int, stops: int) -> Iterator[Figure]:
    """Play, record and compare."""
    planned, heard, gaps = played(lab, minutes, loops, stops)
    found = breaks(planned, heard)
    yield Figure(f"{case}: breaks", "", [len(found)], goal=0)
    yield Figure(f"{case}: frames missing", "", [sum(one.missing for one in found)], goal=0)
    yield Figure(f"{case}: gaps by the session's own count", "", [gaps])


def played(lab: Lab, minutes: float, loops: int, stops: int) -> tuple[Heard, Heard, int]:
    """Return what was planned, what was recorded, and the gaps that the session counted."""
    capture = lab.folder / "heard.raw"
    planned = measuring.heard_offline(lab.folder)
    with ExitStack() as live:
        server = live.enter_context(running_sound_server(lab.folder))
        live.enter_context(server.recorded(capture))
        session = live.enter_context(
            measuring.session(lab.folder, lab.home, "--no-lights", **server.environment)
        )
        begun = time.monotonic()
        live.enter_context(measuring.busy(loops))
        if stops:
            time.sleep(5.0)
            stand_still(session.player, stops, random.Random(7))  # noqa: S311
            time.sleep(15.0)
            gaps = gaps_counted(session)
            planned = planned[: round((time.monotonic() - begun - 1.0) * RATE)]
        else:
            gaps = follow(session, 60 * minutes + 60)
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
