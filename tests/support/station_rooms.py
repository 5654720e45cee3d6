"""What the station's screen and page show: rooms without a broker."""

from __future__ import annotations

from concurrent.futures import Future

from room_states import a_state

from soundscape.errors import CommandRefused
from soundscape.remote.mqtt.room_row import RoomRow, room_row


class StationRooms:
    """Three rooms: one plays, one is held, one is lost. Remembers what is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.refuses = ""
        self.away = ""
        self.shown = [
            room_row("room-1", "here", a_state()),
            room_row("room-2", "here", a_state(name="Garden room", state="held")),
            room_row("room-3", "lost", a_state(name="Attic"), "since 14:02"),
        ]

    def rows(self) -> list[RoomRow]:
        return self.shown

    def trouble(self) -> str:
        return self.away

    def ask(self, room: str, act: str) -> Future[str]:
        self.asked.append((room, act))
        future: Future[str] = Future()
        if self.refuses:
            future.set_exception(CommandRefused(self.refuses))
        else:
            future.set_result(f"{act} is done")
        return future
