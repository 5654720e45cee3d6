"""Where this host writes its session down: the folder with its number, locked while the host lives.

Imports little: the player is given its job before anything else is loaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from soundscape.errors import EngineError
from soundscape.journal.session_folders import SessionFolder, lock, new_session, remove

_TRIES = 25
_APART = 0.02
"""Seconds from one try to lock a folder to the next: somebody may look whether it is locked."""


@dataclass(slots=True)
class Recording:
    """The session's folder; None where it cannot be made, `why` says so."""

    folder: SessionFolder | None
    why: str = ""
    unlock: Callable[[], None] | None = None

    @property
    def trace(self) -> str:
        """Where the players write what they crash of; "" for nowhere."""
        return str(self.folder.trace) if self.folder is not None else ""

    def discard(self) -> None:
        """There was no session: nothing is left of it."""
        self.close()
        if self.folder is not None:
            with suppress(EngineError):
                remove(self.folder)

    def close(self) -> None:
        """The session is over, or another process takes it on."""
        unlock, self.unlock = self.unlock, None
        if unlock is not None:
            unlock()


def new_recording(state: Path) -> Recording:
    """Make a folder for a new session, if that can be."""
    try:
        folder = new_session(state)
        return Recording(folder, unlock=_locked(folder))
    except OSError as err:
        return Recording(None, err.strerror or "no folder can be made")


def resumed_recording(folder: SessionFolder) -> Recording:
    """Go on with a session's folder. Raises EngineError where another process has it."""
    try:
        unlock = _locked(folder)
    except OSError as err:
        raise EngineError(f"{folder.path}: cannot be written ({err.strerror})") from err
    if unlock is None:
        raise EngineError(f"session {folder.number} is running already")
    return Recording(folder, unlock=unlock)


def _locked(folder: SessionFolder) -> Callable[[], None] | None:
    for _ in range(_TRIES):
        unlock = lock(folder)
        if unlock is not None:
            return unlock
        time.sleep(_APART)
    return None
