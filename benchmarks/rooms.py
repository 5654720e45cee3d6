"""Fifty rooms on one broker: what the station's screen takes, and how long a press takes.

The rooms are simulated by another process, which changes each of them every two seconds and answers
commands at once. The broker is mosquitto, without TLS. The screen is drawn as in a terminal of 120
columns; its process also has Python, Textual and the benchmark's own loop in its memory.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import CannotRun, Figure
from benchmarks.measuring import Lab, resident
from soundscape.console.rooms_app import RoomsApp
from soundscape.devices.broker_client import BrokerClient, BrokerMessage
from soundscape.remote.mqtt.room_state import RoomState
from soundscape.remote.mqtt.rooms_client import RoomsClient
from soundscape.remote.mqtt.topics import ONLINE, RoomTopics
from soundscape.scene.network_spec import ALLOWED, MqttSpec

ROOMS = 50
CHANGES_EVERY = 2.0
PRESSES = 100


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure percent of a core, MiB, and milliseconds from a press to its answer."""
    several = [measured(lab) for _ in range(lab.rounds)]
    yield Figure("processor time of the screen", "% of a core", [one["cpu"] for one in several])
    yield Figure("memory of the screen", "MiB", [one["memory"] for one in several])
    yield Figure("a press: median", "ms", [one["median"] for one in several])
    yield Figure("a press: 99th percentile", "ms", [one["p99"] for one in several], goal=300.0)


def measured(lab: Lab) -> dict[str, float]:
    """Run the broker, the rooms and the screen once."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        raise CannotRun("mosquitto is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    spec = json.dumps({"broker": "127.0.0.1", "port": port, "tls": False})
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    module = [sys.executable, "-m", "benchmarks.rooms"]
    broker = subprocess.Popen([program, "-p", str(port)], stderr=subprocess.DEVNULL, cwd=lab.folder)
    time.sleep(1.0)
    rooms = subprocess.Popen([*module, "rooms", spec], env=environment)
    try:
        seconds = str(lab.length(30, 5))
        screen = subprocess.run(
            [*module, "screen", spec, seconds], env=environment, check=True, stdout=subprocess.PIPE
        )
    finally:
        for process in (rooms, broker):
            process.kill()
            process.wait()
    return dict(json.loads(screen.stdout))


class SimulatedRooms:
    """All the rooms, by one connection to the broker."""

    def __init__(self, spec: MqttSpec) -> None:
        self._topics = [RoomTopics("soundscape", f"room-{number + 1}") for number in range(ROOMS)]
        self._client = BrokerClient(spec, Path(), secrets.token_hex(4), self)
        self._client.start()

    def connected(self) -> None:
        """Say that all rooms are there."""
        self._client.subscribe("soundscape/+/command")
        for topics in self._topics:
            self._client.publish(topics.status, ONLINE, retain=True)

    def disconnected(self, why: str) -> None:
        """The broker is gone: the benchmark is over."""

    def received(self, message: BrokerMessage) -> None:
        """Answer a command."""
        room = message.topic.split("/")[1]
        reply = {"id": json.loads(message.payload)["id"], "done": True, "text": "held"}
        self._client.publish(RoomTopics("soundscape", room).reply, json.dumps(reply).encode())

    def run(self) -> None:
        """Change each room in turn, for ever."""
        number = 0
        while True:
            time.sleep(CHANGES_EVERY / ROOMS)
            number += 1
            state = simulated(number % ROOMS + 1, held=bool(number // ROOMS % 2))
            topic = self._topics[number % ROOMS].state
            self._client.publish(topic, state.model_dump_json().encode(), retain=True)


def simulated(room: int, *, held: bool) -> RoomState:
    """A room's state."""
    return RoomState(
        name=f"Room {room}",
        at=time.time(),
        state="held" if held else "playing",
        phase="onset",
        number=2,
        phases=4,
        left=480.0,
        elapsed=300.0,
        remaining=1500.0,
        since_dose=120.0,
        waits_for=None,
        last_phase=False,
        level_db=0.0,
        ducked=False,
        care=False,
        health={"audio": "ok", "lights": "ok", "controls": "off", "files": "ok"},
        allow=list(ALLOWED),
    )


async def watch(spec: MqttSpec, seconds: float) -> dict[str, float]:
    """The station's screen for so long."""
    app: RoomsApp | None = None

    def changed() -> None:
        if app is not None and app.is_running:
            app.changed()

    station = RoomsClient(spec, Path(), changed)
    app = RoomsApp(station, station.start)
    took = []
    async with app.run_test(size=(120, 60)) as pilot:
        while len(station.rows()) < ROOMS:
            await pilot.pause(0.1)
        begun, cpu = time.perf_counter(), time.process_time()
        await pilot.pause(seconds)
        share = (time.process_time() - cpu) / (time.perf_counter() - begun)
        for number in range(PRESSES):
            since = time.perf_counter()
            await asyncio.wrap_future(station.ask(f"room-{number % ROOMS + 1}", "extend"))
            took.append(1000.0 * (time.perf_counter() - since))
            await asyncio.sleep(0.02)
    station.close()
    return {
        "cpu": 100.0 * share,
        "memory": resident(os.getpid()),
        "median": statistics.median(took),
        "p99": sorted(took)[int(0.99 * PRESSES) - 1],
    }


if __name__ == "__main__":
    broker_of_all = MqttSpec(**json.loads(sys.argv[2]))
    if sys.argv[1] == "rooms":
        SimulatedRooms(broker_of_all).run()
    print(json.dumps(asyncio.run(watch(broker_of_all, float(sys.argv[3])))))
