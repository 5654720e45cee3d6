"""Memory that our processes share by a name, outside of any file. The system writes none of it to a
disk, so that writing to it never waits for one. Imports the standard library only.

It is not `multiprocessing.shared_memory`: before Python 3.13 that starts a process which removes
the memory as soon as one of those ends that have it open. Here the name stays until it is removed,
and the memory until the last process that has it open has ended, however it ended.
"""

from __future__ import annotations

import mmap
import os
import secrets
import sys
from contextlib import suppress

if sys.platform == "win32":

    def create_memory(_size: int) -> str:
        """A name for a block of memory, which begins with the first process that opens it."""
        return _new_name()

    def open_memory(name: str, size: int) -> mmap.mmap:
        """Map it; all zeros where nothing was written yet. Raises OSError."""
        return mmap.mmap(-1, size, tagname=name)

    def remove_memory(_name: str) -> None:
        """Nothing: it goes with the last process that has it open."""

else:
    import _posixshmem

    def create_memory(size: int) -> str:
        """Make a block of zeros that this user alone may open. Returns its name. Raises OSError."""
        name = _new_name()
        handle = _posixshmem.shm_open(f"/{name}", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if sys.platform == "linux":  # on a full system one would kill who writes to it later
                os.posix_fallocate(handle, 0, size)
            else:
                os.ftruncate(handle, size)
        except OSError:
            remove_memory(name)
            raise
        finally:
            os.close(handle)
        return name

    def open_memory(name: str, size: int) -> mmap.mmap:
        """Map a block that was made. Raises OSError."""
        handle = _posixshmem.shm_open(f"/{name}", os.O_RDWR, 0o600)
        try:
            return mmap.mmap(handle, size)
        finally:
            os.close(handle)

    def remove_memory(name: str) -> None:
        """Remove its name. A process that has it open keeps it."""
        with suppress(OSError):
            _posixshmem.shm_unlink(f"/{name}")


def _new_name() -> str:
    return f"soundscape-{secrets.token_hex(8)}"  # macOS takes at most 31 characters
