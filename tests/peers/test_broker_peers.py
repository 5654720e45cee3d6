"""A real broker: mosquitto with TLS, passwords and access lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from mosquitto import Mosquitto

from soundscape.devices.broker_client import (
    LARGEST_PACKET,
    BrokerClient,
    BrokerMessage,
    broker_fault,
)
from soundscape.errors import NetworkError
from soundscape.scene.network_spec import MqttSpec

pytestmark = [pytest.mark.peer, pytest.mark.waits]
WITHIN = 10.0


class Listening:
    """What a client hears, in order."""

    def __init__(self) -> None:
        self.heard: Queue[object] = Queue()

    def connected(self) -> None:
        self.heard.put("connected")

    def disconnected(self, why: str) -> None:
        self.heard.put(why)

    def received(self, message: BrokerMessage) -> None:
        self.heard.put(message)

    def next(self) -> Any:
        return self.heard.get(timeout=WITHIN)


@contextmanager
def client(
    broker: Mosquitto, user: str, will: tuple[str, bytes] | None = None, **changed: Any
) -> Iterator[tuple[BrokerClient, Listening]]:
    spec = replace(broker.spec(user), **changed)
    listening = Listening()
    made = BrokerClient(spec, Path(), f"test-{user}", listening, will)
    made.start()
    try:
        yield made, listening
    finally:
        made.close()


def test_what_is_published_arrives_by_tls_and_the_retained_is_marked(mosquitto: Mosquitto) -> None:
    with client(mosquitto, "room-1") as (room, heard_there):
        assert heard_there.next() == "connected"
        assert room.publish("clinic/room-1/state", b"one", retain=True)
        with client(mosquitto, "station") as (station, heard):
            assert heard.next() == "connected"
            station.subscribe("clinic/+/state")
            assert heard.next() == BrokerMessage("clinic/room-1/state", b"one", retained=True)
            assert room.publish("clinic/room-1/state", b"two", retain=True)
            assert heard.next() == BrokerMessage("clinic/room-1/state", b"two")


def test_the_will_of_a_client_that_vanishes_is_published(mosquitto: Mosquitto) -> None:
    with client(mosquitto, "station") as (station, heard):
        assert heard.next() == "connected"
        station.subscribe("clinic/+/status")
        with client(mosquitto, "room-1", ("clinic/room-1/status", b"offline")) as (room, there):
            assert there.next() == "connected"
            room._client.socket().close()  # type: ignore[union-attr]
            assert heard.next() == BrokerMessage("clinic/room-1/status", b"offline")


# Of a broker whose certificate is refused the library leaves the socket to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"password_file": None}, "it refuses the connection: Not authorized"),
        ({"ca": None}, "its certificate is not accepted"),
        ({"tls": False, "ca": None}, "the connection is broken"),
        ({"port": 1}, "it does not answer (Connection refused)"),
    ],
)
def test_a_broker_that_does_not_take_us_is_told_with_the_reason(
    mosquitto: Mosquitto, changed: dict[str, object], why: str
) -> None:
    with client(mosquitto, "room-1", **changed) as (room, heard):
        assert why in heard.next()
        assert not room.publish("clinic/room-1/state", b"one")


def test_a_broker_that_comes_back_is_found_again(mosquitto: Mosquitto) -> None:
    with client(mosquitto, "room-1") as (room, heard):
        assert heard.next() == "connected"
        mosquitto.kill()
        assert heard.next() == "the connection is broken"
        assert not room.publish("clinic/room-1/state", b"lost")
        mosquitto.start()
        while heard.next() != "connected":
            pass
        assert room.publish("clinic/room-1/state", b"back")


def test_a_packet_that_is_too_large_does_not_reach_us(mosquitto: Mosquitto) -> None:
    with (
        client(mosquitto, "station") as (station, heard),
        client(mosquitto, "room-1") as (room, there),
    ):
        assert heard.next() == there.next() == "connected"
        station.subscribe("clinic/+/state")
        room.publish("clinic/room-1/state", b"x" * LARGEST_PACKET)
        assert there.next() == "the connection is broken"  # the broker throws its sender out
        with pytest.raises(Empty):
            heard.heard.get(timeout=0.5)


def test_what_cannot_be_read_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    spec = MqttSpec(broker="b", user="u", password_file="none")
    with pytest.raises(NetworkError, match="the password cannot be read from 'none'"):
        BrokerClient(spec, tmp_path, "me", Listening())
    with pytest.raises(NetworkError, match="no certificate can be read from 'none'"):
        BrokerClient(MqttSpec(broker="b", ca="none"), tmp_path, "me", Listening())
    (tmp_path / "empty").touch()
    with pytest.raises(NetworkError, match="no certificate can be read from 'empty'"):
        BrokerClient(MqttSpec(broker="b", ca="empty"), tmp_path, "me", Listening())


def test_a_check_says_why_a_broker_does_not_accept_us(mosquitto: Mosquitto) -> None:
    spec = mosquitto.spec("room-1")
    assert broker_fault(spec, Path()) == ""
    assert "Not authorized" in broker_fault(replace(spec, user="nobody"), Path())
    assert "password" in broker_fault(replace(spec, password_file="none"), Path())
    mosquitto.kill()
    assert "Connection refused" in broker_fault(spec, Path())


def test_a_broker_answers_once_it_has_taken_what_was_published(mosquitto: Mosquitto) -> None:
    spec = mosquitto.spec("room-1")
    listening, answers = Listening(), Queue[str]()
    made = BrokerClient(spec, Path(), "test", listening, answered=lambda: answers.put("answered"))
    made.start()
    assert listening.next() == "connected"
    made.publish("clinic/room-1/state", b"{}")
    made.ask_for_answer()
    assert answers.get(timeout=WITHIN) == "answered"
    made.close()
