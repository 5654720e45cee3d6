"""All rooms of a broker, from their messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from room_states import a_state

from soundscape.devices.broker_client import BrokerMessage
from soundscape.remote.mqtt.room_row import RoomRow
from soundscape.remote.mqtt.room_state import RoomState
from soundscape.remote.mqtt.rooms_overview import LARGEST, MOST_ROOMS, SILENT_FOR, RoomsOverview

WALL = a_state().at


class Rooms:
    """An overview, with a clock of its own; it begins at 0, at `WALL`."""

    def __init__(self) -> None:
        self.overview = RoomsOverview("clinic")
        self.now = 0.0

    def say(self, topic: str, payload: bytes | RoomState, *, retained: bool = False) -> bool:
        data = payload if isinstance(payload, bytes) else payload.model_dump_json().encode()
        message = BrokerMessage(f"clinic/{topic}", data, retained)
        return self.overview.receive(message, self.now, WALL + self.now)

    def rows(self) -> list[RoomRow]:
        return self.overview.rows(self.now, WALL + self.now, lambda wall: f"{wall - WALL:.0f} s")

    def row(self) -> RoomRow:
        (row,) = self.rows()
        return row


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


def test_a_room_is_there_once_it_has_said_so_and_its_time_runs_on(rooms: Rooms) -> None:
    rooms.say("room-1/status", b"online")
    assert rooms.say("room-1/state", a_state())
    assert (rooms.row().presence, rooms.row().left) == ("here", "8:00")
    rooms.now = 7.0
    assert (rooms.row().left, rooms.row().dose) == ("7:53", "T+2:07")


def test_a_room_whose_will_came_is_lost_since_then(rooms: Rooms) -> None:
    rooms.say("room-1/status", b"online")
    rooms.say("room-1/state", a_state())
    rooms.now = 5.0
    rooms.say("room-1/status", b"offline")
    rooms.now = 65.0
    assert (rooms.row().presence, rooms.row().since) == ("lost", "since 5 s")
    assert rooms.row().left == "8:00"
    assert rooms.overview.state("room-1", rooms.now) is None
    rooms.say("room-1/status", b"online")
    rooms.say("room-1/state", a_state(at=WALL + 65.0, state="held"))
    assert (rooms.row().presence, rooms.row().standing) == ("here", ["HELD"])


def test_a_room_that_is_lost_when_we_come_was_last_heard_when_its_state_was_sent(
    rooms: Rooms,
) -> None:
    rooms.now = 100.0
    rooms.say("room-1/status", b"offline", retained=True)
    rooms.say("room-1/state", a_state(at=WALL + 40.0), retained=True)
    assert (rooms.row().presence, rooms.row().since) == ("lost", "last heard at 40 s")


def test_a_room_that_says_nothing_is_lost(rooms: Rooms) -> None:
    rooms.say("room-1/status", b"online")
    rooms.say("room-1/state", a_state())
    rooms.now = SILENT_FOR + 1.0
    assert (rooms.row().presence, rooms.row().since) == ("lost", "last heard at 0 s")


def test_a_session_that_has_ended_is_not_lost(rooms: Rooms) -> None:
    rooms.say("room-1/state", a_state(state="ended"))
    rooms.now = 3.0
    rooms.say("room-1/status", b"offline")
    assert (rooms.row().presence, rooms.row().since) == ("idle", "since 3 s")


def test_what_the_broker_had_kept_is_shown_as_it_is_by_now(rooms: Rooms) -> None:
    rooms.say("room-1/status", b"online", retained=True)
    rooms.say("room-1/state", a_state(at=WALL - 9.0), retained=True)
    assert rooms.row().left == "7:51"


def test_a_room_is_asked_by_the_time_of_its_own_clock(rooms: Rooms) -> None:
    rooms.say("room-1/state", a_state(at=WALL - 3600.0))
    assert rooms.overview.room_time("room-1", WALL + 10.0) == WALL - 3590.0
    assert rooms.overview.room_time("room-9", WALL) == WALL
    rooms.say("room-1/state", a_state(at=WALL), retained=True)
    assert rooms.overview.room_time("room-1", WALL) == WALL - 3600.0


def test_rooms_are_sorted_as_people_do(rooms: Rooms) -> None:
    for number in (10, 2, 1):
        rooms.say(f"room-{number}/state", a_state(name=f"Room {number}"))
    assert [row.name for row in rooms.rows()] == ["Room 1", "Room 2", "Room 10"]


def test_a_digit_that_is_no_number_sorts_with_the_letters(rooms: Rooms) -> None:
    for name in ("Room 10", "Room 1²", "Room ٢"):  # the last one is an Arabic 2
        rooms.say(f"{name}/state", a_state(name=name))
    assert [row.name for row in rooms.rows()] == ["Room 1²", "Room ٢", "Room 10"]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        *(("room-1/state", b""), ("room-1/state", b"{}"), ("room-1/state", b"\xff")),
        ("room-1/state", b"[" * 10_000),
        ("room-1/state", a_state().model_dump_json().encode() + b" " * LARGEST),
        *(("room-1/status", b"here"), ("room-1/other", b"online"), ("a/b/c/state", b"{}")),
        ("state", b"{}"),
    ],
)
def test_what_is_not_of_a_room_changes_nothing(rooms: Rooms, topic: str, payload: bytes) -> None:
    assert not rooms.say(topic, payload)
    assert rooms.rows() == []


def test_no_more_rooms_are_kept_than_a_clinic_has(rooms: Rooms) -> None:
    for number in range(MOST_ROOMS + 50):
        rooms.say(f"room-{number}/state", a_state())
    assert len(rooms.rows()) == MOST_ROOMS


@given(st.lists(st.tuples(st.sampled_from(["state", "status"]), st.binary(max_size=60))))
@examples(40)
def test_no_message_breaks_the_overview(messages: list[tuple[str, bytes]]) -> None:
    rooms = Rooms()
    rooms.say("room-1/state", a_state())
    for kind, payload in messages:
        rooms.say(f"room-1/{kind}", payload)
        rooms.now += 1.0
    assert rooms.row().name == "Treatment room 1"
