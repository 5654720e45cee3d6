"""Sessions whose lights are DMX dimmers: as OLA, unmodified, receives them over the network."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from ola import Ola, OlaRecording
from receivers import PORTS

from soundscape.dmx.slot_values import decode_slots
from soundscape.engine.light_preview import all_messages
from soundscape.library.files.locate import Library
from soundscape.library.resolve import load_show

pytestmark = [pytest.mark.peer, pytest.mark.timed]

RELAY = "127.0.0.7"
"""Where our packets arrive, get their time, and go on to OLA."""

CLOSE = 0.050  # s, of a packet and its sound
DATA = {"sacn": 126, "artnet": 18}
WIRED = {
    "sacn": "sacn: {universe: 1, to: 127.0.0.7}",
    "artnet": "artnet: {universe: 0, to: 127.0.0.7}",
}
ROOM = """
name: Lab
midi: {dimmers: {PORT}}
lights:
  room: {port: dimmers, address: 12, from: 60%}
  fine: {port: dimmers, address: [13, 14], from: 60%}
  amber: {port: dimmers, address: {30: 0% to 100%, 31: 0% to 60%}, from: 40%}
  warmth: {port: dimmers, address: {20: 100% to 0%, 21: 0% to 100%}, range: 2200K to 4000K}
care: {set: {warmth: 3000K}}
"""
SCENE = """
name: Dimmers
fades: {track: 1s, phase: 2s, start: 1s, end: 2s}
phases:
  arrival:
    duration: 16s
    music: [{generate: drone, duration: 60s}]
    lights: [{set: {room: 20%, fine: 12%, warmth: 2400K}, over: 12s}]
  peak:
    duration: 14s
    music: [{generate: drone, duration: 60s}]
    lights:
      - {set: {room: 45%, amber: 70%}, over: 3s}
      - {at: 4s, set: {fine: 40%, warmth: 3600K}, over: 4s}
