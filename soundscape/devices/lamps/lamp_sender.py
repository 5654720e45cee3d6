"""The connection to lamps over MQTT: sends their messages, and watches whether they are there.

Values go out with QoS 0 and are not retained. A value that a lamp gets late is wrong by then: kept
by the broker it would move a lamp hours later, and repeated after a break it would move it twice.
What was lost in a break is made good when the broker or the lamp is back, by the value of then. The
broker is asked to confirm each leg, and until it has, no other one is sent.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

from soundscape.devices.broker_client import BrokerClient, BrokerMessage
from soundscape.devices.lamps.lamp_availability import ANSWERED_WITHIN, LampAvailability
from soundscape.devices.lamps.lamp_messages import LampsReturned, LampStatus, OpenLamps
from soundscape.ipc import clock

LATE = 1.0
"""Seconds after which a message is not sent any more: the next leg would be on top of it."""

EXPIRES = 3
"""Seconds after which the broker drops a message that it could not pass on."""

FLOOD = 50
"""Messages from one `poll` to the next that no lamp makes."""

DEAF_FOR = 10.0
"""Seconds for which availability is not received after so many."""


class LampSender:
    """The lamps of a room at their broker. Raises NetworkError as `BrokerClient` does."""

    def __init__(self, request: OpenLamps, now: clock.Clock = clock.now) -> None:
        self._lamps = request.lamps
        self._availability = LampAvailability(request.lamps, request.mqtt.broker)
        self._now = now
        self._lock = threading.Lock()
        self._received = 0
        self._deaf_until = 0.0
        self._broker = BrokerClient(
            request.mqtt,
            Path(request.root),
            f"soundscape-lamps-{secrets.token_hex(4)}",
            self,
            answered=self.answered,
        )

    def start(self) -> None:
        """Begin to connect, and return at once."""
        self._broker.start()

    def send(self, index: int, payload: bytes, late: float) -> None:
        """Publish a message that is `late` by so many seconds."""
        now = self._now()
        with self._lock:
            if late > LATE or self._availability.owed(now) > ANSWERED_WITHIN:
                self._availability.miss(index)
                return
            asks = self._availability.ask(now)
        self._broker.publish(self._lamps[index].topic, payload, expires=EXPIRES)
        if asks:
            self._broker.ask_for_answer()

    def poll(self) -> Iterator[LampStatus | LampsReturned]:
        """Yield what has changed. To be called a few times a second."""
        now, topics = self._now(), self._availability.topics
        with self._lock:
            flooded, self._received = self._received > FLOOD, 0
            changes = list(self._availability.changes(now))
        if flooded:
            self._deaf_until = now + DEAF_FOR
            self._broker.unsubscribe(*topics)
        elif self._deaf_until and now >= self._deaf_until:
            self._deaf_until = 0.0
            self._broker.subscribe(*topics)
        yield from changes

    def close(self) -> None:
        """Disconnect. The lamps stay as they are."""
        self._broker.close()

    # what the broker calls ------------------------------------------------------------------------

    def connected(self) -> None:
        """The broker has accepted us."""
        with self._lock:
            self._availability.connect(self._now())
        if self._availability.topics:
            self._broker.subscribe(*self._availability.topics)

    def disconnected(self, why: str) -> None:
        """The broker is away."""
        with self._lock:
            self._availability.disconnect(why)

    def answered(self) -> None:
        """The broker has taken what was sent."""
        with self._lock:
            self._availability.answer()

    def received(self, message: BrokerMessage) -> None:
        """Something came to an availability topic."""
        with self._lock:
            self._received += 1
            self._availability.receive(message.topic, message.payload, retained=message.retained)
