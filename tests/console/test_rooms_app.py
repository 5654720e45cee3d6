"""The station's screen and its keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from station_rooms import StationRooms
from textual.pilot import Pilot

from soundscape.console.rooms_app import RoomsApp

pytestmark = pytest.mark.waits


def shown(app: RoomsApp) -> str:
    return "\n".join("".join(piece for piece, _ in row.line) for row in app._made(*app._lines.size))


def play(rooms: StationRooms, do: Callable[[RoomsApp, Pilot[None]], Awaitable[None]]) -> RoomsApp:
    app = RoomsApp(rooms)

    async def run() -> None:
        async with app.run_test(size=(110, 30)) as pilot:
            await pilot.pause()
            await do(app, pilot)

    asyncio.run(run())
    return app


def test_a_key_asks_the_chosen_room_and_its_answer_is_shown() -> None:
    rooms = StationRooms()

    async def do(app: RoomsApp, pilot: Pilot[None]) -> None:
        await pilot.press("h", "down", "h")
        await pilot.pause()
        assert "Garden room: hold is done" in shown(app)

    play(rooms, do)
    assert rooms.asked == [("room-1", "hold"), ("room-2", "hold")]


def test_what_needs_it_takes_a_second_press_in_the_same_room() -> None:
    rooms = StationRooms()

    async def do(app: RoomsApp, pilot: Pilot[None]) -> None:
        await pilot.press("n")
        assert "press again for “Next phase”" in shown(app)
        await pilot.press("down", "n", "up", "n")
        assert rooms.asked == []
        await pilot.press("n")

    play(rooms, do)
    assert rooms.asked == [("room-1", "next")]


def test_a_refusal_is_shown_and_a_lost_room_is_not_asked() -> None:
    rooms = StationRooms()
    rooms.refuses = "not now"

    async def do(app: RoomsApp, pilot: Pilot[None]) -> None:
        await pilot.press("e")
        await pilot.pause()
        assert "! Treatment room 1: not now" in shown(app)
        await pilot.press("end", "h", "escape", "x", "space", "enter")

    play(rooms, do)
    assert rooms.asked == [("room-1", "extend")]


def test_a_room_that_goes_is_not_chosen_any_more_and_q_leaves() -> None:
    rooms = StationRooms()

    async def do(app: RoomsApp, pilot: Pilot[None]) -> None:
        await pilot.press("end")
        rooms.shown = rooms.shown[:1]
        rooms.away = "the broker is away"
        app.changed()
        await pilot.pause(0.4)
        assert "› Treatment room 1" in shown(app)
        assert "! the broker is away" in shown(app)
        await pilot.press("q")

    assert play(rooms, do).return_code == 0
