"""Locks that prove a process alive. The kernel releases one when the process that has it ends,
however it ends; a process that is stopped, hangs or sleeps keeps it.

Imports the standard library only.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_TRIES = 5
_PAUSE = 0.01
"""Seconds between two tries: who only looks at a lock has it for a moment."""
_FAR = 1 << 30
"""Where a file is locked on Windows: beyond its content, which others may then read."""


class ProcessLock:
    """A lock on a file that this process has until it ends, or releases it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def release(self) -> None:
        """Let it go before the process ends. Once."""
        os.close(self._handle)


def take_lock(path: Path) -> ProcessLock | None:
    """Lock a file, which is made if it is not there; None while another has it. Raises OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(_TRIES):
        if _lock(handle, shared=False):
            return ProcessLock(handle)
        time.sleep(_PAUSE)
    os.close(handle)
    return None


def is_locked(path: Path) -> bool:
    """Whether a process that lives has the lock."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(handle, shared=True)
    finally:
        os.close(handle)


if sys.platform == "win32":

    def _lock(handle: int, *, shared: bool) -> bool:
        """Try to lock; there is no shared lock here, so who looks may be taken for an owner."""
        import msvcrt  # noqa: PLC0415 - of Windows alone

        try:
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            if shared:
                os.lseek(handle, _FAR, os.SEEK_SET)
                msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
        except OSError:
            return False
        return True

else:

    def _lock(handle: int, *, shared: bool) -> bool:
        import fcntl  # noqa: PLC0415 - Windows has none

        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
