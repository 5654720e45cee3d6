"""The sound files below a folder, in the order that a person expects."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

ENDINGS = frozenset({
    ".wav", ".wave", ".w64", ".rf64", ".aiff", ".aif", ".aifc", ".caf", ".au", ".snd", ".dsf",
    ".dff", ".flac", ".wv", ".ape", ".tta", ".mp3", ".mp2", ".m4a", ".m4b", ".aac", ".mp4",
    ".ac3", ".wma", ".ogg", ".oga", ".opus", ".spx", ".mka", ".webm", ".mpc",
})  # fmt: skip
"""What a sound file's name ends with. A file named in a playlist may end otherwise."""


def sound_files(folder: Path) -> list[Path]:
    """Every sound file below a folder, sorted by name: no matter the case, 2 before 10.

    Hidden files are passed over. Links are followed, none twice. Raises OSError where the folder
    itself cannot be read.
    """
    return sorted(_walk(folder, set()), key=lambda path: _natural(path.relative_to(folder)))


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    entries = list(os.scandir(folder))
    status = folder.stat()
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(path, seen)
        elif path.suffix.lower() in ENDINGS:
            yield path


def _natural(path: Path) -> list[list[tuple[int, int, str]]]:
    return [[_piece(piece) for piece in re.split(r"(\d+)", part.casefold())] for part in path.parts]


def _piece(text: str) -> tuple[int, int, str]:
    """Numbers go by value, and before letters."""
    return (0, int(text), text) if text.isdecimal() else (1, 0, text)
