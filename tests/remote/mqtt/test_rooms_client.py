"""The nurses' station on a broker of paper: what is shown, asked and answered."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from room_states import a_state

from soundscape.devices.broker_client import BrokerMessage
from soundscape.errors import CommandRefused
from soundscape.remote.mqtt import rooms_client
from soundscape.remote.mqtt.room_state import RoomState
from soundscape.remote.mqtt.rooms_client import RoomsClient
from soundscape.scene.network_spec import MqttSpec


class PaperBroker:
    """Keeps what is published while it is there."""

    def __init__(self, spec: MqttSpec, root: Path, identity: str, listener: RoomsClient) -> None:
        self.there = True
        self.published: list[tuple[str, dict[str, Any]]] = []
        self.topics: list[str] = []

    def subscribe(self, *topics: str) -> None:
        self.topics += topics

    def publish(self, topic: str, payload: bytes, *, expires: int) -> bool:
        if self.there:
            self.published.append((topic, json.loads(payload)))
        return self.there

    def close(self) -> None:
        pass


class Station:
    """A station, and the rooms that it sees."""

    def __init__(self, root: Path) -> None:
        self.changes = 0
        self.client = RoomsClient(MqttSpec(broker="broker.clinic"), root, self._count)
        broker = self.client._broker
        assert isinstance(broker, PaperBroker)
        self.broker = broker

    def _count(self) -> None:
        self.changes += 1

    def hear(self, topic: str, payload: bytes | RoomState) -> None:
        data = payload if isinstance(payload, bytes) else payload.model_dump_json().encode()
        self.client.received(BrokerMessage(f"soundscape/{topic}", data, retained=False))

    def room(self, name: str, **changed: Any) -> None:
        self.hear(f"{name}/status", b"online")
        self.hear(f"{name}/state", a_state(at=time.time(), **changed))

    def asked(self, act: str = "hold", room: str = "room-1") -> tuple[Future[str], str]:
        """What is asked of a room, and the name that the question has."""
        future = self.client.ask(room, act)
        topic, command = self.broker.published[-1]
        assert topic == f"soundscape/{room}/command"
        return future, str(command["id"])

    def answer(self, name: str, *, room: str = "room-1", **reply: Any) -> None:
        self.hear(f"{room}/reply", json.dumps({"id": name, **reply}).encode())


@pytest.fixture
def station(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Station]:
    monkeypatch.setattr(rooms_client, "BrokerClient", PaperBroker)
    made = Station(tmp_path)
    made.client.connected()
    yield made
    for _, future in made.client._asked.values():  # ends the timers
        future.cancel()


def test_what_a_room_says_changes_what_is_shown(station: Station) -> None:
    before = station.changes
    station.room("room-1")
    assert [(row.room, row.presence) for row in station.client.rows()] == [("room-1", "here")]
    assert station.changes > before
    station.hear("room-1/state", b"no state")
    assert len(station.client.rows()) == 1


def test_a_question_goes_to_its_room_and_the_answer_comes_back(station: Station) -> None:
    station.room("room-1")
    station.room("room-2")
    future, name = station.asked()
    assert station.broker.published[0][1]["do"] == "hold"
    station.answer(name, done=True, text="held in onset")
    assert future.result(0) == "held in onset"


def test_an_answer_without_text_is_done(station: Station) -> None:
    station.room("room-1")
    future, name = station.asked()
    station.answer(name, done=True)
    assert future.result(0) == "done"


def test_a_refusal_has_the_rooms_reason(station: Station) -> None:
    station.room("room-1")
    future, name = station.asked()
    station.answer(name, done=False, text="held already")
    with pytest.raises(CommandRefused, match="held already"):
        future.result(0)


@pytest.mark.parametrize(
    "reply", [b"", b"{", b"[]", b"1", b"[" * 4000, b'"' + b"x" * 5000 + b'"', b"\xff"]
)
def test_a_malformed_answer_answers_nothing(station: Station, reply: bytes) -> None:
    station.room("room-1")
    future, _ = station.asked()
    station.hear("room-1/reply", reply)
    assert not future.done()


def test_another_room_cannot_answer_for_it_and_nothing_is_answered_twice(station: Station) -> None:
    station.room("room-1")
    station.room("room-2")
    future, name = station.asked()
    station.answer(name, room="room-2", done=True, text="no")
    assert not future.done()
    station.answer(name, done=True, text="yes")
    station.answer(name, done=True, text="yes again")
    assert future.result(0) == "yes"


@pytest.mark.parametrize("room", ["room-1", "room-9"])
def test_nothing_is_sent_to_a_room_that_is_lost_or_unknown(station: Station, room: str) -> None:
    station.room("room-1")
    station.hear("room-1/status", b"offline")
    with pytest.raises(CommandRefused):
        station.client.ask(room, "hold").result(0)
    assert station.broker.published == []


@pytest.mark.parametrize(
    ("act", "changed"),
    [
        ("stop", {}),  # the room does not allow it
        ("hold", {"allow": ["duck"]}),
        ("no such act", {}),
    ],
)
def test_nothing_is_sent_that_the_room_does_not_allow_now(
    station: Station, act: str, changed: dict[str, Any]
) -> None:
    station.room("room-1", **changed)
    with pytest.raises(CommandRefused):
        station.client.ask("room-1", act).result(0)
    assert station.broker.published == []


def test_without_the_broker_nothing_is_sent_and_it_is_said_at_once(station: Station) -> None:
    station.room("room-1")
    station.broker.there = False
    with pytest.raises(CommandRefused, match="nothing was sent"):
        station.client.ask("room-1", "hold").result(0)


def test_the_broker_is_away_since_it_went(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert station.client.trouble() == ""
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    station.client.disconnected("refused")
    first = station.client.trouble()
    monkeypatch.setattr(time, "time", lambda: 1_800_000_600.0)
    station.client.disconnected("no route")
    said = station.client.trouble()
    at = rooms_client.time_of_day(1_800_000_000.0)
    assert "is away since" in first
    assert at in first
    assert at in said
    assert "no route" in said
    station.client.connected()
    assert station.client.trouble() == ""


def test_a_broker_that_never_answered_has_no_since(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rooms_client, "BrokerClient", PaperBroker)
    client = Station(tmp_path).client
    assert client.trouble() == "connecting to the broker broker.clinic"
    client.disconnected("refused")
    assert client.trouble() == "the broker broker.clinic is away: refused"
