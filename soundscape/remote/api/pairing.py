"""Pairs devices that may open the page, and lets browsers read the documentation, by one-time
links.

Of a device only a hash of its cookie is kept, in the user's state folder: enough to recognise it,
not enough to impersonate it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from contextlib import suppress
from pathlib import Path

from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.library.files.atomic_write import write_atomically

VALID = 600
"""Seconds for which a link pairs."""
MOST = 50
"""Devices kept; the oldest is dropped for a new one."""
_FILE = "devices.json"


class OneTimeLinks:
    """Tokens of links that work once, within a time."""

    def __init__(self, now: Clock = clock.now) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}

    def new(self) -> str:
        """Return a new token."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            now = self._now()
            self._until = {known: until for known, until in self._until.items() if until > now}
            self._until[token] = now + VALID
        return token

    def use(self, token: str) -> bool:
        """Use a token up. Return False if it is not valid any more."""
        with self._lock:
            until = self._until.pop(token, None)
            return until is not None and until > self._now()

    def forget(self) -> None:
        """Invalidate all tokens."""
        with self._lock:
            self._until = {}


class DocsAccess:
    """Browsers that may read the API's documentation, as long as the session lasts."""

    def __init__(self, now: Clock = clock.now) -> None:
        self.links = OneTimeLinks(now)
        self._cookies: set[str] = set()

    def open(self, token: str) -> str | None:
        """Use a link up. Return the browser's cookie, or None if the link is not valid any more."""
        if not self.links.use(token):
            return None
        cookie = secrets.token_urlsafe(32)
        self._cookies.add(_hashed(cookie))
        return cookie

    def knows(self, cookie: str) -> bool:
        """Return whether a cookie is of such a browser."""
        return bool(cookie) and _hashed(cookie) in self._cookies


class Pairing:
    """The links given out, and the paired devices."""

    def __init__(self, folder: Path, now: Clock = clock.now) -> None:
        self._path = folder / _FILE
        self._lock = threading.Lock()
        self._links = OneTimeLinks(now)
        self._known = _read(self._path)

    def __len__(self) -> int:
        return len(self._known)

    def link(self) -> str:
        """Return a new token for a link."""
        return self._links.new()

    def pair(self, token: str) -> str | None:
        """Use a link up. Return the device's cookie, or None if the link is not valid any more."""
        if not self._links.use(token):
            return None
        with self._lock:
            cookie = secrets.token_urlsafe(32)
            self._known = [*self._known, _hashed(cookie)][-MOST:]
            self._write()
            return cookie

    def knows(self, cookie: str) -> bool:
        """Return whether a cookie is of a paired device."""
        return bool(cookie) and _hashed(cookie) in self._known

    def forget(self) -> None:
        """Unpair all devices, and invalidate all links."""
        self._links.forget()
        with self._lock:
            self._known = []
            self._write()

    def _write(self) -> None:
        with suppress(OSError):  # known as long as the session lasts
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps(self._known))


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> list[str]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(item) for item in held][-MOST:] if isinstance(held, list) else []
