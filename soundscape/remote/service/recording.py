"""The folder into which this host writes its session, locked while the host lives.

Imports little: the player gets its job before anything else is loaded.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from soundscape.errors import EngineError
from soundscape.ipc.process_lock import ProcessLock, is_locked, take_lock
from soundscape.journal.session_folders import SessionFolder, new_session, remove


@dataclass(slots=True)
class Recording:
    """The session's folder, or None with the reason in `why`."""

    folder: SessionFolder | None
    why: str = ""
    lock: ProcessLock | None = None

    def player_setup(self, shared_audio: Path) -> dict[str, str]:
        """Return the paths that the players need, "" for none."""
        recorded = str(self.folder.path) if self.folder is not None else ""
        return {"shared_audio": str(shared_audio), "recorded": recorded}

    def discard(self) -> None:
        """Remove the folder: there was no session."""
        self.close()
        if self.folder is not None:
            with suppress(EngineError):
                remove(self.folder)

    def close(self) -> None:
        """Release the lock: the session is over, or another process goes on with it."""
        lock, self.lock = self.lock, None
        if lock is not None:
            lock.release()


def new_recording(state: Path) -> Recording:
    """Make a folder for a new session, if that is possible."""
    try:
        folder = new_session(state)
        return Recording(folder, lock=take_lock(folder.lock))
    except OSError as err:
        return Recording(None, err.strerror or "no folder can be made")


def adopted_recording(recorded: str) -> Recording:
    """Go on with the folder of a session whose host has died; "" for none."""
    if not recorded:
        return Recording(None, "no folder can be made")
    folder = SessionFolder(Path(recorded))
    try:
        return Recording(folder, lock=take_lock(folder.lock))
    except OSError as err:
        return Recording(None, err.strerror or "the folder is gone")


def resumed_recording(folder: SessionFolder) -> Recording:
    """Continue a session's folder. Raises EngineError if another process has it."""
    try:
        lock = None if is_locked(folder.player_lock) else take_lock(folder.lock)
    except OSError as err:
        raise EngineError(f"{folder.path}: cannot be written ({err.strerror})") from err
    if lock is None:
        raise EngineError(f"session {folder.number} is running already")
    return Recording(folder, lock=lock)
