"""Watches for files that a session misses: a music drive that is plugged in again.

Looking at a drive that hangs may take for ever, so a thread does nothing else.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from soundscape.engine.host.background_scan import ScanRequest, Updates, start_background_scan
from soundscape.engine.host.host import Host
from soundscape.ipc.player_messages import Job
from soundscape.library.measure.unmeasured import Unmeasured
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate

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


def measure_and_restore(host: Host, job: Job, unmeasured: Unmeasured) -> None:
    """Have files measured that are not yet, and taken up again when they come back.

    Both go on, in threads and processes of their own, until the session has ended.
    """
    scan = ScanRequest(unmeasured, job.show, job.index, job.begin_at)

    def tell(found: Updates) -> None:
        returned = tuple(one for one in found if isinstance(one, PlaylistReturn))
        updates = tuple(one for one in found if isinstance(one, TrackUpdate))
        if returned:
            host.return_playlists(returned)
        if updates:
            host.update_tracks(updates)

    def watch() -> None:
        missing = MissingFiles()
        while not host.ended.wait(LOOK_EVERY):
            back = missing.look(host.unplayed_files())
            if back:
                files = tuple(map(Path, back))
                again = replace(unmeasured, files=files)
                start_background_scan(replace(scan, unmeasured=again, returned=back), tell)

    if unmeasured.files:
        start_background_scan(scan, tell)
    threading.Thread(target=watch, name="missing files", daemon=True).start()
