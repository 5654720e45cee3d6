"""What is on the disk already of a session that another host goes on with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from soundscape.errors import EngineError
from soundscape.ipc.player_messages import RECORDED, CommandDone, CommandFailed
from soundscape.journal.entries import decode, encode
from soundscape.journal.redaction import Redactor
from soundscape.journal.resume_log import read_resume_log
from soundscape.journal.session_folders import SessionFolder
from soundscape.translation import gettext as _
from soundscape.views import fault_texts

NO_EVENTS = {"session", "position", "output", "resumed", "closed"}
"""Lines of a journal that no client gets."""
LATE = 5.0
"""Seconds before the last line: what is older than that was written, or the disk refused it."""


class WrittenLines:
    """The lines of a journal."""

    def __init__(self, folder: SessionFolder | None, redactor: Redactor) -> None:
        data = b""
        if folder is not None:
            with suppress(OSError):
                data = folder.journal.read_bytes()
        self._redactor = redactor
        self._left = Counter(data.splitlines(keepends=True))
        entries = [entry for entry in decode(data) if entry.event not in NO_EVENTS]
        self._last = entries[-1].t if entries else 0.0
        self.events: list[dict[str, Any]] = [
            {"t": entry.t, "event": entry.event, **entry.values} for entry in entries
        ]
        """The lines that clients got, in order."""

    def has(self, line: Mapping[str, Any]) -> bool:
        """Whether a line is written; each time that it was, it counts once."""
        try:
            written = encode(self._redactor.line(line))
        except (ValueError, TypeError):
            return True  # it cannot be written
        if self._left[written]:
            self._left[written] -= 1
            return True
        return bool(line["t"] < self._last - LATE)


def missing_records(folder: SessionFolder, history: Iterable[object]) -> list[object]:
    """What a recovery needs of a player's history and is not written.

    A command that the last host recorded and perhaps never passed on counts as refused: its client
    was told that it got no answer.
    """
    happened = [message for message in history if isinstance(message, RECORDED)]
    try:
        log = read_resume_log(folder.resume)
    except EngineError:
        return []
    missing: list[object] = list(happened[len(log.events) :])
    done = {message.number for message in missing if isinstance(message, CommandDone)}
    missing += [
        CommandFailed(request.number, 0, request.command, _(fault_texts.HOST_DIED))
        for request in log.unanswered
        if request.number not in done
    ]
    return missing
