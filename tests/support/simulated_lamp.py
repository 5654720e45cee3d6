"""A lamp on a broker, as Zigbee2MQTT or Home Assistant has it: takes values, says it is there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import Any

from mosquitto import Mosquitto

from soundscape.devices.broker_client import BrokerClient, BrokerMessage
from soundscape.ipc import clock


class SimulatedLamp:
    """A lamp of a room. `sent` has the time (s) and the value of each message to it."""

    def __init__(self, broker: Mosquitto, name: str, room: str = "room-1") -> None:
        self.topic = f"lamps/{room}/{name}/set"
        self.availability = f"lamps/{room}/{name}/availability"
        self.sent: list[tuple[float, dict[str, Any]]] = []
        self._connected: Queue[str] = Queue()
        self._client = BrokerClient(broker.spec("home-assistant"), Path(), f"lamp-{name}", self)
        self._client.start()
        assert self._connected.get(timeout=10.0) == "", "not connected"

    def connected(self) -> None:
        self._client.subscribe(self.topic)
        self.say(b"online")
        self._connected.put("")

    def disconnected(self, why: str) -> None:
        self._connected.put(why)

    def received(self, message: BrokerMessage) -> None:
        assert not message.retained, "it would move the lamp again when it connects"
        self.sent.append((clock.now(), json.loads(message.payload)))

    def say(self, payload: bytes, *, retain: bool = True) -> None:
        """Publish to the lamp's availability topic."""
        assert self._client.publish(self.availability, payload, retain=retain)

    def next(self, after: float, within: float = 15.0) -> tuple[float, dict[str, Any]]:
        """The first message after a time."""
        return until(lambda: next((one for one in self.sent if one[0] > after), None), within)

    def describe(self) -> None:
        """Publish the lamp to Home Assistant, as a light with brightness and colour temperature."""
        config = {
            "name": "Ceiling",
            "object_id": "ceiling",
            "unique_id": "ceiling",
            "schema": "json",
            "command_topic": self.topic,
            "availability_topic": self.availability,
            "brightness": True,
            "supported_color_modes": ["color_temp"],
        }
        topic, payload = "homeassistant/light/ceiling/config", json.dumps(config).encode()
        assert self._client.publish(topic, payload, retain=True)

    def close(self) -> None:
        self._client.close()


def until(look: Callable[[], Any], within: float = 15.0) -> Any:
    """What a look returns once it is true."""
    limit = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.02)
    return found
