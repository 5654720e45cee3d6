"""Where sessions are written down: a numbered folder each, in the user's state folder.

A folder holds `journal.jsonl`, what a recovery needs (`resume`, until the session has ended),
crash files (`crash-N.txt`), and `lock` and `player`, which host and player hold locked as long as
they live. Removing the folder removes all of the session.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from soundscape.errors import EngineError
from soundscape.ipc.process_lock import is_locked

MOST = 99_999
"""The highest number of a session."""


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """One session's folder."""

    path: Path

    @property
    def number(self) -> int:
        """What the session is called by."""
        return int(self.path.name)

    @property
    def journal(self) -> Path:
        """The lines for people."""
        return self.path / "journal.jsonl"

    @property
    def resume(self) -> Path:
        """What a recovery needs; it goes with the session's end."""
        return self.path / "resume"

    @property
    def lock(self) -> Path:
        """Locked by the host as long as it lives."""
        return self.path / "lock"

    @property
    def player_lock(self) -> Path:
        """Locked by the player that plays."""
        return self.path / "player"

    @property
    def trace(self) -> Path:
        """Where the players write what they crash of."""
        return self.path / "trace"

    @property
    def host_trace(self) -> Path:
        """Where the host writes what it crashes of."""
        return self.path / "trace-host"

    def crash_files(self) -> list[Path]:
        """The crash files, in their order."""
        return sorted(self.path.glob("crash-*.txt"), key=lambda file: (len(file.name), file.name))

    def last_written(self) -> float | None:
        """When the journal was last written to, by the wall clock (s); None without one."""
        try:
            return self.journal.stat().st_mtime
        except OSError:
            return None


def sessions_folder(state: Path) -> Path:
    """The folder of all sessions, in the user's state folder."""
    return state / "sessions"


def known_sessions(state: Path) -> list[SessionFolder]:
    """The sessions that were written down, the oldest first."""
    try:
        entries = list(os.scandir(sessions_folder(state)))
    except OSError:
        return []
    numbers = sorted(int(one.name) for one in entries if _is_number(one.name))
    return [SessionFolder(sessions_folder(state) / str(number)) for number in numbers]


def find_session(state: Path, number: str | None) -> SessionFolder:
    """The session of a number; without one the last. Raises EngineError."""
    known = known_sessions(state)
    if not known:
        raise EngineError(
            "there is no journal of a session yet; `soundscape start SCENE` begins one"
        )
    if number is None:
        return known[-1]
    wanted = number.strip().lstrip("#")
    found = [one for one in known if _is_number(wanted) and one.number == int(wanted)]
    if not found:
        raise EngineError(f"there is no session '{number}'; `soundscape sessions` lists them")
    return found[0]


def new_session(state: Path) -> SessionFolder:
    """Make the next session's folder, for this user alone. Raises OSError."""
    folder = sessions_folder(state)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = known_sessions(state)
    for number in range(known[-1].number + 1 if known else 1, MOST):
        with suppress(FileExistsError):
            (folder / str(number)).mkdir(mode=0o700)
            return SessionFolder(folder / str(number))
    raise FileExistsError("there is no number left for a session")


def remove(session: SessionFolder) -> None:
    """Remove all of a session. Raises EngineError where that fails."""
    try:
        shutil.rmtree(session.path)
    except FileNotFoundError:
        return
    except OSError as err:
        raise EngineError(
            f"session {session.number} cannot be removed whole ({err.strerror}); what is left is "
            f"in {session.path}"
        ) from err


def older_than(sessions: list[SessionFolder], age: float, now: float) -> list[SessionFolder]:
    """Those last written to more than `age` seconds before the wall clock's `now` (s)."""
    found = []
    for session in sessions:
        written = session.last_written()
        if written is None:
            with suppress(OSError):
                written = session.path.stat().st_mtime
        if written is not None and now - written > age:
            found.append(session)
    return found


def is_running(session: SessionFolder) -> bool:
    """Whether a session runs: its host lives, or its player plays on without one."""
    return is_locked(session.lock) or is_locked(session.player_lock)


def age(session: SessionFolder, now: float | None = None) -> float | None:
    """Seconds since the journal was last written to, by the wall clock."""
    written = session.last_written()
    return None if written is None else (time.time() if now is None else now) - written


def _is_number(name: str) -> bool:
    return (
        name.isascii()
        and name.isdigit()
        and not name.startswith("0")
        and len(name) <= len(str(MOST))
    )
