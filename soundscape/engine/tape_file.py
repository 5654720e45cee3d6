"""The tape's file, made by the host before it has loaded much else (see `engine.tape`)."""

from __future__ import annotations

from pathlib import Path

START = 64
"""Bytes before the sound."""
LENGTH = 1 << 17
"""Frames that it holds: 2.7 s."""
SIZE = START + LENGTH * 8


def blank(path: Path) -> Path:
    """Make a blank tape, readable by this user alone. Raises OSError."""
    path.unlink(missing_ok=True)
    path.touch(0o600)
    with path.open("r+b") as file:
        file.truncate(SIZE)
    return path
