"""What is published to lamps and what is not, with a broker that notes what it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from soundscape.devices.broker_client import BrokerMessage
from soundscape.devices.lamps import lamp_sender
from soundscape.devices.lamps.lamp_availability import TOO_SLOW
from soundscape.devices.lamps.lamp_messages import (
    LampRequest,
    LampsReturned,
    LampStatus,
    OpenLamps,
)
from soundscape.devices.lamps.lamp_sender import DEAF_FOR, EXPIRES, FLOOD, LATE, LampSender
from soundscape.scene.network_spec import MqttSpec

LAMPS = (LampRequest("ceiling", "a/set", "a/availability"), LampRequest("lamp", "b/set", ""))


class Broker:
    def __init__(self, *_: object, **__: object) -> None:
        self.done: list[tuple[Any, ...]] = []

    def subscribe(self, *topics: str) -> None:
        self.done.append(("subscribe", *topics))

    def unsubscribe(self, *topics: str) -> None:
        self.done.append(("unsubscribe", *topics))

    def ask_for_answer(self) -> None:
        self.done.append(("ask",))

    def publish(self, topic: str, payload: bytes, **how: object) -> bool:
        self.done.append(("publish", topic, payload, how))
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sender(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> LampSender:
    """A sender that is connected."""
    monkeypatch.setattr(lamp_sender, "BrokerClient", Broker)
    made = LampSender(OpenLamps(MqttSpec(broker="b.lan"), "", LAMPS), clock)
    made.connected()
    clock.now += 1.0
    list(made.poll())
    return made


def done(sender: LampSender) -> list[tuple[Any, ...]]:
    """What the broker was asked since the last call."""
    broker: Any = sender._broker
    out, broker.done = broker.done, []
    return list(out)


def test_a_value_is_not_retained_and_expires(sender: LampSender) -> None:
    assert done(sender) == [("subscribe", "a/availability")]
    sender.send(1, b"{}", 0.01)
    assert done(sender) == [("publish", "b/set", b"{}", {"expires": EXPIRES}), ("ask",)]


def test_a_value_that_is_late_is_not_sent_but_the_lamp_gets_that_of_now(sender: LampSender) -> None:
    done(sender)
    sender.send(0, b"{}", LATE + 0.1)
    assert done(sender) == []
    assert list(sender.poll()) == [LampsReturned(("ceiling",))]


def test_no_leg_follows_one_that_the_broker_has_not_taken(sender: LampSender, clock: Clock) -> None:
    sender.send(0, b"1", 0.0)
    sender.send(1, b"1", 0.0)  # of the same moment
    done(sender)
    clock.now += 1.0
    sender.send(0, b"2", 0.0)
    assert done(sender) == []
    assert list(sender.poll()) == []
    sender.answered()
    assert list(sender.poll()) == [LampsReturned(("ceiling",))]
    sender.send(0, b"3", 0.0)
    assert [one[0] for one in done(sender)] == ["publish", "ask"]


def test_lamps_of_a_broker_that_answers_too_slowly_are_lost_until_it_does(
    sender: LampSender, clock: Clock
) -> None:
    sender.send(0, b"1", 0.0)
    clock.now += TOO_SLOW + 0.1
    why = "the broker b.lan: it answers too slowly"
    assert list(sender.poll()) == [LampStatus(("ceiling", "lamp"), "lost", why)]
    sender.answered()
    assert list(sender.poll()) == [LampStatus(("ceiling", "lamp"), "ok", "the broker b.lan")]


def test_a_flood_is_left_for_a_while(sender: LampSender, clock: Clock) -> None:
    done(sender)
    for _ in range(FLOOD + 1):
        sender.received(BrokerMessage("a/availability", b"x"))
    assert list(sender.poll()) == []
    assert done(sender) == [("unsubscribe", "a/availability")]
    clock.now += DEAF_FOR / 2
    list(sender.poll())
    assert done(sender) == []
    clock.now += DEAF_FOR / 2
    list(sender.poll())
    assert done(sender) == [("subscribe", "a/availability")]
