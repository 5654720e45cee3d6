"""Rooms on a real broker: what leaves them, what they take, and what it does to the sound."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from mosquitto import Mosquitto
from networked_rooms import NetworkedRoom, Station

from soundscape.remote.mqtt.bridge import DEAF_FOR
from soundscape.remote.mqtt.topics import OFFLINE, ONLINE

pytestmark = [
    pytest.mark.peer,
    pytest.mark.waits,
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="mosquitto is set up for POSIX"),
]


@pytest.fixture
def station(mosquitto: Mosquitto) -> Iterator[Station]:
    client = Station(mosquitto)
    yield client
    client.close()


@pytest.fixture
def room(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[NetworkedRoom]:
    """A room whose session plays."""
    made = NetworkedRoom(tmp_path, mosquitto, "room-1")
    made.run("start", "networked", "--headless", "--label", "Secret label")
    yield made
    made.run("stop", "--fade", "0s")


def test_a_session_is_published_without_what_is_private(
    mosquitto: Mosquitto, room: NetworkedRoom, station: Station
) -> None:
    station.wait("room-1", "status", lambda status: status == ONLINE)
    state = station.wait("room-1", "state", lambda state: state["state"] == "playing")
    assert (state["name"], state["phase"], state["phases"]) == ("Treatment room-1", "arrival", 2)
    room.run("note", "Secret note")
    room.run("hold")
    station.wait("room-1", "state", lambda state: state["state"] == "held")
    home = Station(mosquitto, "home-assistant", listen=False)
    home.client.subscribe("homeassistant/#", "clinic/#")
    with_retained = [home.heard.get(timeout=10.0) for _ in range(3)]
    home.close()
    assert {message.topic for message in with_retained} == {
        "homeassistant/device/clinic-room-1/config",
        "clinic/room-1/state",
        "clinic/room-1/status",
    }
    assert not any(b"Secret" in message.payload for message in with_retained)


def test_a_command_is_done_and_answered_and_what_is_stale_twice_or_kept_is_not(
    room: NetworkedRoom, station: Station
) -> None:
    station.wait("room-1", "state", lambda state: state["state"] == "playing")
    held = station.ask("room-1", do="hold")
    assert held["done"]
    assert held["text"].startswith("held in arrival")
    now = time.time()
    assert "older than 5 s" in station.ask("room-1", do="release", at=now - 6)["text"]
    assert "does not allow" in station.ask("room-1", do="stop")["text"]
    assert station.ask("room-1", do="duck", on=True, id="again")["done"]
    assert station.ask("room-1", do="duck", on=False, id="again")["text"] == "it came twice"
    assert station.ask("room-1", do="hold")["done"] is False  # the session's own refusal
    view = room.view()
    assert (view["state"], view["ducked"]) == ("held", True)


def test_a_command_that_the_broker_had_kept_is_not_done(
    mosquitto: Mosquitto, station: Station, tmp_path: Path
) -> None:
    kept = json.dumps({"do": "hold", "id": "kept", "at": time.time() + 4.0}).encode()
    assert station.publish("room-1", kept, retain=True)
    room = NetworkedRoom(tmp_path, mosquitto, "room-1")
    room.run("start", "networked", "--headless")
    reply = station.wait("room-1", "reply", lambda reply: reply["id"] == "kept")
    assert "kept it" in reply["text"]
    assert room.view()["state"] == "playing"
    room.run("stop", "--fade", "0s")
    station.wait("room-1", "state", lambda state: state["state"] == "ended")
    station.wait("room-1", "status", lambda status: status == OFFLINE)


@pytest.fixture
def planned(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[tuple[NetworkedRoom, Path]]:
    """A room whose session plays, and what it is to sound like."""
    made, sound = NetworkedRoom(tmp_path, mosquitto, "room-1"), tmp_path / "plan.wav"
    made.run("render", "networked", "-o", str(sound))
    made.run("start", "networked", "--headless")
    yield made, sound
    seconds = made.view()["elapsed"]
    made.run("stop", "--fade", "0s")
    made.sounds_as_planned(sound, seconds)


def test_a_broker_that_is_killed_is_not_heard_and_the_state_is_right_again_within_5_s(
    mosquitto: Mosquitto, planned: tuple[NetworkedRoom, Path]
) -> None:
    station = Station(mosquitto)
    station.wait("room-1", "state", lambda state: state["state"] == "playing")
    killed = time.time()
    mosquitto.kill()
    time.sleep(8.0)
    mosquitto.start()
    begun = time.monotonic()
    # The state may date from up to a second before the broker's return.
    state = station.wait("room-1", "state", lambda state: state["at"] > killed, within=20.0)
    took = time.monotonic() - begun
    assert took < 5.0, f"{took:.1f} s"
    assert state["state"] == "playing"
    station.close()


def test_who_floods_and_forges_changes_nothing_and_delays_no_block(
    mosquitto: Mosquitto, planned: tuple[NetworkedRoom, Path]
) -> None:
    """Malformed and huge payloads, other rooms' topics, and as many messages as go out."""
    room, _sound = planned
    station, guest = Station(mosquitto), Station(mosquitto, "guest", listen=False)
    other = Station(mosquitto, "room-2", listen=False)
    station.wait("room-1", "state", lambda state: state["state"] == "playing")
    forged = json.dumps({"do": "mute", "id": "x", "at": time.time()}).encode()
    for client in (guest, other):
        client.client.subscribe("clinic/#")
        client.publish("room-1", forged)
        client.client.publish("clinic/room-1/state", b"{}", retain=True)
        client.client.publish("clinic/room-1/status", OFFLINE, retain=True)
    sent, until = 0, time.monotonic() + 3.0
    junk = (b"", b"{", b"\xff" * 60_000, b'{"do":"mute"}', json.dumps({"do": "stop"}).encode())
    while time.monotonic() < until:
        sent += station.publish("room-1", junk[sent % len(junk)])
        if sent % 50 == 0:
            time.sleep(0.005)  # some thousands a second
    assert sent > 1000, sent
    with pytest.raises(Empty):
        guest.heard.get(timeout=0.2)
    time.sleep(DEAF_FOR + 2.0)
    assert "does not allow" in station.ask("room-1", do="stop")["text"]  # it hears again
    view = room.view()
    assert (view["state"], view["ducked"], view["care"]) == ("playing", False, False)
    assert any("too many commands" in warning["text"] for warning in view["warnings"])
    for client in (station, guest, other):
        client.close()
