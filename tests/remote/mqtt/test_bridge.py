"""The bridge, with a session and a broker of paper."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from shows import phase, show

from soundscape.devices.broker_client import BrokerMessage
from soundscape.errors import CommandRefused, SessionLost
from soundscape.remote.api.schemas import CommandReply
from soundscape.remote.mqtt import bridge as module
from soundscape.remote.mqtt.bridge import AT_LEAST_EVERY, BURST, DEAF_FOR, RoomBridge
from soundscape.remote.mqtt.bridge_messages import BridgeRequest, BridgeStatus, TooManyCommands
from soundscape.scene.network_spec import MqttSpec
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.units import frames
from soundscape.views.snapshot import Snapshot
from soundscape.views.take_snapshot import take_snapshot

WALL = 1_800_000_000.0
COMMANDS = "soundscape/room-1/command"


class PaperBroker:
    """Remembers what is published and subscribed to."""

    def __init__(self, *_args: Any) -> None:
        self.published: list[tuple[str, bytes]] = []
        self.kept: set[str] = set()
        self.topics: set[str] = set()
        self.there = True

    def start(self) -> None:
        pass

    close = start

    def subscribe(self, *topics: str) -> None:
        self.topics |= set(topics)

    def unsubscribe(self, *topics: str) -> None:
        self.topics -= set(topics)

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, expires: int | None = None
    ) -> bool:
        if self.there:
            kind = topic.removeprefix("soundscape/room-1/")
            self.published.append((kind, payload))
            if retain:
                self.kept.add(kind)
        return self.there

    def said(self, kind: str) -> list[Any]:
        """What was published of a kind, read."""
        return [json.loads(payload) for topic, payload in self.published if topic == kind]


class PaperSession:
    """A session that does commands, or refuses all of them."""

    def __init__(self, *_args: Any) -> None:
        self.conductor = Conductor(show(phase("one", 600), phase("two", 600)))
        self.done: list[dict[str, Any]] = []
        self.refuses = ""
        self.lost = 0

    def do(self, asked: Mapping[str, Any]) -> CommandReply:
        if self.refuses:
            raise CommandRefused(self.refuses)
        self.done.append(dict(asked))
        return CommandReply(do=asked["do"], said="done so", t=1.0)

    def changes(self) -> Iterator[Snapshot]:
        if self.lost:
            self.lost -= 1
            raise SessionLost("gone")
        yield take_snapshot(self.conductor)


class Paper:
    """A bridge whose time stands still unless it is told."""

    def __init__(self, **more: Any) -> None:
        self.reported: list[object] = []
        self.time = 0.0
        spec = MqttSpec(broker="b", room="room-1", **more)
        self.bridge = RoomBridge(
            BridgeRequest("http://127.0.0.1:1/", "token", spec, "", "Room 1"),
            self.reported.append,
            wall=lambda: WALL + self.time,
            now=lambda: self.time,
        )
        self.broker: PaperBroker = self.bridge._broker  # type: ignore[assignment]
        self.session: PaperSession = self.bridge._session  # type: ignore[assignment]

    def play(self, seconds: float, *commands: str) -> None:
        """Let the session play, and its snapshot come."""
        self.time += seconds
        self.session.conductor.advance(frames(self.time))
        for do in commands:
            self.session.conductor.command(Command(do))
        self.bridge.update(take_snapshot(self.session.conductor))

    def receive(self, name: str = "a", do: str = "hold", **more: Any) -> None:
        """A command comes, and is done before this returns."""
        asked = {"do": do, "id": name, "at": WALL + self.time, **more}
        self.bridge.received(BrokerMessage(COMMANDS, json.dumps(asked).encode()))
        for lane in self.bridge._lanes.values():
            lane.submit(lambda: None).result()


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    monkeypatch.setattr(module, "BrokerClient", PaperBroker)
    monkeypatch.setattr(module, "Client", PaperSession)
    monkeypatch.setattr(module, "REACH_AGAIN", 0.0)
    made = Paper()
    yield made
    made.bridge.close()


def test_a_state_is_published_at_each_change_and_every_ten_seconds(paper: Paper) -> None:
    paper.play(0.0)
    for _ in range(9):
        paper.play(1.0)
    assert len(paper.broker.said("state")) == 1
    paper.play(AT_LEAST_EVERY - 9.0)
    assert len(paper.broker.said("state")) == 2
    paper.play(1.0, "hold")
    assert [state["state"] for state in paper.broker.said("state")][2:] == ["held"]


def test_a_broker_that_comes_back_gets_what_is_true_by_then(paper: Paper) -> None:
    paper.play(0.0)
    paper.bridge.disconnected("gone")
    paper.broker.there = False
    paper.play(5.0, "hold")
    paper.broker.there = True
    paper.broker.published.clear()
    paper.bridge.connected()
    assert [topic for topic, _ in paper.broker.published] == [
        "status",
        "state",
        "homeassistant/device/soundscape-room-1/config",
    ]
    assert paper.broker.said("state")[0]["state"] == "held"
    assert paper.broker.topics == {COMMANDS}
    assert paper.reported == [BridgeStatus(False, "gone"), BridgeStatus(True)]


def test_the_broker_keeps_what_is_true_and_no_answer(paper: Paper) -> None:
    paper.bridge.connected()
    paper.play(0.0)
    paper.receive("a", "extend", by="5m")
    assert paper.broker.said("reply") != []
    assert paper.broker.kept == {
        "status",
        "state",
        "homeassistant/device/soundscape-room-1/config",
    }


def test_a_command_is_done_and_answered(paper: Paper) -> None:
    paper.play(0.0)
    paper.receive("a", "extend", by="5m")
    assert paper.session.done == [{"do": "extend", "by": 300.0}]
    paper.session.refuses = "held already"
    paper.receive("b")
    paper.receive("c", "stop")
    assert paper.broker.said("reply") == [
        {"id": "a", "done": True, "text": "done so"},
        {"id": "b", "done": False, "text": "held already"},
        {"id": "c", "done": False, "text": "the room does not allow it"},
    ]


def test_what_names_a_track_is_not_answered_with_its_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BrokerClient", PaperBroker)
    monkeypatch.setattr(module, "Client", PaperSession)
    paper = Paper(allow=("skip",))
    paper.play(0.0)
    paper.receive("a", "skip")
    assert paper.broker.said("reply") == [{"id": "a", "done": True, "text": ""}]
    paper.bridge.close()


def test_a_flood_makes_the_room_deaf_for_a_while_and_it_hears_again(paper: Paper) -> None:
    paper.play(0.0)
    paper.bridge.connected()
    for number in range(3 * BURST):
        paper.bridge.received(BrokerMessage(COMMANDS, b"junk %d" % number))
    assert paper.reported.count(TooManyCommands(DEAF_FOR)) == 1
    assert paper.broker.topics == set()
    paper.receive("a")
    assert paper.session.done == []
    paper.play(DEAF_FOR)
    assert paper.broker.topics == {COMMANDS}
    paper.receive("b")
    assert paper.session.done == [{"do": "hold"}]


def test_a_host_that_stands_still_is_awaited(paper: Paper) -> None:
    paper.session.lost = 3
    paper.bridge.run()
    assert len(paper.broker.said("state")) == 1


def test_a_session_that_ends_is_said_to_be_gone(paper: Paper) -> None:
    paper.bridge.close()
    assert paper.broker.published[-1] == ("status", b"offline")
