"""How soon a command is heard, and whether watching makes gaps.

A session plays to a PulseAudio of its own, whose output is recorded. Commands go out at random
times over HTTP while a console (in a terminal of its own) and two streams are attached; then
ten clients poll the host as fast as they can for a while. The
recording is watched: a command is heard when the first frame in it differs.
"""

from __future__ import annotations

import os
import pty
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from math import inf
from pathlib import Path

import numpy as np
from sound_server import running_sound_server
from sounds import encode

from benchmarks import measuring
from benchmarks.figures import Figure, Plot
from benchmarks.measuring import Lab, Running, needs, soundscape
from soundscape.errors import SoundscapeError

FRAME_BYTES = 8
LOOK_EVERY = 0.001
LONGEST = 1.5
"""Seconds after a command within which its effect is looked for."""

KINDS = {
    "softer": ({"do": "level", "by": -1}, 1.0),
    "louder": ({"do": "level", "by": 1}, 1.5),
    "duck": ({"do": "duck", "on": True}, 2.5),
    "end of the duck": ({"do": "duck", "on": False}, 10.0),
}
"""What is asked for, and the seconds until the sound is steady again."""
SCRIPT = ["softer", "louder"] * 6 + ["duck", "end of the duck"]
TO_SILENCE = ("softer", "duck")


COMMANDS = 112
POLLED = 20.0
"""Seconds for which ten clients poll."""


def figures(lab: Lab) -> Iterator[Figure | Plot]:
    """Send the commands, find each in the recording, and count gaps."""
    needs("pulseaudio")
    folder, capture = make(lab.folder), lab.folder / "heard.raw"
    with ExitStack() as stack:
        server = stack.enter_context(running_sound_server(folder))
        stack.enter_context(server.recorded(capture))
        watcher = Watcher(capture)
        session = stack.enter_context(
            measuring.session(folder, lab.home, "--no-lights", **server.environment)
        )
        stack.enter_context(console(folder, lab.home))
        stack.enter_context(watching(session, 2))
        time.sleep(10)  # the session's own fade in is over
        sent = steer(session, lab.length(COMMANDS, 14), random.Random(7))  # noqa: S311
        time.sleep(LONGEST)
        steered = session.client.status().health.underruns
        yield Figure("gaps with a console and two streams", "", [steered], goal=0)
        asked = poll(session, 10, POLLED)
        time.sleep(3.0)
        polled = session.client.status().health.underruns - steered
        yield Figure("ten clients: polls a second", "", [asked / POLLED])
        yield Figure("ten clients: gaps", "", [polled], goal=0)
        watcher.end()
    yield from latencies(whole_frames(capture), watcher, sent)


def latencies(
    sound: np.ndarray, watcher: Watcher, sent: list[tuple[str, float]]
) -> Iterator[Figure | Plot]:
    """Match each command with the first change after it."""
    heard = [watcher.time_of(frame) for frame in changes(sound)]
    delays: dict[str, list[float]] = {}
    for kind, moment in sent:
        following = [when for when in heard if 0 < when - moment < LONGEST]
        if following:
            delays.setdefault(kind, []).append(1000 * (following[0] - moment))
    missed = len(sent) - sum(map(len, delays.values()))
    yield Figure("commands that were not heard", "", [missed], goal=0)
    lines = {}
    for kind, each in delays.items():
        most = (200, 300) if kind in TO_SILENCE else (350, 500)
        yield Figure(f"{kind}: command to its effect", "ms", each, goal=most[0])
        last = float(np.percentile(each, 99))
        yield Figure(f"{kind}: 99th percentile of {len(each)}", "ms", [last], goal=most[1])
        lines[kind] = (sorted(each), [float(x) for x in np.linspace(0, 100, len(each))])
    yield Plot("Command to its effect", "ms", "% of the commands", lines)


