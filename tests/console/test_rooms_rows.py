"""The lines of the screen with all rooms."""

from __future__ import annotations

import pytest
from room_states import a_state
from station_rooms import StationRooms

from soundscape.console.rooms_rows import RoomsShown, rooms_rows
from soundscape.console.styles import length
from soundscape.remote.mqtt.room_row import RoomRow, room_row


def text(rooms: list[RoomRow], width: int = 110, height: int = 30, **shown: object) -> list[str]:
    rows = rooms_rows(rooms, RoomsShown(**shown), width, height)  # type: ignore[arg-type]
    assert len(rows) == height
    return ["".join(piece for piece, _ in row.line).rstrip() for row in rows]


def test_each_room_has_a_line_and_the_chosen_one_its_keys() -> None:
    seen = text(StationRooms().rows(), chosen="room-2")
    line = next(line for line in seen if "Garden room" in line)
    assert line.split() == ["›", "Garden", "room", "onset", "2/3", "8:00", "T+2:00", "HELD", "ok"]
    assert any("h  Release" in line for line in seen)
    assert "3 rooms · 2 sessions" in seen[0]
    assert seen[0].endswith("1 lost")


def test_a_lost_room_says_since_when() -> None:
    line = next(line for line in text(StationRooms().rows()) if "Attic" in line)
    assert "LOST" in line
    assert line.endswith("since 14:02")


def test_the_chosen_one_of_many_rooms_is_always_seen_and_the_rest_is_counted() -> None:
    many = [room_row(f"r{n}", "here", a_state(name=f"Room {n}")) for n in range(50)]
    for chosen in (0, 25, 49):
        seen = text(many, height=24, chosen=f"r{chosen}")
        assert any(f"› Room {chosen} " in line for line in seen)
    assert any("more" in line for line in text(many, height=24, chosen="r0"))


def test_trouble_an_answer_and_no_room_are_told() -> None:
    seen = "\n".join(text([], trouble="the broker is away", said="not now", wrong=True))
    assert "! the broker is away" in seen
    assert "! not now" in seen
    assert "no room has said anything yet" in seen


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (200, 60), (1, 1)])
def test_the_screen_has_its_size_and_nothing_moves_the_cursor(size: tuple[int, int]) -> None:
    names = ["a\x1b[2J\n", "部屋" * 40, "x" * 200]
    rooms = [room_row("r", "here", a_state(name=name, phase=name)) for name in names]
    rows = rooms_rows(rooms, RoomsShown("r", "x" * 300, trouble="y" * 300), *size)
    assert len(rows) == size[1]
    for row in rows:
        assert length(row.line) in (0, size[0])
        assert all(piece.isprintable() for piece, _ in row.line)
