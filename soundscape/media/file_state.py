"""Whether a sound file is still the one that was measured."""

from __future__ import annotations

import os

COARSE_TIME = 2_000_000_000
"""Nanoseconds to which some file systems (FAT) round a time."""


def has_changed(path: str, size: int | None, mtime_ns: int | None) -> bool:
    """Return whether a file is there and has another size (bytes) or time of change than it had.

    What is None is not known. The inode is no evidence here: FAT and some network drives give a
    file another one after each mount.
    """
    if size is None or mtime_ns is None:
        return False
    try:
        found = os.stat(path)  # noqa: PTH116 - as the catalogue does
    except (OSError, ValueError):
        return False
    return found.st_size != size or abs(found.st_mtime_ns - mtime_ns) >= COARSE_TIME