def make(folder: Path) -> Path:
    """A library that plays a steady tone for an hour: every change of gain shows at once."""
    phase = {"duration": "59m", "loudness": -20, "music": [{"file": "a.flac"}]}
    measuring.library(folder, {"start": "7s"}, phase)
    at = np.arange(60 * 48_000) * (1000 / 48_000)
    tone = (0.1 * np.cos(2 * np.pi * (at % 1.0))).astype(np.float32)
    encode(folder / "a.flac", np.repeat(np.tile(tone, 10)[:, None], 2, 1))
    return folder


class Watcher:
    """Notes when the recording grew how far."""

    def __init__(self, capture: Path) -> None:
        self.grown: list[tuple[float, int]] = []
        self._capture = capture
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            size = self._capture.stat().st_size // FRAME_BYTES
            if not self.grown or size > self.grown[-1][1]:
                self.grown.append((time.monotonic(), size))

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def time_of(self, frame: int) -> float:
        """When a frame had been recorded; infinity for those after the end of the watch."""
        return next((moment for moment, size in self.grown if size > frame), inf)


@contextmanager
def console(folder: Path, home: Path) -> Iterator[None]:
    """The console, in a terminal that somebody reads."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        soundscape(folder, "attach"),
        env=measuring.environment(SOUNDSCAPE_HOME=str(home), TERM="xterm-256color"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )

    def read() -> None:
        with suppress(OSError):
            while os.read(ours, 65536):
                pass

    threading.Thread(target=read, daemon=True).start()
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def watching(session: Running, count: int) -> Iterator[None]:
    """Clients that follow the stream of changes, as the page does."""

    def follow() -> None:
        with suppress(SoundscapeError):
            for _ in session.client.changes():
                pass

    for _ in range(count):
        threading.Thread(target=follow, daemon=True).start()
    yield


POLLER = """
import sys, time
from soundscape.remote.client.client import Client
client, until, count = Client(*sys.argv[1:3]), time.perf_counter() + float(sys.argv[3]), 0
while time.perf_counter() < until:
    client.status()
    count += 1
print(count)
"""


def poll(session: Running, clients: int, seconds: float) -> int:
    """Poll as fast as they can, each in a process of its own. Returns how often in all."""
    token = session.client._headers["Authorization"].split()[1]  # noqa: SLF001
    url = session.client._address.geturl()  # noqa: SLF001
    command = [sys.executable, "-c", POLLER, url, token, str(seconds)]
    running = [
        subprocess.Popen(command, env=measuring.environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(clients)
    ]
    return sum(int(process.communicate()[0]) for process in running)


def steer(session: Running, count: int, chance: random.Random) -> list[tuple[str, float]]:
    """Send commands at random times. Returns the kind of each, and when it was sent."""
    sent = []
    for number in range(count):
        kind = SCRIPT[number % len(SCRIPT)]
        command, settled = KINDS[kind]
        sent.append((kind, time.monotonic()))
        session.client.do(command)
        time.sleep(settled + chance.uniform(0.3, 0.7))
    return sent


def changes(sound: np.ndarray) -> list[int]:
    """The frames at which the tone's gain leaves a level at which it stood; to a millisecond."""
    period = 48  # frames of 1 kHz: the mean square of each is exact
    whole = sound[: len(sound) // period * period, 0].astype(np.float64).reshape(-1, period)
    gain = np.sqrt((whole**2).mean(axis=1)) + 1e-12
    steady = np.abs(np.diff(np.log(gain))) < 6e-5
    still = 20  # ms that it must have stood
    stood = np.convolve(steady, np.ones(still), "full")[: len(steady)] >= still
    return [(int(at) + 1) * period for at in np.flatnonzero(stood[:-1] & ~steady[1:])]


def whole_frames(capture: Path) -> np.ndarray:
    sound = np.fromfile(capture, dtype="<f4")
    return sound[: len(sound) // 2 * 2].reshape(-1, 2)