"""


class Relay:
    """Notes when each packet comes, and sends it on."""

    def __init__(self, protocol: str) -> None:
        self.packets: list[tuple[float, bytes]] = []
        self._port, self._skip = PORTS[protocol], DATA[protocol]
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            self._socket.setsockopt(socket.SOL_SOCKET, option, 1)
        self._socket.bind((RELAY, self._port))
        self._socket.settimeout(0.2)
        self._over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over:
            try:
                data = self._socket.recv(2048)
            except OSError:
                continue
            if len(data) == self._skip + 512:
                self.packets.append((time.perf_counter(), data[self._skip :]))
                self._socket.sendto(data, ("127.0.0.1", self._port))

    def close(self) -> None:
        self._over = True
        self._thread.join()
        self._socket.close()


def library(folder: Path, protocol: str) -> Path:
    for name in ("scenes", "playlists", "home"):
        (folder / name).mkdir()
    (folder / "room.yaml").write_text(ROOM.replace("PORT", WIRED[protocol]))
    (folder / "scenes" / "dimmers.yaml").write_text(SCENE)
    return folder


def soundscape(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "soundscape", *arguments, "--library", str(folder)]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "SOUNDSCAPE_HOME": str(folder / "home")}


@contextmanager
def session(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A session without a sound device; its keeper is ended afterwards."""
    playing = subprocess.Popen(
        soundscape(folder, "start", "dimmers", "--foreground", "--output", "null"),
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield playing
    finally:
        playing.kill()
        command(folder, "lights", "release")


def command(folder: Path, *arguments: str) -> str:
    """Run a command to its end."""
    done = subprocess.run(
        soundscape(folder, *arguments),
        env=environment(folder), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def began(folder: Path) -> float:
    """When the session's first frame was heard, by our clock; its host may still be loading."""
    asked = subprocess.run(
        [sys.executable, "-c", POSITION],
        env=environment(folder), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    at, elapsed = json.loads(asked.stdout)
    return float(at) - float(elapsed)


POSITION = """
import json, os, time
from soundscape.errors import SessionLost
from soundscape.library.user_dirs import runtime_folder
from soundscape.remote.session_file import running
from soundscape.remote.client.client import Client
content = running(runtime_folder(os.environ))[0].content
client = Client(content.url, content.token)
while True:
    try:
        client.status()
        break
    except SessionLost:
        time.sleep(0.1)
found = []
for _ in range(20):
    before = time.perf_counter()
    elapsed = client.status().elapsed
    after = time.perf_counter()
    found.append((after - before, (before + after) / 2, elapsed))
print(json.dumps(min(found)[1:]))
"""


def planned(folder: Path) -> list[tuple[float, dict[int, int]]]:
    """What each message of the scene sets, with its time (s)."""
    loaded = load_show(Library(folder), "dimmers")
    return [
        (message.frame / 48_000, dict(decode_slots(message.data)))
        for message in all_messages(loaded.room, loaded.show)
    ]


def late_by(
    plan: list[tuple[float, dict[int, int]]], packets: list[tuple[float, bytes]], start: float
) -> list[float]:
    """How long after its frame was heard each message is in a packet (s)."""
    times = [at for at, _ in packets]
    late = []
    for at, values in plan:
        due = start + at
        first = bisect_left(times, due - CLOSE)
        come = next(
            (
                time_
                for time_, frame in packets[first:]
                if all(frame[slot - 1] == value for slot, value in values.items())
            ),
            None,
        )
        if come is not None:  # else the next message of its light was in time for the same packet
            late.append(come - due)
    return late


def steps_beside(
    plan: list[tuple[float, dict[int, int]]], frames: list[tuple[float, list[int]]], slot: int
) -> list[int]:
    """How many steps each frame's value is beside what the plan has within 50 ms of its time."""
    course = [(at, values[slot]) for at, values in plan if slot in values]
    out = []
    for at, frame in frames:
        near = [value for when, value in course if at - CLOSE <= when <= at + CLOSE]
        before = [value for when, value in course if when < at - CLOSE][-1:]
        wanted = [*before, *near]
        if wanted:
            out.append(min(abs(frame[slot - 1] - value) for value in wanted))
    return out


@pytest.mark.parametrize("protocol", ["sacn", "artnet"])
def test_ola_receives_a_whole_scene_within_a_step_and_50_ms_of_the_sound(
    protocol: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = library(tmp_path, protocol)
    conf = tmp_path / "ola"
    conf.mkdir()
    with Ola(conf):
        relay = Relay(protocol)
        recording = OlaRecording(protocol, conf / "recording")
        try:
            with session(folder) as playing:
                while not relay.packets and playing.poll() is None:
                    time.sleep(0.05)
                start = began(folder)
                said, _ = playing.communicate(timeout=120)
                time.sleep(2.0)  # the keeper
        finally:
            relay.close()
            received = recording.end()
    assert playing.returncode == 0, said
    plan, packets = planned(folder), relay.packets
    first = packets[0][1]
    assert (first[11], first[12]) == (153, 153), "the first packet has the lights where they are"
    gaps = [after - before for (before, _), (after, _) in pairwise(packets)]
    assert max(gaps) <= 1.5, "the frame is repeated"
    late = sorted(late_by(plan, packets, start))
    assert len(late) > 0.9 * len(plan)
    frames = [(at + packets[0][0] - start, frame) for at, frame in received]
    beside = {slot: steps_beside(plan, frames, slot) for slot in (12, 20, 21, 30, 31)}
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{protocol}: {len(plan)} messages, {len(packets)} packets; behind the sound: median "
            f"{1000 * late[len(late) // 2]:.1f} ms, 99th percentile "
            f"{1000 * late[len(late) * 99 // 100]:.1f} ms, most {1000 * late[-1]:.1f} ms; OLA: "
            f"{len(received)} frames, at most {max(max(some) for some in beside.values())} steps"
        )
    assert late[0] >= -CLOSE
    assert late[len(late) * 99 // 100] <= CLOSE
    last = plan_end(plan)
    assert all(received[-1][1][slot - 1] == value for slot, value in last.items())
    assert all(max(some) <= 1 for some in beside.values())


def plan_end(plan: list[tuple[float, dict[int, int]]]) -> dict[int, int]:
    """The values at the end."""
    end: dict[int, int] = {}
    for _, values in plan:
        end |= values
    return end
