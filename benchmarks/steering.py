"""How soon a command is heard, and what watching costs: `python benchmarks/steering.py`.

A session plays to SDL's disk driver, which writes each buffer when a sound card would play it. 200
level commands go out at random times over HTTP while a console (in a terminal of its own) and two
streams are attached; then ten clients poll the host as fast as they can for a while. The driver's
file is watched: a command is heard when the first frame in it differs that would not without it.
"""

from __future__ import annotations

import argparse
import os
import pty
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import measuring
import numpy as np
from measuring import Running, soundscape, tell
from sounds import encode

from soundscape.devices.audio.output import BLOCK_FRAMES, BLOCK_SECONDS
from soundscape.errors import SoundscapeError
from soundscape.ipc.shared_audio import SharedAudio

FRAME_BYTES = 8
LOOK_EVERY = 0.001


def make(folder: Path) -> Path:
    """A library that plays a steady tone for an hour: every change of gain shows at once."""
    phase = {"duration": "59m", "loudness": -20, "music": [{"file": "a.flac"}]}
    measuring.library(folder, {"start": "7s"}, phase)
    at = np.arange(60 * 48_000) * (1000 / 48_000)
    tone = (0.1 * np.cos(2 * np.pi * (at % 1.0))).astype(np.float32)
    encode(folder / "a.flac", np.repeat(np.tile(tone, 10)[:, None], 2, 1))
    return folder


class Watcher:
    """Notes when the driver's file grew how far, and how late blocks were."""

    def __init__(self, capture: Path, tape: Path) -> None:
        self.grown: list[tuple[float, int]] = []
        self.latest = 0.0
        self._capture = capture
        self._tape = SharedAudio(tape)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        frame, moment = 0, 0.0
        while not self._over.wait(LOOK_EVERY):
            size = self._capture.stat().st_size // FRAME_BYTES
            now = time.perf_counter()
            if not self.grown or size > self.grown[-1][1]:
                self.grown.append((now, size))
            place = self._tape.place()
            if place is not None and place.frame != frame:
                if frame:
                    blocks = (place.frame - frame) / BLOCK_FRAMES
                    self.latest = max(self.latest, now - moment - blocks * BLOCK_SECONDS)
                frame, moment = place.frame, now

    def begin_anew(self) -> None:
        self.latest = 0.0

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def time_of(self, frame: int) -> float:
        """When a frame had been written."""
        return next(moment for moment, size in self.grown if size > frame)


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
    command = [measuring.sys.executable, "-c", POLLER, url, token, str(seconds)]
    running = [
        subprocess.Popen(command, env=measuring.environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(clients)
    ]
    return sum(int(process.communicate()[0]) for process in running)


def steer(session: Running, count: int, chance: random.Random) -> list[float]:
    """Send level commands, down and up, at random times. Returns when each was sent."""
    sent = []
    for number in range(count):
        time.sleep(chance.uniform(0.9, 1.3))
        sent.append(time.perf_counter())
        session.client.do({"do": "level", "by": 1 if number % 2 else -1})
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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--commands", type=int, default=200)
    parser.add_argument("--poll", type=float, default=20.0, help="seconds of polling")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = make(Path(temporary))
        home, capture = folder / "home", folder / "live.raw"
        more = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(capture)}
        session = stack.enter_context(measuring.session(folder, home, "--no-lights", **more))
        watcher = Watcher(capture, home / "runtime" / "session.tape")
        stack.enter_context(console(folder, home))
        stack.enter_context(watching(session, 2))
        time.sleep(10)  # the session's own fade in is over
        before = session.client.status().health.underruns
        sent = steer(session, options.commands, random.Random(7))  # noqa: S311 - not for secrets
        time.sleep(1)
        after = session.client.status().health.underruns
        tell("console and two streams: underruns", str(after - before), "0")
        tell("  largest lateness of a block", f"{1000 * watcher.latest:.1f} ms", "-")
        watcher.begin_anew()
        asked = poll(session, 10, options.poll)
        polled = session.client.status().health.underruns
        tell(
            f"ten clients, {asked / options.poll:.0f} polls a second: underruns",
            str(polled - after),
            "0",
        )
        tell("  largest lateness of a block", f"{1000 * watcher.latest:.1f} ms", "-")
        watcher.end()
        report(np.fromfile(capture, dtype="<f4").reshape(-1, 2), watcher, sent)


def report(sound: np.ndarray, watcher: Watcher, sent: list[float]) -> None:
    """Match each command with the first change after it."""
    heard = [watcher.time_of(frame) for frame in changes(sound)]
    delays = []
    for moment in sent:
        following = [time_heard for time_heard in heard if 0 < time_heard - moment < 0.8]
        if following:
            delays.append(1000 * (following[0] - moment))
    tell("commands heard", f"{len(delays)} of {len(sent)}", "all")
    if not delays:
        return
    tell("command to its effect: median", f"{np.median(delays):.0f} ms", "≤ 70 ms")
    tell("  99th percentile", f"{np.percentile(delays, 99):.0f} ms", "≤ 100 ms")


if __name__ == "__main__":
    main()
