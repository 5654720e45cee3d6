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


_NUMBERS = re.compile(r"(\d+)")

Part = list[tuple[int, int, str]]
"""A name as it is sorted: numbers and what is between them."""
Key = tuple[Part, ...]
"""A path as it is sorted."""


def sound_files(folder: Path) -> list[Path]:
    """Every sound file below a folder, sorted by name: no matter the case, 2 before 10.

    Hidden files are passed over. Links are followed, none twice. Raises OSError where the folder
    itself cannot be read.
    """
    return [Path(path) for _, path in sorted(_walk(os.fspath(folder), (), set()))]


def _walk(folder: str, above: Key, seen: set[tuple[int, int]]) -> Iterator[tuple[Key, str]]:
    """Texts and not Paths: a library may hold ten thousand files."""
    with os.scandir(folder) as listed:
        entries = list(listed)
    status = os.stat(folder)  # noqa: PTH116
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry.path, (*above, _natural(name)), seen)
        elif os.path.splitext(name)[1].lower() in ENDINGS:  # noqa: PTH122
            yield (*above, _natural(name)), entry.path


def _natural(name: str) -> Part:
    """Numbers go by value, and before letters."""
    pieces = _NUMBERS.split(name.casefold())
    return [(0, int(text), text) if text.isdecimal() else (1, 0, text) for text in pieces]
