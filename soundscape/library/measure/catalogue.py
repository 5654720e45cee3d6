"""The catalogue of measured sound files: one SQLite file that any number of programs may share.

All of it can be measured again. A file counts as measured while its stamp (size, times, inode) is
the same as then.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import numpy as np

from soundscape.errors import MediaError
from soundscape.media.types import Measured, Probe

FILE = "tracks.sqlite"
VERSION = 3
APPLICATION = 0x536E6453
"""Marks the file as ours in its header (SQLite's `application_id`): "SndS"."""

_INTEGER = (1 << 63) - 1
"""SQLite's largest integer; some file systems have larger numbers."""

WAIT = 2.0
"""Seconds that a program waits for another one that has locked the file; then it goes on without.
A session starts meanwhile. Our own programs write for milliseconds.
"""

_TABLE = """
CREATE TABLE IF NOT EXISTS tracks (
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
    problem TEXT, probe TEXT, lufs REAL, peak REAL, range REAL, short_term REAL,
    sound_from INTEGER, sound_to INTEGER, curve BLOB, mono REAL, offset REAL
)
"""
_GET = "SELECT * FROM tracks WHERE path = ?"
_GET_FOLDER = """
SELECT * FROM tracks WHERE path > ?1 AND path < ?2 AND instr(substr(path, length(?1) + 1), ?3) = 0
"""
_PUT = "INSERT OR REPLACE INTO tracks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

Result = Measured | MediaError
"""The result of measuring a file."""

Tell = Callable[[str], None]
"""Called with a line for the user."""

Stamp = tuple[int, int, int, int]
"""A file's size in bytes, the time of its last change in ns, its inode, and the time in ns at which
the system last changed its entry (on Windows: at which it was made).

The last two tell a file that was replaced by one of equal size and time (`cp -p`, `rsync -t`).
"""

Row = tuple[Any, ...]
"""A row of the table: path, stamp, and the measurements."""


class _ForeignError(Exception):
    """The file is not a catalogue of ours."""


class Catalogue:
    """The known sound files. One thread uses it. Close it, or use it in a `with`.

    A file that is damaged or not ours is renamed, and a new one made.
    """

    def __init__(self, folder: Path, tell: Tell) -> None:
        self._folder = folder
        self._tell = tell
        self._base = _opened(folder, tell)
        self._ahead: dict[bytes, Row] = {}  # what was read before it was asked for
        self._read: set[str] = set()  # the folders of these
        self._last = ""  # the folder last asked for

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._base.close()

    def get(self, path: Path) -> Measured | None:
        """Return the measurements of a file in its present state, or None.

        Raises MediaError if it was found to hold nothing that can be decoded.
        """
        stamp = stamp_of(path)
        if stamp is None:
            return None
        try:
            row = self._row(path, stamp)
            found = None if row is None else _result(path, row)
        except sqlite3.OperationalError as error:  # locked; each file would wait again
            self._tell_of_loss("read", error)
            self.close()
            self._base = _empty()
            return None
        except (sqlite3.DatabaseError, ValueError, TypeError):
            self._renew()
            return None
        if isinstance(found, MediaError):
            raise found
        return found

    def put(self, path: Path, stamp: Stamp, result: Result) -> None:
        """Keep the result for a file that had this stamp before it was measured.

        A result that cannot be written is kept while the program runs, and reported once.
        """
        row = (os.fsencode(path), *stamp, *_found(path, result))
        try:
            self._write(row)
        except sqlite3.OperationalError as error:
            self._tell_of_loss("written", error)
            self._base = _copied(self._base)
            self._write(row)
        except sqlite3.DatabaseError:
            self._renew()
            self._write(row)

    def _row(self, path: Path, stamp: Stamp) -> Row | None:
        """Return the row of a file in its present state. Of a folder in a row of requests, all rows
        are read.
        """
        key = os.fsencode(path)
        row = self._ahead.get(key)
        if row is None:
            folder, last = os.path.dirname(path), self._last  # noqa: PTH120 - once a track
            self._last = folder
            if folder == last and folder not in self._read:
                self._read.add(folder)
                self._ahead.update((row[0], row) for row in self._base.execute(*_of_folder(folder)))
                row = self._ahead.get(key)
        if row is None or row[1:5] != stamp:  # another program may have measured it since
            row = self._base.execute(_GET, (key,)).fetchone()
        return row if row is not None and row[1:5] == stamp else None

    def _write(self, row: Row) -> None:
        with self._base:
            self._base.execute(_PUT, row)
        self._ahead.pop(row[0], None)

    def _tell_of_loss(self, what: str, error: sqlite3.Error) -> None:
        self._tell(f"the catalogue cannot be {what} ({error}): measurements are not kept")

    def _renew(self) -> None:
        """Replace a file that turned out to be damaged by a new one."""
        self.close()
        self._ahead.clear()
        self._base = _new_file(self._folder / FILE, self._tell)


def stamp_of(path: Path) -> Stamp | None:
    """Return a file's stamp; None if there is no such file, or for a pipe, which may never end."""
    try:
        found = os.stat(path)  # noqa: PTH116 - half the time of Path's own, for each track
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino & _INTEGER, found.st_ctime_ns


# Opening ------------------------------------------------------------------------------------------


def _opened(folder: Path, tell: Tell) -> sqlite3.Connection:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _connected(folder / FILE)
    except (OSError, sqlite3.OperationalError) as error:
        return _in_memory(folder / FILE, error, tell)
    except (_ForeignError, sqlite3.DatabaseError):
        return _new_file(folder / FILE, tell)


def _new_file(file: Path, tell: Tell) -> sqlite3.Connection:
    try:
        aside = _renamed(file)
        made = _connected(file)
    except (OSError, sqlite3.Error, _ForeignError) as error:
        return _in_memory(file, error, tell)
    tell(f"the catalogue was damaged or not ours: set aside as {aside}, made anew")
    return made


def _connected(file: Path) -> sqlite3.Connection:
    base = sqlite3.connect(file, timeout=WAIT)
    try:
        if not _is_laid_out(base):
            with base:
                base.execute("BEGIN IMMEDIATE")  # of two programs that make it, one does
                _lay_out(base)
        with suppress(sqlite3.OperationalError):  # another program is just doing so
            base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        base.close()
        raise
    return base


def _is_laid_out(base: sqlite3.Connection) -> bool:
    """Return whether the file is a catalogue of this version. It may be read while another program
    writes.
    """
    return _mark(base) == (APPLICATION, VERSION)


def _mark(base: sqlite3.Connection) -> tuple[int, int]:
    (application,) = base.execute("PRAGMA application_id").fetchone()
    (version,) = base.execute("PRAGMA user_version").fetchone()
    return application, version


def _lay_out(base: sqlite3.Connection) -> None:
    application, version = _mark(base)
    tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,)
    if tables and application == APPLICATION and version < VERSION:
        base.execute("DROP TABLE tracks")  # of an older program: all of it is measured again
        tables = False
    if tables and (application, version) != (APPLICATION, VERSION):
        raise _ForeignError
    if not tables:
        base.execute(_TABLE)
        base.execute(f"PRAGMA application_id = {APPLICATION}")
        base.execute(f"PRAGMA user_version = {VERSION}")


