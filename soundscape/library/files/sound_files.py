"""Lists the sound files below a folder, in the order that a person expects."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ENDINGS = frozenset({
    ".wav", ".wave", ".w64", ".rf64", ".aiff", ".aif", ".aifc", ".caf", ".au", ".snd", ".dsf",
    ".dff", ".flac", ".wv", ".ape", ".tta", ".mp3", ".mp2", ".m4a", ".m4b", ".aac", ".mp4",
    ".ac3", ".wma", ".ogg", ".oga", ".opus", ".spx", ".mka", ".webm", ".mpc",
})  # fmt: skip
"""The endings of sound files. A file that a playlist names may have another one."""


_NUMBERS = re.compile(r"(\d+)")

_PART, _NUMBER = "\0", "\1"
"""Before a part of a path and before a number, in a sort key: lower than what a name is made of."""

Unread = Callable[[Path, OSError], None]
"""Called with each folder that cannot be read, and the error."""


def sound_files(folder: Path, unread: Unread) -> list[Path]:
    """Return every sound file below a folder, sorted by name: in any case, 2 before 10.

    Hidden files are ignored. Links are followed, none twice. Raises OSError if the folder itself
    cannot be read.
    """
    return [Path(path) for _, path in sorted(_walk(os.fspath(folder), "", set(), unread))]


def _walk(
    folder: str, above: str, seen: set[tuple[int, int]], unread: Unread
) -> Iterator[tuple[str, str]]:
    """Yield sort keys and paths: texts and not Paths, since a library may hold 100,000 files."""
    try:
        with os.scandir(folder) as listed:
            entries = list(listed)
        status = os.stat(folder)  # noqa: PTH116
    except OSError as error:
        if not above:
            raise
        unread(Path(folder), error)
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    folders = []
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        if _is_folder(entry):
            folders.append(entry)
        elif os.path.splitext(name)[1].lower() in ENDINGS:  # noqa: PTH122
            yield above + _PART + _natural(name), entry.path
    # By name, and not as the disk has them: of two links to one folder the same one counts always.
    for entry in sorted(folders, key=lambda one: one.name):
        yield from _walk(entry.path, above + _PART + _natural(entry.name), seen, unread)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _natural(name: str) -> str:
    """Return the sort key of a name: numbers count by value, and come before letters."""
    return _NUMBERS.sub(_by_value, name.casefold())


def _by_value(number: re.Match[str]) -> str:
    """Return a number so that texts of numbers sort by value: first by how many digits it has."""
    digits = str(int(number[0]))
    return f"{_NUMBER}{chr(len(digits))}{digits}"
