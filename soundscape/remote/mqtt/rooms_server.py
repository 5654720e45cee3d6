"""The page of the nurses' station: all rooms, for a tablet that is paired as with a room."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from soundscape.errors import CommandRefused
from soundscape.remote.api import pages
from soundscape.remote.api.auth import COOKIE, give_cookie
from soundscape.remote.api.pairing import VALID, Pairing
from soundscape.remote.api.schemas import PairingLink
from soundscape.remote.api.server import WebServer
from soundscape.remote.mqtt.room_row import RoomRow, RoomsSource
from soundscape.translation import marked

ROOMS_PORT = 8138
"""The port at which a paired tablet finds the page again."""
AT_LEAST_EVERY, AT_MOST_EVERY = 1.0, 0.2
PACKAGE = "soundscape.remote.mqtt"

UNPAIRED = pages.SmallPage(
    marked("This device is not paired"),
    marked("Scan the code that “soundscape rooms --serve” shows on the station’s computer."),
)
LINK_USED = pages.SmallPage(
    marked("This code is used or too old"),
    marked(
        "A code pairs one device, once, within ten minutes. Ask for another one: Enter where "
        "“soundscape rooms --serve” runs."
    ),
)
PAIRED = pages.SmallPage(marked("Paired"), link=("/", marked("On to the rooms")))


class RoomPress(BaseModel):
    """A press of a button for a room."""

    model_config = ConfigDict(extra="forbid", strict=True)

    room: str = Field(max_length=64)
    act: str = Field(max_length=64)


class RoomAnswer(BaseModel):
    """What came of it."""

    said: str


class RoomsChanges:
    """Wakes the streams of all clients at a change. `notify` may be called from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Event] = set()

    def use_loop(self) -> None:
        """Wake clients of the running loop."""
        self._loop = asyncio.get_running_loop()

    def notify(self) -> None:
        """Something has changed."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: all is over
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def wait(self) -> None:
        """Wait for the next change, a second at most."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), AT_LEAST_EVERY)
        finally:
            self._waiting.discard(event)


def make_rooms_app(station: RoomsSource, devices: Pairing, changes: RoomsChanges) -> FastAPI:
    """The application, without its guard."""
    app = FastAPI(title="Soundscape rooms", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/api/rooms")
    async def rooms() -> list[RoomRow]:
        """All rooms now."""
        return station.rows()

    @app.get("/api/rooms/events")
    async def events(request: Request) -> StreamingResponse:
        """Server-sent events: all rooms, at once, with each change and once a second."""
        cookie = "" if "authorization" in request.headers else request.cookies.get(COOKIE, "")

        def may() -> bool:
            return not cookie or devices.knows(cookie)

        return StreamingResponse(_stream(station, changes, may), media_type="text/event-stream")

    @app.post("/api/rooms")
    async def press(pressed: RoomPress) -> RoomAnswer:
        """Ask a room by a press."""
        try:
            said = await asyncio.wrap_future(station.ask(pressed.room, pressed.act))
        except CommandRefused as refused:
            raise HTTPException(409, str(refused)) from refused
        return RoomAnswer(said=said)

    @app.post("/api/remote/pairing")
    async def pairing(request: Request) -> PairingLink:
        """A link that pairs one device, once."""
        return PairingLink(url=f"{request.base_url}pair/{devices.link()}", expires_in=VALID)

    @app.get("/pair/{token}")
    async def pair(token: str) -> HTMLResponse:
        cookie = devices.pair(token)
        if cookie is None:
            return HTMLResponse(LINK_USED.html(), 403)
        response = HTMLResponse(PAIRED.html())
        give_cookie(response, cookie)
        return response

    @app.get("/")
    async def page() -> Response:
        return _file("rooms.html", PACKAGE)

    @app.get("/page/{name}")
    async def page_file(name: str) -> Response:
        own = name in ("rooms.html", "rooms.css", "rooms.js")
        return _file(name, PACKAGE if own else "soundscape.remote.api")

    return app


def rooms_server(station: RoomsSource, devices: Pairing, changes: RoomsChanges) -> WebServer:
    """The server of the page."""
    app = make_rooms_app(station, devices, changes)
    pages_for_others = {"/": UNPAIRED.html()}
    token = secrets.token_urlsafe(32)
    return WebServer(app, token, devices.knows, lambda _cookie: False, pages_for_others)


def _file(name: str, package: str) -> Response:
    found = pages.page_file(name, package)
    if found is None:
        raise HTTPException(404, "no such file")
    data, kind = found
    return Response(data, media_type=kind)


async def _stream(
    station: RoomsSource, changes: RoomsChanges, may: Callable[[], bool]
) -> AsyncIterator[str]:
    while may():
        rows = [row.model_dump() for row in station.rows()]
        data = json.dumps({"rooms": rows, "trouble": station.trouble()}, ensure_ascii=False)
        yield f"event: rooms\ndata: {data}\n\n"
        await asyncio.sleep(AT_MOST_EVERY)
        await changes.wait()
