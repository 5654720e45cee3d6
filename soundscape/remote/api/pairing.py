"""Devices that may open the page: paired once by a link that works once.

What is kept of a device is a hash of its cookie, in the user's state folder: enough to know it
again, not enough to be it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
from contextlib import suppress
from pathlib import Path

from soundscape.ipc import clock
from soundscape.ipc.clock import Clock

VALID = 600
"""Seconds for which a link pairs."""
MOST = 50
"""Devices kept; the oldest gives way."""
_FILE = "devices.json"


class Pairing:
    """The links given out, and the devices known."""

    def __init__(self, folder: Path, now: Clock = clock.now) -> None:
        self._path = folder / _FILE
        self._now = now
        self._lock = threading.Lock()
        self._links: dict[str, float] = {}
        self._known = _read(self._path)

    def __len__(self) -> int:
        return len(self._known)

    def link(self) -> str:
        """A new token for a link."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            now = self._now()
            self._links = {known: until for known, until in self._links.items() if until > now}
            self._links[token] = now + VALID
        return token

    def pair(self, token: str) -> str | None:
        """Use a link up. The device's cookie; None where the link is not valid any more."""
        with self._lock:
            until = self._links.pop(token, None)
            if until is None or until <= self._now():
                return None
            cookie = secrets.token_urlsafe(32)
            self._known = [*self._known, _hashed(cookie)][-MOST:]
            self._write()
            return cookie

    def knows(self, cookie: str) -> bool:
        """Whether a cookie is of a paired device."""
        return bool(cookie) and _hashed(cookie) in self._known

    def forget(self) -> None:
        """Unpair all devices, and let no link pair any more."""
        with self._lock:
            self._known, self._links = [], {}
            self._write()

    def _write(self) -> None:
        with suppress(OSError):  # known as long as the session lasts
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self._path.with_suffix(f".{os.getpid()}")
            beside.touch(0o600)
            beside.write_text(json.dumps(self._known), encoding="utf-8")
            beside.replace(self._path)


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> list[str]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(item) for item in held][-MOST:] if isinstance(held, list) else []
