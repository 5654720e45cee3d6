"""Rooms that play sessions and are on a broker, and a client of that broker."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import numpy as np
from captured import heard, read, unbroken
from mosquitto import Mosquitto
from sounds import encode, tone

import soundscape
from soundscape.devices.broker_client import BrokerClient, BrokerMessage
from soundscape.remote.mqtt.topics import RoomTopics, all_rooms
from soundscape.scene.network_spec import MqttSpec
from soundscape.units import SAMPLE_RATE

SCENE = """
name: Secret scene
fades: {{track: 1s, phase: 2s, start: 2s, end: 2s}}
phases:
  arrival:
    duration: {half}s
    music: [{{file: a.flac, title: Secret title}}, {{file: b.flac}}]
    prompts: [Secret prompt]
  peak:
    duration: {half}s
    music: [{{file: b.flac}}, {{file: a.flac}}]
"""
JOB = Path(__file__).with_name("station_job.py")
DELAY = 21
"""Milliseconds that the disk driver takes for a buffer."""


class NetworkedRoom:
    """A room with a library of its own. Its sound goes to a file.

    `inside`: what its commands are put behind, to run on a host of their own.
    """

    def __init__(
        self,
        folder: Path,
        broker: Mosquitto,
        room: str,
        *,
        seconds: float = 600.0,
        inside: Sequence[str] = (),
        **more: object,
    ) -> None:
        self._inside = inside
        self.folder, self.room = folder / room, room
        for name in ("scenes", "playlists"):
            (self.folder / name).mkdir(parents=True)
        for name, hertz in (("a", 220.0), ("b", 330.0)):
            encode(self.folder / f"{name}.flac", tone(9, 44_100, hertz), 44_100)
        scene = SCENE.format(half=round(seconds / 2))
        (self.folder / "scenes" / "networked.yaml").write_text(scene)
        mqtt = broker.settings(room, room=room, **more)
        wiring = {"name": f"Treatment {room}", "network": {"mqtt": mqtt}}
        (self.folder / "room.yaml").write_text(json.dumps(wiring))
        self.environment = {
            **os.environ,
            "SOUNDSCAPE_HOME": str(self.folder / "home"),
            "SDL_AUDIODRIVER": "disk",
            "SDL_DISKAUDIOFILE": str(self.folder / "live.raw"),
            "SDL_DISKAUDIODELAY": str(DELAY),
        }

    def run(self, *arguments: str) -> str:
        """What a command says, run in the room's folder."""
        done = subprocess.run(
            [*self._inside, sys.executable, "-m", "soundscape", *arguments],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def view(self) -> dict[str, Any]:
        """The session's snapshot."""
        return dict(json.loads(self.run("status", "--json")))

    def sounds_as_planned(self, planned: Path, seconds: float | None = None) -> None:
        """What was played is what `render` wrote, to the frame; its first seconds, or all of it."""
        if seconds is None:
            unbroken(self.folder / "live.raw", read(planned))
            return
        expected = read(planned)[: round(seconds * SAMPLE_RATE)]
        live = heard(self.folder / "live.raw", expected)
        assert len(live) == len(expected)
        assert np.abs(live - expected).max() <= 1e-6


class StationProcess:
    """`soundscape rooms` without its screen, on a host of its own."""

    def __init__(self, broker: MqttSpec, inside: Sequence[str] = ()) -> None:
        package = Path(soundscape.__file__).parents[1]
        self.process = subprocess.Popen(
            [*inside, sys.executable, str(JOB), json.dumps(asdict(broker))],
            env={**os.environ, "PYTHONPATH": str(package)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def request(self, line: str) -> dict[str, Any]:
        """What it answers to a line."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    def until(self, true: Callable[[dict[str, Any]], bool], within: float, what: str) -> float:
        """Wait until this is true of what it shows. The seconds that took."""
        begun = time.monotonic()
        while not true(shown := self.request("rows")):
            assert time.monotonic() - begun < within, f"{what}: {shown}"
            time.sleep(0.05)
        return time.monotonic() - begun

    def close(self) -> None:
        self.process.communicate(timeout=20.0)


class Station:
    """A client of the broker as one user: what it hears, and what it asks."""

    def __init__(self, broker: Mosquitto, user: str = "station", *, listen: bool = True) -> None:
        self.heard: Queue[BrokerMessage] = Queue()
        self._connected: Queue[str] = Queue()
        self._topics = all_rooms("clinic") if listen else ()
        self.client = BrokerClient(broker.spec(user), Path(), f"test-{user}", self)
        self.client.start()
        assert self._connected.get(timeout=10.0) == "", "not connected"

    def connected(self) -> None:
        if self._topics:
            self.client.subscribe(*self._topics)
        self._connected.put("")

    def disconnected(self, why: str) -> None:
        self._connected.put(why)

    def received(self, message: BrokerMessage) -> None:
        self.heard.put(message)

    def wait(self, room: str, kind: str, true: Callable[[Any], bool], within: float = 60.0) -> Any:
        """The first message of a kind of which this is true; JSON is read, but not a status."""
        topic, limit = getattr(RoomTopics("clinic", room), kind), time.monotonic() + within
        while True:
            try:
                message = self.heard.get(timeout=max(0.01, limit - time.monotonic()))
            except Empty:
                raise AssertionError(f"{topic}: nothing of that came") from None
            if message.topic == topic:
                read = message.payload if kind == "status" else json.loads(message.payload)
                if true(read):
                    return read

    def publish(self, room: str, payload: bytes, *, retain: bool = False) -> bool:
        """Publish to the room's topic for commands."""
        return self.client.publish(RoomTopics("clinic", room).command, payload, retain=retain)

    def ask(self, room: str, **command: Any) -> Mapping[str, Any]:
        """Ask a room, with the time and an id unless they are given. Its answer."""
        asked = {"id": secrets.token_hex(4), "at": time.time(), **command}
        assert self.publish(room, json.dumps(asked).encode())
        return dict(self.wait(room, "reply", lambda reply: reply["id"] == asked["id"]))

    def close(self) -> None:
        self.client.close()
