"""The station's page: its API, its files, and its pairing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from station_rooms import StationRooms

from soundscape.remote.api.pairing import Pairing
from soundscape.remote.mqtt.rooms_server import RoomsChanges, make_rooms_app, rooms_server

OURS = "http://10.0.0.1:8138"


@pytest.fixture
def rooms() -> StationRooms:
    return StationRooms()


@pytest.fixture
def devices(tmp_path: Path) -> Pairing:
    return Pairing(tmp_path)


@pytest.fixture
def client(rooms: StationRooms, devices: Pairing) -> Iterator[TestClient]:
    """A browser, not paired yet."""
    server = rooms_server(rooms, devices, RoomsChanges())
    server._hosts.add("10.0.0.1:8138")
    with TestClient(server._app, base_url=OURS) as made:  # type: ignore[arg-type]
        yield made


@pytest.fixture
def paired(client: TestClient, devices: Pairing) -> TestClient:
    assert client.get(f"/pair/{devices.link()}").status_code == 200
    return client


def test_a_device_that_is_not_paired_sees_no_room(client: TestClient) -> None:
    assert client.get("/").status_code == 401
    assert "not paired" in client.get("/").text
    for path in ("/api/rooms", "/api/rooms/events", "/page/rooms.js", "/openapi.json", "/docs"):
        assert client.get(path).status_code == 401
    assert client.post("/api/rooms", json={"room": "room-1", "act": "hold"}).status_code == 401


def test_a_link_pairs_one_device_once(client: TestClient, devices: Pairing) -> None:
    link = devices.link()
    assert client.get(f"/pair/{link}").status_code == 200
    assert client.get("/").status_code == 200
    client.cookies.clear()
    assert client.get(f"/pair/{link}").status_code == 403


def test_a_request_of_another_site_is_refused(paired: TestClient) -> None:
    foreign = {"origin": "http://elsewhere"}
    press = {"room": "room-1", "act": "hold"}
    assert paired.post("/api/rooms", json=press, headers=foreign).status_code == 403
    assert paired.get("/api/rooms", headers={"host": "elsewhere"}).status_code == 403


def test_a_press_asks_the_room(paired: TestClient, rooms: StationRooms) -> None:
    answer = paired.post("/api/rooms", json={"room": "room-1", "act": "hold"})
    assert answer.json() == {"said": "hold is done"}
    rooms.refuses = "not now"
    refused = paired.post("/api/rooms", json={"room": "room-2", "act": "next"})
    assert (refused.status_code, refused.json()) == (409, {"detail": "not now"})
    assert rooms.asked == [("room-1", "hold"), ("room-2", "next")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"room": "r"}',
        b'{"room": "r", "act": "a", "x": 1}',
        b'{"room": 1, "act": "a"}',
    ],
)
def test_what_is_no_press_is_refused(paired: TestClient, rooms: StationRooms, body: bytes) -> None:
    assert paired.post("/api/rooms", content=body).status_code == 422
    assert rooms.asked == []


def test_the_page_and_all_its_files_come_from_here(paired: TestClient) -> None:
    page = paired.get("/").text
    assert "http" not in page
    files = ["rooms.css", "rooms.js", "translate.js", "texts.js", "icon.svg"]
    for name in files:
        assert paired.get(f"/page/{name}").status_code == 200
    assert paired.get("/page/other.js").status_code == 404
    assert paired.get("/page/..%2frooms_server.py").status_code == 404


def test_the_stream_has_all_rooms_at_once(rooms: StationRooms, devices: Pairing) -> None:
    app = make_rooms_app(rooms, devices, RoomsChanges())
    stream = next(one for one in app.routes if getattr(one, "path", "") == "/api/rooms/events")
    assert stream is not None
    with TestClient(app, base_url=OURS) as client:
        cookie = devices.pair(devices.link())
        client.cookies.set("soundscape", str(cookie))
        devices.forget()  # a device that is unpaired sees no more, even of an open stream
        assert client.get("/api/rooms/events").text == ""
        assert [row["room"] for row in client.get("/api/rooms").json()] == [
            "room-1",
            "room-2",
            "room-3",
        ]
    assert json.loads(rooms.rows()[0].model_dump_json())["acts"]
