"""Reads a session's journal, and says how the session stands."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from soundscape.errors import EngineError
from soundscape.journal.entries import Entry, decode
from soundscape.journal.resume_log import SessionSetup, read_setup
from soundscape.journal.session_folders import SessionFolder, age, is_running, known_sessions

SessionState = Literal["running", "over", "cut off"]

KEPT_FOR = 24 * 3600.0
"""Seconds for which the records of a session that was cut off are kept."""


@dataclass(frozen=True, slots=True)
class Journal:
    """A session's entries, in the order in which they were written."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        """The entry that says what was planned; an empty one in a journal that lost it."""
        found = (entry for entry in self.entries if entry.event == "session")
        return next(found, Entry(0.0, "session"))

    @property
    def over(self) -> bool:
        """Whether the session came to its end, or was ended after it was cut off."""
        return any(entry.event in ("end", "closed") for entry in self.entries)

    @property
    def last(self) -> Entry:
        """The last entry; an empty one where there is none."""
        return self.entries[-1] if self.entries else Entry(0.0, "")

    @property
    def length(self) -> float:
        """Seconds to the session's end, or up to its last entry."""
        ends = [entry.t for entry in self.entries if entry.event == "end"]
        return ends[-1] if ends else max((entry.t for entry in self.entries), default=0.0)


def read_journal(path: Path) -> Journal:
    """Read a journal. Raises EngineError where there is none, or where it has not one line."""
    try:
        entries = decode(path.read_bytes())
    except FileNotFoundError as err:
        raise EngineError("nothing was recorded of this session") from err
    except OSError as err:
        raise EngineError(f"the journal cannot be read ({err.strerror})") from err
    if not entries:
        raise EngineError("the journal has no line that can be read")
    return Journal(tuple(entries))


def session_state(folder: SessionFolder, journal: Journal) -> SessionState:
    """How a session stands."""
    if is_running(folder):
        return "running"
    return "over" if journal.over else "cut off"


@dataclass(frozen=True, slots=True)
class CutOffSession:
    """A session that was cut off, `age` seconds ago."""

    folder: SessionFolder
    journal: Journal
    age: float
    setup: SessionSetup


def cut_off_sessions(state: Path) -> list[CutOffSession]:
    """The sessions that were cut off and can be taken up, the newest first."""
    found = []
    for folder in reversed(known_sessions(state)):
        setup = read_setup(folder.resume)
        since = age(folder)
        if setup is None or since is None:
            continue
        try:
            journal = read_journal(folder.journal)
        except EngineError:
            continue
        if session_state(folder, journal) == "cut off":
            found.append(CutOffSession(folder, journal, max(0.0, since), setup))
    return found


def drop_old_records(state: Path) -> None:
    """Remove what a recovery would need of sessions that were cut off long ago."""
    for folder in known_sessions(state):
        since = age(folder)
        if folder.resume.exists() and since is not None and since > KEPT_FOR:
            with suppress(OSError):
                if not is_running(folder):
                    folder.resume.unlink(missing_ok=True)
