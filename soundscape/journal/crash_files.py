"""Crash files: what a program of a session crashed of, and what had happened before.

They hold a traceback, and the session's last events without the words of marks and notes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from soundscape import __version__
from soundscape.journal.entries import encode
from soundscape.journal.redaction import Redactor, of_this_machine
from soundscape.journal.session_folders import SessionFolder

LAST_EVENTS = 100
LONGEST_TRACE = 200_000
"""Characters; of a longer trace the end is kept."""
MOST_FILES = 50
"""Of a player that dies again and again the first ones tell enough."""
OWN_WORDS = ("text", "answer", "message")
"""Fields of a command that may hold what the therapist wrote."""


def crash_text(
    what: str, trace: str, events: Sequence[Mapping[str, Any]], redactor: Redactor
) -> str:
    """The text of a crash file."""
    lines = [redactor.text(line) for line in trace[-LONGEST_TRACE:].splitlines()]
    told = [encode(redactor.line(_without_words(one))).decode().rstrip()
            for one in events[-LAST_EVENTS:]]  # fmt: skip
    return "\n".join(
        [f"soundscape {__version__}: {redactor.text(what)}", "", *(lines or ["no traceback"]), "",
         f"last {len(told)} events:", *told, ""]
    )  # fmt: skip


def read_trace(path: Path, since: int) -> tuple[str, int]:
    """What players wrote after a place of the file, and the place where it ends. Raises OSError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "", since
    return data[since:].decode("utf-8", "replace"), len(data)


def write_crash_file(folder: SessionFolder, text: str) -> None:
    """Write the next crash file of a session. Raises OSError."""
    for number in range(len(folder.crash_files()) + 1, MOST_FILES + 1):
        path = folder.path / f"crash-{number}.txt"
        with suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
            return


def crash_texts(folder: SessionFolder) -> list[str]:
    """The texts of a session's crash files, in order."""
    found = []
    for path in folder.crash_files():
        with suppress(OSError):
            found.append(path.read_text(encoding="utf-8", errors="replace"))
    with suppress(OSError):
        trace, _ = read_trace(folder.host_trace, 0)
        if trace:
            found.append(crash_text("the host", trace, (), of_this_machine(None)))
    return found


def _without_words(line: Mapping[str, Any]) -> dict[str, Any]:
    noted = line.get("do") in ("mark", "note")
    return {name: value for name, value in line.items() if not (noted and name in OWN_WORDS)}
