"""The HTTP API: the session's state, its changes, its commands; and the tablet's page.

Every route is a few lines around the host; what a request may be is checked before, by the guard.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.routing import Match

from soundscape import __version__
from soundscape.engine.host.host import Host
from soundscape.engine.host.pending_requests import ANSWER_WITHIN
from soundscape.errors import CommandRefused, EngineError, InvalidValue
from soundscape.remote.api import pages
from soundscape.remote.api.auth import COOKIE, DOCS_COOKIE, OPEN_DOCS, give_cookie
from soundscape.remote.api.pairing import VALID, DocsAccess
from soundscape.remote.api.pairing import Pairing as Devices
from soundscape.remote.api.requests import parse_request, schema
from soundscape.remote.api.schemas import (
    CommandReply,
    CommandTable,
    FaultResponse,
    PairingLink,
    RemoteSettings,
)
from soundscape.translation import gettext as _
from soundscape.units import SAMPLE_RATE
from soundscape.views import fault_texts
from soundscape.views.snapshot import Remote, Snapshot

AT_LEAST_EVERY = 1.0
AT_MOST_EVERY = 0.05

_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"model": FaultResponse, "description": "The token is missing or wrong."},
    403: {"model": FaultResponse, "description": "A foreign Host or Origin."},
    413: {"model": FaultResponse, "description": "The body is too large."},
}
_MALFORMED: dict[int | str, dict[str, Any]] = {
    422: {"model": FaultResponse, "description": "Not a request of this kind."}
}


class NetworkPublisher(Protocol):
    """What opens the page to the clinic's network, and closes it."""

    async def open(self, address: str | None) -> str:
        """Open it; returns its URL. Raises EngineError."""
        ...

    async def close(self) -> None:
        """Close it."""
        ...


@dataclass(frozen=True, slots=True)
class AppContext:
    """What the routes work with."""

    host: Host
    devices: Devices
    opening: NetworkPublisher
    docs: DocsAccess


def make_app(rooms: AppContext) -> FastAPI:
    """The application, without its guard."""
    app = FastAPI(
        title="Soundscape",
        version=__version__,
        description="A running session: what it does, and what it is asked to do.",
        docs_url=None,
        redoc_url=None,
        responses=_REFUSED,
    )
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(400, _no_json)
    app.add_exception_handler(405, _wrong_method)
    _session_routes(app, rooms)
    _remote_routes(app, rooms)
    _page_routes(app)
    _docs_routes(app, rooms.docs)
    return app


async def _malformed(_request: Request, error: Exception) -> JSONResponse:
    """One plain line instead of the library's list."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    place = ".".join(str(part) for part in first.get("loc", ())[1:])
    said = first.get("msg", "not a request of this kind")
    return JSONResponse({"detail": f"{place}: {said}" if place else said}, 422)


async def _no_json(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "the body is not JSON"}, 422)


async def _wrong_method(request: Request, _error: Exception) -> JSONResponse:
    """With all methods that the path has, which two routes may share."""
    allowed: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            allowed |= getattr(route, "methods", None) or set()
    headers = {"Allow": ", ".join(sorted(allowed))}
    return JSONResponse({"detail": "Method Not Allowed"}, 405, headers)


def _session_routes(app: FastAPI, rooms: AppContext) -> None:
    host = rooms.host

    @app.get("/api/session")
    async def session() -> Snapshot:
        """The session now."""
        return host.snapshot()

    @app.get("/api/keys")
    async def keys() -> dict[str, str]:
        """The room's own keys for the console: key to command."""
        return dict(host.keys)

    @app.get(
        "/api/events",
        response_class=StreamingResponse,
        responses={
            **_MALFORMED,
            200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        },
    )
    async def events(
        request: Request, since: Annotated[int | None, Query(ge=0)] = None
    ) -> StreamingResponse:
        """Server-sent events: `snapshot` at once, with each change and at least once a second;
        `happened` for each thing that happens, and first for those after the first `since`.
        """
        cookie = "" if "authorization" in request.headers else request.cookies.get(COOKIE, "")

        def may() -> bool:  # a device that is unpaired sees no more, even of an open stream
            return not cookie or rooms.devices.knows(cookie)

        return StreamingResponse(_stream(host, since, may), media_type="text/event-stream")

    @app.get("/api/commands")
    async def command_table() -> CommandTable:
        """What can be asked of the session, and which presses ask for it: a key, a button, whether
        a second press is needed.
        """
        return CommandTable()

    @app.post(
        "/api/commands",
        responses={
            **_MALFORMED,
            409: {"model": FaultResponse, "description": "It makes no sense now."},
            503: {
                "model": FaultResponse,
                "description": "The session is over, or does not answer.",
            },
        },
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema()}}}
        },
    )
    async def commands(request: Request) -> CommandReply:
        """Do a command."""
        try:
            command = parse_request(await request.body())
            asked = asyncio.wrap_future(host.submit(command))
            done = await asyncio.wait_for(asked, ANSWER_WITHIN)
        except InvalidValue as fault:
            raise HTTPException(422, str(fault)) from fault
        except CommandRefused as refused:
            raise HTTPException(409, str(refused)) from refused
        except EngineError as err:
            raise HTTPException(503, str(err)) from err
        except TimeoutError as err:
            raise HTTPException(503, _(fault_texts.NO_PLAYER_ANSWER)) from err
        return CommandReply(do=command.do, said=done.said, t=round(done.frame / SAMPLE_RATE, 3))


