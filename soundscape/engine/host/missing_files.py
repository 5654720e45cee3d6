"""Watches for missing files that come back, as when a music drive is plugged in again, and for
files that were not played because they have changed since they were measured.

A poll of a drive that hangs may block for ever, so a thread does nothing else.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from soundscape.engine.host.background_scan import ScanRequest, Updates, start_background_scan
from soundscape.engine.host.host import Host
from soundscape.ipc.job import Job
from soundscape.library.measure.unmeasured import Unmeasured
from soundscape.media.file_state import has_changed
from soundscape.timeline.show import FileSource
from soundscape.timeline.show_update import PlaylistReturn, TrackUpdate

POLL_INTERVAL = 3.0
"""Seconds from one poll to the next."""

Exists = Callable[[str], bool]
HasChanged = Callable[[str, int | None, int | None], bool]


class MissingFiles:
    """Remembers which files were missing or had changed at the last poll."""

    def __init__(
        self, exists: Exists = os.path.exists, has_changed: HasChanged = has_changed
    ) -> None:
        self._exists = exists
        self._has_changed = has_changed
        self._missing: set[str] = set()
        self._changed: set[str] = set()

    def poll(self, unplayed: Iterable[FileSource]) -> tuple[str, ...]:
        """Check the files that a session could not play. Return those that have come back, or are
        others than were measured, each once.

        A file that was there all the time and is the same is damaged, and is not returned.
        """
        wanted = {one.path: one for one in unplayed}
        there = {path for path in wanted if self._exists(path)}
        back = there & self._missing
        self._missing = (self._missing | set(wanted)) - there
        changed = {
            path
            for path in there
            if self._has_changed(path, wanted[path].size, wanted[path].mtime_ns)
        }
        anew, self._changed = changed - self._changed, changed
        return tuple(sorted(back | anew))


def measure_and_restore(host: Host, job: Job, unmeasured: Unmeasured) -> None:
    """Measure the unmeasured files, and restore missing ones to the session when they come back.

    Both run in threads and processes of their own until the session has ended.
    """
    scan = ScanRequest(unmeasured, job.show, job.index, job.begin_at)

    def publish(found: Updates) -> None:
        returned = tuple(one for one in found if isinstance(one, PlaylistReturn))
        updates = tuple(one for one in found if isinstance(one, TrackUpdate))
        if returned:
            host.return_playlists(returned)
        if updates:
            host.update_tracks(updates)

    def watch() -> None:
        missing = MissingFiles()
        while not host.ended.wait(POLL_INTERVAL):
            back = missing.poll(host.unplayed_files())
            if back:
                files = tuple(map(Path, back))
                again = replace(unmeasured, files=files)
                start_background_scan(replace(scan, unmeasured=again, returned=back), publish)

    if unmeasured.files:
        start_background_scan(scan, publish)
    threading.Thread(target=watch, name="missing files", daemon=True).start()
