"""Which sessions run on this machine: one small file each, in the user's runtime folder.

A file is claimed before anything is opened, so that of two sessions started at once on one device
the later gives way. It is readable by this user alone: it holds the token that opens the API.
(Elsewhere than on POSIX the user's own folder keeps others out.)

Beside it is the session's tape. It tells of a player that plays on without its host: such a session
keeps its file, and its device, until it has ended.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from soundscape.errors import EngineError, SessionLost
from soundscape.ipc.shared_audio_layout import plays

if TYPE_CHECKING:  # what knows rooms takes long to load
    from soundscape.scene.addresses import Held

MOST = 32
"""Sessions at once on one machine."""
STARTING = 30.0
"""Seconds after which a claim without an address counts as given up."""
_REACH = 5.0
"""Seconds for a host to say that it is there."""
_HALF_WRITTEN = 0.1
"""Seconds within which a process that creates a file has written it."""
_REPLACE_TRIES = 10


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What `session.json` holds. `device` is what no other session may play on; "" for none.

    `lights` are the addresses at which the session moves lights (`scene.addresses.held`).
    """

    url: str
    token: str
    pid: int
    label: str
    device: str = ""
    lights: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session's file, and what it holds. `served`: its host answers."""

    path: Path
    content: SessionFile
    served: bool

    @property
    def tape(self) -> Path:
        """Where its player writes what it plays."""
        return tape_of(self.path)


class Claim:
    """This process's own session file."""

    def __init__(self, path: Path, content: SessionFile) -> None:
        self.path = path
        self.content = content
        self._released = False

    def publish(self, content: SessionFile) -> None:
        """Say where the session can be reached. Raises EngineError."""
        beside = self.path.with_suffix(".new")
        try:
            beside.unlink(missing_ok=True)
            _write(beside, content)
            _replace(beside, self.path)
        except OSError as err:
            raise EngineError(f"{self.path}: cannot be written ({err.strerror})") from err
        self.content = content

    def release(self) -> None:
        """The session is over. Once: afterwards the place may be another session's."""
        if not self._released:
            self._released = True
            _forget(self.path)


def claim(folder: Path, label: str, device: str, lights: tuple[Held, ...] = ()) -> Claim:
    """Claim a session file for a label, a device and lights.

    `label` gets a number where another session has it already. Raises EngineError, with the way
    out, where another session plays on the device.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = {other.content.label for other in running(folder)}
        own = _claim(folder, _unused(label, taken), device, lights)
    except OSError as err:
        raise EngineError(f"{folder}: cannot be written ({err.strerror})") from err
    for other in running(folder):
        same = other.path != own.path and device and other.content.device == device
        if same and (other.content.url or _before(other.path, own.path)):
            own.release()
            there = other.content.label
            raise EngineError(
                f"a session ({there}) already plays on this audio device: stop it with "
                f"`soundscape stop --session {_argument(there)}`, or name another device in a "
                "room file of its own (--room FILE; `soundscape audio devices` lists them)"
            )
    return own


def running(folder: Path) -> list[KnownSession]:
    """The sessions that run or start, in order. Files left behind are removed."""
    found = []
    for number in range(1, MOST + 1):
        path = folder / _name(number)
        content = _read(path)
        if content is None:
            continue
        served = bool(content.url) and _answers(content)
        if served or (plays(tape_of(path)) if content.url else _is_young(path)):
            found.append(KnownSession(path, content, served))
        elif _read(path) == content:  # no other process has claimed it meanwhile
            _forget(path)
    return found


def find(folder: Path, label: str | None) -> KnownSession:
    """The one session, or the one of that label. Raises EngineError: none, or which one?"""
    known = [session for session in running(folder) if session.content.url]
    labels = ", ".join(f"'{session.content.label}'" for session in known)
    if not known:
        raise SessionLost("no session is running; start one with `soundscape start SCENE`")
    if label is not None:
        known = [session for session in known if session.content.label == label]
        if not known:
            raise EngineError(f"no session is labelled '{label}'; running: {labels}")
    if len(known) > 1:
        raise EngineError(f"several sessions are running: say which with --session, of {labels}")
    return known[0]


def tape_of(path: Path) -> Path:
    """The tape of the session that has this file."""
    return path.with_suffix(".tape")


def _claim(folder: Path, label: str, device: str, lights: tuple[Held, ...]) -> Claim:
    content = SessionFile("", "", os.getpid(), label, device, lights)
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


def _forget(path: Path) -> None:
    for file in (path, tape_of(path)):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def _before(one: Path, other: Path) -> bool:
    """Which of two claims came first. Each looks after its own claim, so the later one sees."""
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
    """What it holds; None where there is none. Of one that is damaged only that it is there."""
    try:
        read = _parsed(path.read_text(encoding="utf-8", errors="replace"))
        if read is None and _is_young(path):  # perhaps it is being written right now
            time.sleep(_HALF_WRITTEN)
            read = _parsed(path.read_text(encoding="utf-8", errors="replace"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        read = None
    return read or SessionFile("", "", 0, "")


def _parsed(text: str) -> SessionFile | None:
    try:
        held = json.loads(text)
        values = {field.name: held[field.name] for field in fields(SessionFile)}
        values["lights"] = tuple(map(_held, values["lights"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    texts = (value for name, value in values.items() if name not in ("pid", "lights"))
    if not isinstance(values["pid"], int) or not all(isinstance(text, str) for text in texts):
        return None
    return SessionFile(**values)


def _held(written: Any) -> Held:
    """Raises TypeError, ValueError."""
    port, kind, where, number = written
    return str(port), str(kind), int(where), int(number)


def _replace(new: Path, path: Path) -> None:
    """Give a file another's name. Windows refuses it while somebody reads the other. OSError."""
    for _ in range(_REPLACE_TRIES - 1):
        try:
            new.replace(path)
        except PermissionError:
            time.sleep(_HALF_WRITTEN)
        else:
            return
    new.replace(path)


def _argument(text: str) -> str:
    """A text as an argument for this system's shell."""
    return subprocess.list2cmdline([text]) if sys.platform == "win32" else shlex.quote(text)


def _is_young(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < STARTING
    except OSError:
        return False


def _answers(content: SessionFile) -> bool:
    """Whether the host is there. Another program may have its port by now, so it has to know us."""
    import http.client  # noqa: PLC0415 - rarely asked, and the host is in a hurry

    connection = None
    try:
        address = urlsplit(content.url)
        connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=_REACH
        )
        connection.request("GET", "/api/keys", headers=authorization(content.token))
        return connection.getresponse().status == http.client.OK
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        if connection is not None:
            connection.close()


def authorization(token: str) -> dict[str, str]:
    """The header that opens a session's API."""
    return {"Authorization": f"Bearer {token}"}
