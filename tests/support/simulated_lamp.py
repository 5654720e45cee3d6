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
from soundscape.scene.network_spec import MqttSpec


class SimulatedLamp:
    """A lamp below `lamps/room-1/`. `sent` has the time (s) and the value of each message to it."""

    def __init__(self, broker: Mosquitto, name: str) -> None:
        self.topic = f"lamps/room-1/{name}/set"
        self.availability = f"lamps/room-1/{name}/availability"
        self.sent: list[tuple[float, dict[str, Any]]] = []
        self._connected: Queue[str] = Queue()
        self._client = BrokerClient(
            MqttSpec.model_validate(broker.settings("home-assistant")), Path(), f"lamp-{name}", self
        )
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

    def close(self) -> None:
        self._client.close()


def until(look: Callable[[], Any], within: float = 15.0) -> Any:
    """What a look returns once it is true."""
    limit = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.02)
    return found
