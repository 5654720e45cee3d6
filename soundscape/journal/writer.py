"""Writes a session down from a thread of its own, so that nothing else waits for the disk.

Each event is on the disk (fsync) as soon as the disk allows, and the position once a second. What a
recovery needs is written before the line that tells of it. A disk that is full, or a folder that
cannot be written, costs one warning: lines then wait in memory, and are tried again.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from soundscape.ipc import clock
from soundscape.ipc.clock import Clock
from soundscape.journal.crash_files import crash_text, read_trace, write_crash_file
from soundscape.journal.entries import encode
from soundscape.journal.redaction import Redactor
from soundscape.journal.resume_log import (
    PositionReached,
    SessionSetup,
    beginning,
    encoded,
    whole_size,
)
from soundscape.journal.session_folders import SessionFolder
from soundscape.journal.session_lines import position_line
from soundscape.views.snapshot import Snapshot

POSITION_EVERY = 1.0
TRY_AGAIN = 5.0
"""Seconds from one try of a disk that refuses to the next."""
MOST_WAITING = 100_000
"""Lines that wait in memory; the oldest are dropped."""
CLOSE_WITHIN = 5.0
_BINARY = getattr(os, "O_BINARY", 0)
"""Windows would write other line ends, and the sizes would be wrong."""

Line = Mapping[str, Any]


@dataclass(slots=True)
class AppendedFile:
    """A file that grows. What it could not take waits in `waiting`."""

    path: Path
    size: int | None = None
    """Bytes that are known to be whole; None before it was opened."""
    waiting: deque[bytes] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))

    def flush(self) -> None:
        """Append what waits, and have it on the disk. Raises OSError; then all of it waits on."""
        if not self.waiting:
            return
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | _BINARY, 0o600)
        try:
            there = os.fstat(handle).st_size
            if self.size is None:
                self.size = there
                _sync_folder(self.path.parent)
            if there != self.size:
                os.ftruncate(handle, self.size)  # what an earlier try left half-written
            os.lseek(handle, self.size, os.SEEK_SET)
            data = b"".join(self.waiting)
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
            self.size += len(data)
            self.waiting.clear()
        finally:
            os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Have a new file's name on the disk. Windows has no such call, and needs none."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class JournalWriter:
    """Takes lines, records and positions from any thread, from `begin` to `close`.

    `warn` is called once, with the reason, when the disk refuses. Without a `folder` all stays in
    memory, `why` being the reason. `resumed`: the folder's files are continued, whatever was left
    half-written in them. Where a session is not `recoverable` its records are not kept. `wall` is
    the wall clock (s).
    """

    def __init__(
        self,
        folder: SessionFolder | None,
        redactor: Redactor,
        *,
        recoverable: bool = True,
        resumed: bool = False,
        why: str = "",
        now: Clock = clock.now,
        wall: Clock = time.time,
    ) -> None:
        self.warn: Callable[[str], object] = lambda _why: None
        self._folder = folder
        self._redactor = redactor
        self._recoverable = recoverable
        self._why = why
        self._now = now
        self._wall = wall
        self._waiting: deque[tuple[str, Any]] = deque(maxlen=MOST_WAITING)
        self._position: tuple[PositionReached, Snapshot] | None = None
        self._position_due = 0.0
        self._last = 0.0
        self._changed = threading.Condition()
        self._closing = False
        self._completed = False
        self._trace_read = 0  # bytes of it that are in crash files already
        self._warned = False
        self._next_try = 0.0
        nowhere = Path(os.devnull)
        self._lines = AppendedFile(folder.journal if folder else nowhere)
        self._records = AppendedFile(folder.resume if folder else nowhere)
        if resumed and folder is not None:
            self._lines.waiting.append(b"\n")  # after a line that was cut off
            with suppress(OSError):
                self._records.size = whole_size(folder.resume)
            with suppress(OSError):
                self._trace_read = folder.trace.stat().st_size
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def begin(self, setup: SessionSetup, encoded_job: bytes, lines: Sequence[Line]) -> None:
        """Begin to write: a session's first records and lines."""
        start = PositionReached(0, self._wall())
        records = [("data", beginning(setup, encoded_job)), ("record", start)]
        self._start([*records, *(("line", line) for line in lines)])

    def resume(self, records: Sequence[object]) -> None:
        """Begin to write on: first what comes of taking the session up."""
        self._start([("record", record) for record in records])

    def record(self, message: object) -> None:
        """Write a message that a recovery replays."""
        self._put([("record", message)])

    def events(self, lines: Sequence[Line]) -> None:
        """Write lines of the journal."""
        if lines:
            self._last = max(self._last, *(line["t"] for line in lines))
            self._put([("line", line) for line in lines])

    def at(self, frame: int, view: Snapshot) -> None:
        """Where the session is now. It is written with the next event, at least once a second."""
        with self._changed:
            self._position = PositionReached(frame, self._wall()), view
            self._last = max(self._last, view.elapsed)
            if self._now() >= self._position_due:
                self._changed.notify()

    def crashed(self, what: str, events: Sequence[Line], trace: str | None = None) -> None:
        """Write a crash file: what a program wrote as it went, and what had happened before.

        Without a `trace` it is that of the players.
        """
        self._put([("crash", (what, list(events), trace))])

    def close(self, *, completed: bool) -> None:
        """Write what waits. A session that is `completed` needs no recovery any more."""
        with self._changed:
            self._closing, self._completed = True, completed
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(CLOSE_WITHIN)
        if completed and self._folder is not None:
            with suppress(OSError):
                self._folder.resume.unlink(missing_ok=True)

    def _start(self, first: Sequence[tuple[str, Any]]) -> None:
        with self._changed:
            self._waiting.extendleft(reversed(first))  # something may have happened already
        self._thread.start()

    def _put(self, things: Sequence[tuple[str, Any]]) -> None:
        with self._changed:
            self._waiting.extend(things)
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, POSITION_EVERY)
                things = list(self._waiting)
                self._waiting.clear()
                position, self._position = self._position, None
                closing = self._closing
                if position is not None:
                    self._position_due = self._now() + POSITION_EVERY
            for kind, value in things:
                self._take(kind, value)
            if position is not None:
                self._take("record", position[0])
                self._take("line", position_line(position[1]))
            if closing and self._completed and not self._waiting:
                self._take("line", {"t": self._last, "event": "closed"})
            self._flush(last=closing)
            if closing and not self._waiting:
                return

    def _has_work(self) -> bool:
        due = self._position is not None and self._now() >= self._position_due
        return bool(self._waiting) or due or self._closing

    def _take(self, kind: str, value: Any) -> None:
        match kind:
            case "line":
                with suppress(ValueError, TypeError):  # a number that JSON has not
                    self._lines.waiting.append(encode(self._redactor.line(value)))
            case "crash":
                self._write_crash(*value)
            case _ if self._recoverable:
                self._records.waiting.append(value if kind == "data" else encoded(value))
            case _:
                pass

    def _write_crash(self, what: str, events: Sequence[Line], trace: str | None) -> None:
        if self._folder is not None:
            with suppress(OSError):
                if trace is None:
                    trace, self._trace_read = read_trace(self._folder.trace, self._trace_read)
                write_crash_file(self._folder, crash_text(what, trace, events, self._redactor))

    def _flush(self, *, last: bool) -> None:
        if self._folder is None:
            self._complain(self._why)
            return
        if self._now() < self._next_try and not last:
            return
        try:
            self._records.flush()  # first: a line tells of nothing that a recovery does not know
            self._lines.flush()
        except OSError as err:
            self._next_try = self._now() + TRY_AGAIN
            self._complain(err.strerror or str(err))

    def _complain(self, why: str) -> None:
        if not self._warned:
            self._warned = True
            self.warn(why)