def _remote_routes(app: FastAPI, rooms: AppContext) -> None:
    host, devices = rooms.host, rooms.devices

    def told(url: str | None) -> Remote:
        remote = Remote(on=url is not None, url=url, devices=len(devices))
        host.set_remote(remote)
        return remote

    @app.get("/api/remote")
    async def remote() -> Remote:
        """The tablet's page: is it open, and where."""
        return host.remote

    @app.post(
        "/api/remote",
        responses={
            **_MALFORMED,
            409: {"model": FaultResponse, "description": "It cannot be opened."},
        },
    )
    async def set_remote(settings: RemoteSettings) -> Remote:
        """Open the page to the clinic's network, or close it."""
        if not settings.on:
            await rooms.opening.close()
            return told(None)
        try:
            return told(await rooms.opening.open(settings.address))
        except EngineError as err:
            raise HTTPException(409, str(err)) from err

    @app.post(
        "/api/remote/pairing",
        responses={409: {"model": FaultResponse, "description": "The page is closed."}},
    )
    async def pairing() -> PairingLink:
        """A link that pairs one device, once."""
        if host.remote.url is None:
            raise HTTPException(409, "the page is closed; open it with `soundscape remote`")
        return PairingLink(url=f"{host.remote.url}pair/{devices.link()}", expires_in=VALID)

    @app.delete("/api/remote/devices")
    async def unpair() -> Remote:
        """Forget all paired devices."""
        devices.forget()
        return told(host.remote.url)

    @app.get("/pair/{token}", include_in_schema=False)
    async def pair(token: str) -> HTMLResponse:
        cookie = devices.pair(token)
        if cookie is None:
            return HTMLResponse(pages.LINK_USED.html(), 403)
        told(host.remote.url)
        response = HTMLResponse(pages.PAIRED.html())
        give_cookie(response, cookie)
        return response


def _page_routes(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return _file("index.html")

    @app.get("/page/{name}", include_in_schema=False)
    async def page_file(name: str) -> Response:
        return _file(name)


def _file(name: str) -> Response:
    found = pages.page_file(name)
    if found is None:
        raise HTTPException(404, "no such file")
    data, kind = found
    return Response(data, media_type=kind)


def _docs_routes(app: FastAPI, access: DocsAccess) -> None:
    """The API's documentation, from files that are on this machine."""

    @app.post("/api/docs")
    async def docs_link(request: Request) -> PairingLink:
        """A link that opens this documentation in one browser, once."""
        url = f"{request.base_url}{OPEN_DOCS[1:]}{access.links.new()}"
        return PairingLink(url=url, expires_in=VALID)

    @app.get(OPEN_DOCS + "{token}", include_in_schema=False)
    async def open_docs(token: str) -> HTMLResponse:
        cookie = access.open(token)
        if cookie is None:
            return HTMLResponse(pages.DOCS_LINK_USED.html(), 403)
        response = HTMLResponse(pages.DOCS_OPEN.html())
        response.set_cookie(DOCS_COOKIE, cookie, httponly=True, samesite="strict")
        return response

    app.mount("/docs/static", StaticFiles(packages=[("fastapi_offline", "static")]))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Soundscape",
            swagger_js_url="/docs/static/swagger-ui-bundle.js",
            swagger_css_url="/docs/static/swagger-ui.css",
            swagger_favicon_url="/docs/static/favicon.png",
        )
        # Its one script stands in the page itself.
        page.headers["content-security-policy"] = (
            "default-src 'self'; script-src 'self' 'unsafe-inline'; "
            "style-src 'self' 'unsafe-inline'; img-src 'self' data:"
        )
        return page


async def _stream(host: Host, since: int | None, may: Callable[[], bool]) -> AsyncIterator[str]:
    """A client's stream: always the newest snapshot, however slowly the client reads."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop is closed: all is over
            loop.call_soon_threadsafe(changed.set)

    seen = host.events(0)[1] if since is None else since
    stop = host.add_listener(wake)
    try:
        while may():
            changed.clear()
            over = host.ended.is_set()
            lines, seen = host.events(seen)
            for line in lines:
                yield _event("happened", json.dumps(line, ensure_ascii=False))
            yield _event("snapshot", host.snapshot().model_dump_json())
            if over:
                return
            await asyncio.sleep(AT_MOST_EVERY)
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), AT_LEAST_EVERY - AT_MOST_EVERY)
    finally:
        stop()


def _event(kind: str, data: str) -> str:
    return f"event: {kind}\ndata: {data}\n\n"
