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

Part = list[tuple[int, int, str]]
"""The sort key of a name: numbers and the text between them."""
Key = tuple[Part, ...]
"""The sort key of a path."""


Unread = Callable[[Path, OSError], None]
"""Called with each folder that cannot be read, and the error."""


def sound_files(folder: Path, unread: Unread) -> list[Path]:
    """Return every sound file below a folder, sorted by name: in any case, 2 before 10.

    Hidden files are ignored. Links are followed, none twice. Raises OSError if the folder itself
    cannot be read.
    """
    return [Path(path) for _, path in sorted(_walk(os.fspath(folder), (), set(), unread))]


def _walk(
    folder: str, above: Key, seen: set[tuple[int, int]], unread: Unread
) -> Iterator[tuple[Key, str]]:
    """Yield texts and not Paths, since a library may hold ten thousand files."""
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
            yield (*above, _natural(name)), entry.path
    # By name, and not as the disk has them: of two links to one folder the same one counts always.
    for entry in sorted(folders, key=lambda one: one.name):
        yield from _walk(entry.path, (*above, _natural(entry.name)), seen, unread)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _natural(name: str) -> Part:
    """Return the sort key of a name: numbers count by value, and come before letters."""
    pieces = _NUMBERS.split(name.casefold())
    return [(0, int(text), text) if text.isdecimal() else (1, 0, text) for text in pieces]
