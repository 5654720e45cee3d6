"""The sessions that run on this machine: one small file each, in the user's runtime folder.

A file is claimed before anything is opened, so that of two sessions started at once on one device
the later gives way. It is readable by this user alone, since it holds the token that opens the API.
(On other systems than POSIX the user's own folder keeps others out.)

Beside it are a lock, which the host holds while its process lives, and the shared audio, which the
player has locked. A file is removed only when both processes are gone: a session that does not
answer, because the machine slept or is busy, keeps its file and its device.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from soundscape.errors import EngineError, SessionLost
from soundscape.ipc.process_lock import ProcessLock, is_locked, take_lock
from soundscape.ipc.shared_audio_layout import remove_shared_audio
from soundscape.library.files.atomic_write import write_atomically

if TYPE_CHECKING:  # what knows rooms takes long to load
    from soundscape.scene.addresses import Held

MOST = 32
"""Sessions at once on one machine."""
_REACH = 5.0
"""Seconds that a host has to answer."""


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What `session.json` holds. `device` is what no other session may play on; "" for none.

    `lights` are the addresses at which the session moves lights (`scene.addresses.held`). `page` is
    where the clinic's network finds the tablet's page; "" where it is closed.
    """

    url: str
    token: str
    pid: int
    label: str
    device: str = ""
    lights: tuple[Held, ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session that has not ended. `hosted`: its host's process lives, not only its player's."""

    path: Path
    content: SessionFile
    hosted: bool

    @property
    def shared_audio(self) -> Path:
        """The file of the session's shared audio."""
        return shared_audio_of(self.path)

    def answers(self) -> bool:
        """Return whether its host answers within a few seconds."""
        return self.hosted and _answers(self.content)


class Claim:
    """This process's own session file, and the lock beside it."""

    def __init__(self, path: Path, content: SessionFile, lock: ProcessLock) -> None:
        self.path = path
        self.content = content
        self._lock = lock
        self._released = False

    def publish(self, content: SessionFile) -> None:
        """Write where the session can be reached. Raises EngineError."""
        try:
            _write(self.path, content)
        except OSError as err:
            raise EngineError(f"{self.path}: cannot be written ({err.strerror})") from err
        self.content = content

    def release(self) -> None:
        """Remove the file, once, when the session is over: another may then have its name."""
        if not self._released:
            self._released = True
            _forget(self.path)
            self._lock.release()


def claim(folder: Path, label: str, device: str, lights: tuple[Held, ...] = ()) -> Claim:
    """Claim a session file for a label, a device and lights.

    `label` gets a number if another session has it already. Raises EngineError, with the remedy, if
    another session plays on the device.
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
            raise _device_taken(other)
    return own


def adopt(shared_audio: Path) -> Claim:
    """Take over the file of a session whose host has died. Raises EngineError."""
    path = shared_audio.with_suffix(".json")
    try:
        lock = take_lock(_lock_of(path))
    except OSError as err:
        raise EngineError(f"{path}: cannot be written ({err.strerror})") from err
    if lock is None:
        raise EngineError(f"{path}: the session's host lives")
    own = Claim(path, _read(path), lock)
    own.publish(replace(own.content, pid=os.getpid()))
    return own


def device_must_be_free(folder: Path, device: str) -> None:
    """Raise EngineError, with the remedies, if a session plays on the device already."""
    for other in running(folder):
        if device and other.content.device == device:
            raise _device_taken(other)


def running(folder: Path) -> list[KnownSession]:
    """Return the sessions that run or start, in order, and remove the files of ended processes."""
    found = []
    for number in range(1, MOST + 1):
        path = folder / _name(number)
        if not path.exists():
            continue
        hosted = is_locked(_lock_of(path))
        if hosted or is_locked(shared_audio_of(path)):
            found.append(KnownSession(path, _read(path), hosted))
        elif (lock := _vacant(path)) is not None:
            _forget(path)
            lock.release()
    return found


def lives(shared_audio: Path) -> bool:
    """Return whether the host or the player with this shared audio lives."""
    return is_locked(_lock_of(shared_audio)) or is_locked(shared_audio)


def find(folder: Path, label: str | None) -> KnownSession:
    """Return the only session, or the one of that label. Raises EngineError otherwise."""
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


def shared_audio_of(path: Path) -> Path:
    """Return the file of the shared audio of the session with this file."""
    return path.with_suffix(".audio")


def _lock_of(path: Path) -> Path:
    """Return the file that the host of this session has locked. It stays, since a lock needs no
    content.
    """
    return path.with_suffix(".lock")


def _vacant(path: Path) -> ProcessLock | None:
    """Return the lock of a file that no living process has, or None. Raises OSError."""
    lock = take_lock(_lock_of(path))
    if lock is not None and is_locked(shared_audio_of(path)):  # a player without its host
        lock.release()
        return None
    return lock


def _claim(folder: Path, label: str, device: str, lights: tuple[Held, ...]) -> Claim:
    content = SessionFile("", "", os.getpid(), label, device, lights)
    for number in range(1, MOST + 1):
        path = folder / _name(number)
        if (lock := _vacant(path)) is not None:
            _forget(path)
            _write(path, content)
            return Claim(path, content, lock)
    raise EngineError(f"{MOST} sessions are running already")


def _device_taken(other: KnownSession) -> EngineError:
    there = shell_argument(other.content.label)
    return EngineError(
        f"a session ({other.content.label}) already plays on this audio device: `soundscape attach "
        f"--session {there}` opens its console, `soundscape stop --session {there}` ends it; or "
        "name another device in a room file of its own (--room FILE; `soundscape audio devices` "
        "lists them)"
    )


def _name(number: int) -> str:
    return "session.json" if number == 1 else f"session-{number}.json"


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        remove_shared_audio(shared_audio_of(path))


def _before(one: Path, other: Path) -> bool:
    """Return which of two claims came first. Each checks after its own claim, so the later one
    sees.
    """
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
    """Write the file, whole at once. Raises OSError."""
    write_atomically(path, json.dumps(asdict(content)))


def _read(path: Path) -> SessionFile:
    """Return the file's content; of one that is damaged or gone, only that it was there."""
    try:
        read = _parsed(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        read = None
    return read or SessionFile("", "", 0, "")


def _parsed(text: str) -> SessionFile | None:
    try:
        held = json.loads(text)
        values = {field.name: held[field.name] for field in fields(SessionFile)}
        values["lights"] = tuple(map(_held, values["lights"]))
    except (ValueError, OverflowError, KeyError, TypeError, RecursionError):
        return None
    texts = (value for name, value in values.items() if name not in ("pid", "lights"))
    if not isinstance(values["pid"], int) or not all(isinstance(text, str) for text in texts):
        return None
    return SessionFile(**values)


def _held(written: Any) -> Held:
    """Raises TypeError, ValueError, OverflowError."""
    port, kind, where, number = written
    return str(port), str(kind), int(where), int(number)


def shell_argument(text: str) -> str:
    """Return a text as an argument for this system's shell."""
    return subprocess.list2cmdline([text]) if sys.platform == "win32" else shlex.quote(text)


def _answers(content: SessionFile) -> bool:
    """Return whether the host answers. Another program may have its port, so it must know the
    token.
    """
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
    """Return the header that opens a session's API."""
    return {"Authorization": f"Bearer {token}"}
