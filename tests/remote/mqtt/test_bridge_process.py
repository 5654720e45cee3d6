"""What the therapist reads of the bridge."""

from __future__ import annotations

from soundscape.remote.mqtt.bridge_messages import (
    CODEC,
    BridgeRequest,
    BridgeStatus,
    TooManyCommands,
)
from soundscape.remote.mqtt.bridge_process import BridgeProcess
from soundscape.scene.network_spec import MqttSpec

REQUEST = BridgeRequest("http://127.0.0.1:1/", "t", MqttSpec(broker="b.lan", room="a"), "", "Room")


def read(*messages: object) -> list[str]:
    """The warnings that messages of the process make."""
    warned: list[str] = []
    bridge = BridgeProcess(REQUEST, warned.extend)
    for message in messages:
        bridge._handle(message)
    return warned


def test_a_broker_that_is_there_from_the_start_is_not_mentioned() -> None:
    assert read(BridgeStatus(connected=True)) == []


def test_a_broker_that_goes_is_told_once_and_that_it_is_back() -> None:
    away = BridgeStatus(connected=False, why="it does not answer")
    assert read(away, away, BridgeStatus(connected=True), BridgeStatus(connected=True)) == [
        "the broker b.lan is away: it does not answer; the session plays on without it",
        "the broker b.lan is back",
    ]


def test_a_flood_and_the_end_of_the_process_are_told() -> None:
    assert "none is taken from there for 10 s" in read(TooManyCommands(10.0))[0]
    warned: list[str] = []
    BridgeProcess(REQUEST, warned.extend)._lose("it ended", 1)
    assert "the sound plays on" in warned[0]


def test_the_request_goes_over_the_pipe() -> None:
    assert CODEC.decode(CODEC.encode(REQUEST)) == REQUEST
