"""Who sends a universe: one process at a time, which keeps its file, until it is asked to stop.

The kernel holds the lock, so a process that dies never blocks the next one. A request to hand over
is a file beside it; the process that sends looks for it a few times a second.
"""

from __future__ import annotations

import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Literal

from soundscape.dmx.universe_record import UniverseRecord, decode_record
from soundscape.errors import EngineError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.ipc.process_lock import ProcessLock, is_locked, take_lock

RELEASED_WITHIN = 3.0
"""Seconds within which a keeper stops."""

Handover = Literal["take", "release"]
"""Another process goes on with the frame, or nobody does."""


class UniverseClaim:
    """The right to send a universe. `record` is what is known of it."""

    def __init__(self, path: Path, lock: ProcessLock, first: bytes) -> None:
        self._path = path
        self._lock = lock
        known = decode_record(_content(path))
        self.record = known or UniverseRecord(uuid.uuid4().bytes, 0, first)
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)

    def save(self, sequence: int, frame: bytes) -> None:
        """Keep what has just been sent. A full disk is no reason to send nothing."""
        self.record = UniverseRecord(self.record.cid, sequence, frame)
        with suppress(OSError):
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, self.record.encode())

    def requested(self) -> Handover | None:
        """What another process has asked for."""
        text = _content(_request(self._path))
        return "release" if text == b"release" else "take" if text else None

    def release(self) -> None:
        """Let another process send. Once."""
        os.close(self._handle)
        with suppress(OSError):
            _request(self._path).unlink()
        self._lock.release()


def claim_universe(path: Path, first: bytes, *, heed_request: bool = False) -> UniverseClaim | None:
    """Claim a universe by its file; None while another process has it. Raises OSError.

    `first` is the frame (512 values) to begin with if nothing is known. A request that was not
    answered yet is dropped, unless it is to be heeded.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = take_lock(_lock(path))
    if lock is None:
        return None
    if not heed_request:
        with suppress(OSError):
            _request(path).unlink()
    try:
        return UniverseClaim(path, lock, first)
    except OSError:
        lock.release()
        raise


def reserve_universe(path: Path) -> ProcessLock | None:
    """Let a release know that this process goes on with a universe as soon as it can be claimed.

    None where another one has reserved it. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return take_lock(_reservation(path))


def request_handover(path: Path, how: Handover) -> None:
    """Ask the process that sends a universe to stop. Raises OSError."""
    _request(path).write_text(how, encoding="ascii")


def is_claimed(path: Path) -> bool:
    """Return whether a process sends the universe."""
    return is_locked(_lock(path))


def release_universe(path: Path, *, now: Clock = clock.now, sleep: Sleep = time.sleep) -> bool:
    """Have a universe's keeper stop, also one that is about to begin. Return whether there was one.

    Raises EngineError if the process that sends does not stop.
    """
    if not _is_kept(path):
        return False
    until = now() + RELEASED_WITHIN
    while _is_kept(path):
        if now() > until:
            raise EngineError(
                f"{path.name}: another process sends to this universe and does not stop; end its "
                "session first"
            )
        request_handover(path, "release")
        sleep(0.05)
    return True


def _is_kept(path: Path) -> bool:
    return is_claimed(path) or is_locked(_reservation(path))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _lock(path: Path) -> Path:
    return path.with_suffix(".lock")


def _reservation(path: Path) -> Path:
    return path.with_suffix(".keeper")


def _request(path: Path) -> Path:
    return path.with_suffix(".handover")
