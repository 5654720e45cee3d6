"""The station's page in Chromium."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import chromium, complaints
from playwright.sync_api import Browser, Page, expect
from room_states import a_state
from station_rooms import StationRooms

from soundscape.remote.api.pairing import Pairing
from soundscape.remote.mqtt.room_row import room_row
from soundscape.remote.mqtt.rooms_server import RoomsChanges, rooms_server

pytestmark = [pytest.mark.peer, pytest.mark.waits]

PHONE, TABLET = {"width": 390, "height": 844}, {"width": 1180, "height": 820}


class ServedRooms(StationRooms):
    """Rooms whose page is served, in a thread with a loop of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.devices, self.changes = Pairing(folder), RoomsChanges()
        self.url = ""
        self._ended: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self._serves = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        assert self._serves.wait(30.0)

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self.changes.use_loop()
        server = rooms_server(self, self.devices, self.changes)
        self.url = await server.open("127.0.0.1", 0)
        self._serves.set()
        await self._ended.wait()
        await server.end()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[ServedRooms]:
    made = ServedRooms(tmp_path)
    yield made
    made.end()


@pytest.fixture
def page(browser: Browser, rooms: ServedRooms) -> Iterator[Page]:
    """A tablet that was paired. Nothing may go wrong unseen."""
    context = browser.new_context(viewport=TABLET)
    faults: list[str] = []
    made = context.new_page()
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on("console", lambda said: faults.append(said.text) if "Security" in said.text else None)
    made.goto(f"{rooms.url}pair/{rooms.devices.link()}")
    expect(made.locator("#rooms li")).to_have_count(3, timeout=60_000)
    yield made
    context.close()
    assert faults == []


def test_each_room_has_a_card_with_what_it_allows_and_a_press_asks_it(
    page: Page, rooms: ServedRooms
) -> None:
    card = page.locator("li[data-room=room-2]")
    expect(card.locator(".name")).to_have_text("Garden room")
    expect(card.locator(".standing")).to_have_text("HELD")
    card.get_by_role("button", name="Release").click()
    expect(page.locator("#said")).to_have_text("Garden room: hold is done")
    lost = page.locator("li[data-room=room-3]")
    expect(lost.locator(".standing")).to_contain_text("LOST")
    expect(lost.locator(".standing")).to_contain_text("since 14:02")
    expect(lost.locator("button")).to_have_count(0)
    assert rooms.asked == [("room-2", "hold")]


def test_what_needs_it_takes_a_second_press(page: Page, rooms: ServedRooms) -> None:
    mute = page.locator("li[data-room=room-1] button[data-act=mute]")
    mute.click()
    expect(mute).to_contain_text("press again")
    assert rooms.asked == []
    mute.click()
    expect(page.locator("#said")).to_contain_text("mute is done")
    assert rooms.asked == [("room-1", "mute")]


def test_what_changes_is_shown_and_trouble_is_told(page: Page, rooms: ServedRooms) -> None:
    rooms.away = "the broker is away"
    rooms.shown = [room_row("room-1", "here", a_state(state="paused"))]
    rooms.changes.notify()
    expect(page.locator("#rooms li")).to_have_count(1)
    expect(page.locator("#rooms .standing")).to_have_text("PAUSED")
    expect(page.locator("#trouble")).to_have_text("the broker is away")
    rooms.devices.forget()
    expect(page.locator("#trouble")).to_contain_text("no longer paired", timeout=20_000)


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_the_page_is_accessible_and_fits_its_screen(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
