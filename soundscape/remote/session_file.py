"""Which sessions run on this machine: one small file each, in the user's runtime folder.

A file is claimed before anything is opened, so that of two sessions started at once on one device
the later gives way. It is readable by this user alone: it holds the token that opens the API.
(Elsewhere than on POSIX the user's own folder keeps others out.)
"""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from soundscape.errors import EngineError, SessionLost

MOST = 32
"""Sessions at once on one machine."""
STARTING = 30.0
"""Seconds after which a claim without an address counts as given up."""
_REACH = 1.0


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What `session.json` holds. `device` is what no other session may play on; "" for none."""

    url: str
    token: str
    pid: int
    label: str
    device: str = ""


class Claim:
    """This process's own session file."""

    def __init__(self, path: Path, content: SessionFile) -> None:
        self.path = path
        self.content = content

    def publish(self, content: SessionFile) -> None:
        """Say where the session can be reached. Raises EngineError."""
        beside = self.path.with_suffix(".new")
        try:
            beside.unlink(missing_ok=True)
            _write(beside, content)
            beside.replace(self.path)
        except OSError as err:
            raise EngineError(f"{self.path}: cannot be written ({err.strerror})") from err
        self.content = content

    def release(self) -> None:
        """The session is over."""
        self.path.unlink(missing_ok=True)


def claim(folder: Path, label: str, device: str) -> Claim:
    """Claim a session file for a label and a device.

    `label` gets a number where another session has it already. Raises EngineError, with the way
    out, where another session plays on the device.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = running(folder)
        own = _claim(folder, _unused(label, {other.label for _, other in others}), device)
    except OSError as err:
        raise EngineError(f"{folder}: cannot be written ({err.strerror})") from err
    for path, other in running(folder):
        same = path != own.path and device and other.device == device
        if same and (other.url or _before(path, own.path)):
            own.release()
            raise EngineError(
                f"a session ({other.label}) already plays on this audio device: stop it with "
                f"`soundscape stop --session '{other.label}'`, or name another device in a room "
                "file of its own (--room FILE; `soundscape audio devices` lists them)"
            )
    return own


def running(folder: Path) -> list[tuple[Path, SessionFile]]:
    """The sessions that run or start, in order. Files left behind are removed."""
    found = []
    for number in range(1, MOST + 1):
        path = folder / _name(number)
        content = _read(path)
        if content is None:
            continue
        if _alive(path, content):
            found.append((path, content))
        else:
            path.unlink(missing_ok=True)
    return found


def find(folder: Path, label: str | None) -> SessionFile:
    """The one session, or the one of that label. Raises EngineError: none, or which one?"""
    known = [content for _, content in running(folder) if content.url]
    if label is not None:
        known = [content for content in known if content.label == label] or _none_of(known, label)
    if not known:
        raise SessionLost("no session is running; start one with `soundscape start SCENE`")
    if len(known) > 1:
        labels = ", ".join(f"'{content.label}'" for content in known)
        raise EngineError(f"several sessions are running: say which with --session, of {labels}")
    return known[0]


def _none_of(known: list[SessionFile], label: str) -> list[SessionFile]:
    if not known:
        return []
    labels = ", ".join(f"'{content.label}'" for content in known)
    raise EngineError(f"no session is labelled '{label}'; running: {labels}")


def _claim(folder: Path, label: str, device: str) -> Claim:
    content = SessionFile("", "", os.getpid(), label, device)
    for number in range(1, MOST + 1):
        path = folder / _name(number)
        try:
            _write(path, content)
        except FileExistsError:
            continue
        return Claim(path, content)
    raise EngineError(f"{MOST} sessions are running already")


def _name(number: int) -> str:
    return "session.json" if number == 1 else f"session-{number}.json"


def _before(one: Path, other: Path) -> bool:
    """Which of two claims came first. Whoever claims looks afterwards, so the later one sees."""
    try:
        times = one.stat().st_mtime_ns, other.stat().st_mtime_ns
    except OSError:
        return False
    return (times[0], len(one.name), one.name) < (times[1], len(other.name), other.name)


def _unused(label: str, taken: set[str]) -> str:
    number, tried = 1, label
    while tried in taken:
        number += 1
        tried = f"{label} {number}"
    return tried


def _write(path: Path, content: SessionFile) -> None:
    """Write a new file. Raises FileExistsError, OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(content), file)


def _read(path: Path) -> SessionFile | None:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return SessionFile(**{field.name: held[field.name] for field in fields(SessionFile)})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return SessionFile("", "", 0, "")  # half written, or not ours: as long as it is young


def _alive(path: Path, content: SessionFile) -> bool:
    if not content.url:
        try:
            return time.time() - path.stat().st_mtime < STARTING
        except OSError:
            return False
    address = urlsplit(content.url)
    try:
        with socket.create_connection((address.hostname or "", address.port or 0), _REACH):
            return True
    except (OSError, ValueError):
        return False
