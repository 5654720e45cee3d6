"""Replaces a file, whole or not at all. Imports the standard library only, for small processes."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_TRIES = 10
_PAUSE = 0.1
"""Seconds from one try to the next."""


def write_atomically(
    path: Path, content: str | bytes, *, mode: int = 0o600, durable: bool = False
) -> None:
    """Give a file this content. A reader sees the old content or the new, and never a part.

    Text is written as UTF-8. `mode` has the permissions; the default is the owner's alone. With
    `durable` the content is on the disk when this returns. Raises OSError, and leaves the file
    unchanged.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        beside.chmod(mode)
        _replace(beside, path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _replace(beside: Path, path: Path) -> None:
    """Rename the new file. Windows refuses that while another program reads the old one."""
    for _ in range(_TRIES - 1):
        try:
            beside.replace(path)
        except PermissionError:
            time.sleep(_PAUSE)
        else:
            return
    beside.replace(path)
