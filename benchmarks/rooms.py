"""Fifty rooms on one broker: `python benchmarks/rooms.py [SECONDS]`. Needs mosquitto.

The rooms are simulated by another process: each changes its state every two seconds and answers
commands at once. Printed is what the station's screen takes of the processor and of memory, and how
long a press takes to the room and back.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from room_states import a_state  # noqa: E402

from soundscape.console.rooms_app import RoomsApp  # noqa: E402
from soundscape.devices.broker_client import BrokerClient, BrokerMessage  # noqa: E402
from soundscape.remote.mqtt.rooms_client import RoomsClient  # noqa: E402
from soundscape.remote.mqtt.topics import ONLINE, RoomTopics  # noqa: E402
from soundscape.scene.network_spec import MqttSpec  # noqa: E402

ROOMS = 50
CHANGES_EVERY = 2.0
PRESSES = 100


class SimulatedRooms:
    """All the rooms, by one connection to the broker."""

    def __init__(self, spec: MqttSpec) -> None:
        self._topics = [RoomTopics("soundscape", f"room-{number + 1}") for number in range(ROOMS)]
        self._client = BrokerClient(spec, Path(), secrets.token_hex(4), self)
        self._client.start()

    def connected(self) -> None:
        self._client.subscribe("soundscape/+/command")
        for topics in self._topics:
            self._client.publish(topics.status, ONLINE, retain=True)

    def disconnected(self, why: str) -> None:
        raise SystemExit(why)

    def received(self, message: BrokerMessage) -> None:
        room = message.topic.split("/")[1]
        reply = {"id": json.loads(message.payload)["id"], "done": True, "text": "held"}
        self._client.publish(RoomTopics("soundscape", room).reply, json.dumps(reply).encode())

    def run(self) -> None:
        """Change each room in turn, for ever."""
        number = 0
        while True:
            time.sleep(CHANGES_EVERY / ROOMS)
            number += 1
            topics = self._topics[number % ROOMS]
            held = number // ROOMS % 2
            state = a_state(
                name=f"Room {number % ROOMS + 1}",
                at=time.time(),
                state="held" if held else "playing",
            )
            self._client.publish(topics.state, state.model_dump_json().encode(), retain=True)


async def watch(spec: MqttSpec, seconds: float) -> None:
    """The station's screen for so long."""
    app: RoomsApp | None = None

    def changed() -> None:
        if app is not None and app.is_running:
            app.changed()

    station = RoomsClient(spec, Path(), changed)
    app = RoomsApp(station, station.start)
    async with app.run_test(size=(120, 60)) as pilot:
        while len(station.rows()) < ROOMS:
            await pilot.pause(0.1)
        begun, cpu = time.perf_counter(), time.process_time()
        await pilot.pause(seconds)
        share = (time.process_time() - cpu) / (time.perf_counter() - begun)
        took = []
        for number in range(PRESSES):
            since = time.perf_counter()
            await asyncio.wrap_future(station.ask(f"room-{number % ROOMS + 1}", "extend"))
            took.append(1000.0 * (time.perf_counter() - since))
            await asyncio.sleep(0.02)
    station.close()
    took.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{ROOMS} rooms, each changing every {CHANGES_EVERY:g} s: {100 * share:.1f} % of a core")
    print(f"memory {peak:.0f} MiB")
    print(
        f"a press to a room and back: median {statistics.median(took):.1f} ms, "
        f"99 % {took[int(0.99 * len(took)) - 1]:.1f} ms"
    )


def main() -> None:
    if sys.argv[1:2] == ["--rooms"]:
        SimulatedRooms(MqttSpec.model_validate_json(sys.argv[2])).run()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    spec = MqttSpec(broker="127.0.0.1", port=port, tls=False)
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    with tempfile.TemporaryDirectory() as folder:
        broker = subprocess.Popen([program, "-p", str(port)], cwd=folder, stderr=subprocess.DEVNULL)
        time.sleep(1.0)
        command = [sys.executable, __file__, "--rooms", spec.model_dump_json()]
        rooms = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
        try:
            asyncio.run(watch(spec, float(sys.argv[1]) if len(sys.argv) > 1 else 30.0))
        finally:
            rooms.kill()
            rooms.wait()
            broker.kill()
            broker.wait()


if __name__ == "__main__":
    main()
