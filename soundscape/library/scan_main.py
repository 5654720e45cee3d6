"""The inside of the process that measures behind a running session: file by file, at low priority.

It outlives the program that started it, as the session does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from soundscape.library.catalogue import Catalogue
from soundscape.library.scan import give_way, measured, unknown
from soundscape.media.measure import measure


def spelled_out(folder: Path, paths: list[Path]) -> bytes:
    """What `main` is to read: the catalogue's folder and the files, in bytes as the system has."""
    return b"\0".join(os.fsencode(path) for path in (folder, *paths))


def main() -> None:
    """Measure the files that come by standard input into the catalogue named before them."""
    folder, *paths = (Path(os.fsdecode(name)) for name in sys.stdin.buffer.read().split(b"\0"))
    give_way()
    with Catalogue(folder, _tell_nobody) as catalogue:
        for path, stamp in unknown(catalogue, paths):
            catalogue.put(path, stamp, measured(path, measure))


def _tell_nobody(_line: str) -> None:
    """The program that started this has said it."""


if __name__ == "__main__":
    main()
