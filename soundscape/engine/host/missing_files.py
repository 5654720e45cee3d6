"""Watches for files that a session misses: a music drive that is plugged in again.

Looking at a drive that hangs may take for ever, so a thread does nothing else.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable

LOOK_EVERY = 3.0
"""Seconds from one look to the next."""

Exists = Callable[[str], bool]


class MissingFiles:
    """Which files were away when last looked for, and have come back."""

    def __init__(self, exists: Exists = os.path.exists) -> None:
        self._exists = exists
        self._away: set[str] = set()

    def look(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Look for the files that a session could not play. Returns those that have come back.

        A file that was there all the time is damaged, and does not come back.
        """
        there = {path for path in wanted if self._exists(path)}
        back = there & self._away
        self._away = (self._away | set(wanted)) - there
        return tuple(sorted(back))


def watch_missing_files(
    unplayed: Callable[[], Collection[str]],
    restore: Callable[[tuple[str, ...]], object],
    ended: threading.Event,
) -> None:
    """Look, from a thread, until the session has `ended`. `restore` gets what has come back."""

    def watch() -> None:
        missing = MissingFiles()
        while not ended.wait(LOOK_EVERY):
            back = missing.look(unplayed())
            if back:
                restore(back)

    threading.Thread(target=watch, name="missing files", daemon=True).start()
