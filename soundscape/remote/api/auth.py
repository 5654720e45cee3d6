"""The checks before every request: host, origin, token or cookie, size.

A page on another site can make a browser call us, by name (DNS rebinding) or by address, so a
foreign Host or Origin is always refused. Then the token or a paired device's cookie is checked.
Bodies are read here, up to the size that a command can need.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from soundscape.remote.api.pages import STYLE_SOURCE

if TYPE_CHECKING:
    from fastapi.responses import Response

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "soundscape"
DOCS_COOKIE = "soundscape-docs"
COOKIE_LASTS = 400 * 86400
"""Seconds; browsers keep none longer."""
LARGEST = 64 * 1024
"""Bytes of a request's body."""
PAIR = "/pair/"
OPEN_DOCS = "/docs/open/"

_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}
_POLICY = (
    f"default-src 'self'; style-src 'self' {STYLE_SOURCE}; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def give_cookie(response: Response, cookie: str) -> None:
    """Pair the browser that gets this response."""
    response.set_cookie(COOKIE, cookie, COOKIE_LASTS, httponly=True, samesite="strict")


class RequestAuth:
    """ASGI around the app.

    `hosts` are the Host headers that are ours, `token` opens the API, `paired` says whether a
    cookie is of a paired device, `reads_docs` whether it is of a browser that may read the
    documentation, and nothing else. `turned_away` has the pages for a browser without, by path.
    """

    def __init__(
        self,
        app: App,
        hosts: set[str],
        token: str,
        paired: Callable[[str], bool],
        reads_docs: Callable[[str], bool],
        turned_away: Mapping[str, str],
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._token = token
        self._paired = paired
        self._reads_docs = reads_docs
        self._turned_away = turned_away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        headers = _headers(scope)
        if not self._is_ours(headers):
            await _answer(send, 403, "this is not the address of a session")
        elif not self._may(scope, headers):
            await self._turn_away(scope, send)
        else:
            body = await _body(receive, headers)
            if body is None:  # the client is gone
                await _answer(send, 413, f"a request has at most {LARGEST} bytes")
            else:
                await self._app(scope, _replay(body, receive), send)

    def _is_ours(self, headers: dict[str, str]) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self._hosts or headers.get("sec-fetch-site") == "cross-site":
            return False
        return origin is None or origin == f"http://{host}"

    def _may(self, scope: Scope, headers: dict[str, str]) -> bool:
        path = str(scope["path"])
        if path.startswith((PAIR, OPEN_DOCS)):
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return hmac.compare_digest(given.strip().encode(), self._token.encode())
        cookies = headers.get("cookie", "")
        if _is_documentation(path) and self._reads_docs(_cookie(cookies, DOCS_COOKIE)):
            return True
        return self._paired(_cookie(cookies, COOKIE))

    async def _turn_away(self, scope: Scope, send: Send) -> None:
        page = self._turned_away.get(str(scope["path"])) if scope["method"] == "GET" else None
        if page is not None:
            await _answer(send, 401, page, "text/html; charset=utf-8")
        else:
            await _answer(send, 401, "the session's token is missing or wrong")


def _headers(scope: Scope) -> dict[str, str]:
    """Return headers by name. Repeated ones are joined, so that a second Host cannot hide."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _is_documentation(path: str) -> bool:
    return path in ("/docs", "/openapi.json") or path.startswith("/docs/static/")


def _cookie(header: str, name: str) -> str:
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""


async def _body(receive: Receive, headers: dict[str, str]) -> bytes | None:
    """Return the whole body; None if it is too large or the client disconnects before its end."""
    length = headers.get("content-length", "0")
    if length.isdecimal() and (len(length) > 9 or int(length) > LARGEST):
        return None
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        more: bytes = message.get("body", b"")
        body += more
        if len(body) > LARGEST:
            return None
        if not message.get("more_body"):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            known = {name.lower() for name, _ in headers}
            extra = {**_HEADERS, "content-security-policy": _POLICY}
            headers += [
                (name.encode(), value.encode())
                for name, value in extra.items()
                if name.encode() not in known
            ]
            message = {**message, "headers": headers}
        await send(message)

    return sending


async def _answer(send: Send, status: int, text: str, kind: str = "application/json") -> None:
    data = (json.dumps({"detail": text}) if kind == "application/json" else text).encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(data)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