def _renamed(file: Path) -> Path:
    """Rename a file, with what SQLite keeps beside it, to a free name."""
    stem = f"{FILE}.set-aside-{time.time_ns() // 1_000_000_000}"
    aside = file.with_name(stem)
    with suppress(FileNotFoundError):  # another program was faster
        file.replace(aside)
    for ending in ("-wal", "-shm"):
        beside = file.with_name(FILE + ending)
        if beside.exists():
            beside.replace(file.with_name(stem + ending))
    return aside


def _in_memory(file: Path, error: Exception, tell: Tell) -> sqlite3.Connection:
    reason = getattr(error, "strerror", None) or str(error) or "not ours"
    tell(f"the catalogue {file} cannot be used ({reason}): measurements are not kept")
    return _empty()


def _empty() -> sqlite3.Connection:
    base = sqlite3.connect(":memory:")
    base.execute(_TABLE)
    return base


def _copied(base: sqlite3.Connection) -> sqlite3.Connection:
    """Return a catalogue in memory with what can be read of one that cannot be written."""
    memory = _empty()
    with suppress(sqlite3.Error), memory:
        memory.executemany(_PUT, base.execute("SELECT * FROM tracks").fetchall())
    base.close()
    return memory


# Rows ---------------------------------------------------------------------------------------------


def _of_folder(folder: str) -> tuple[str, tuple[bytes, bytes, bytes]]:
    """Return a query for all rows of files in a folder itself, in the order of the index."""
    inside, separator = os.fsencode(os.path.join(folder, "")), os.fsencode(os.sep)  # noqa: PTH118
    beyond = inside[:-1] + bytes([inside[-1] + 1])
    return _GET_FOLDER, (inside, beyond, separator)


def _found(path: Path, result: Result) -> Row:
    if isinstance(result, MediaError):
        return (str(result).removeprefix(f"{path}: "), *[None] * 10)
    probe = {key: value for key, value in asdict(result.probe).items() if value is not None}
    return (
        None,
        json.dumps(probe),
        result.lufs,
        result.peak,
        result.range,
        result.short_term,
        result.sound_from,
        result.sound_to,
        result.momentary.astype("<i2").tobytes(),
        result.mono,
        result.offset,
    )


def _result(path: Path, row: Row) -> Result:
    problem, probe, *numbers, curve, mono, offset = row[5:]
    if problem is not None:
        return MediaError(f"{path}: {problem}")
    lufs, peak, loudness_range, short_term, sound_from, sound_to = numbers
    return Measured(
        probe=Probe(**json.loads(probe)),
        lufs=lufs,
        peak=peak,
        range=loudness_range,
        short_term=short_term,
        sound_from=sound_from,
        sound_to=sound_to,
        momentary=np.frombuffer(curve, "<i2"),
        mono=mono,
        offset=offset,
        size=row[1],
        mtime_ns=row[2],
    )
