"""Windows' rules for open files, on a system that has others.

There a file that somebody has open can be neither removed nor replaced.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest


class OpenFiles:
    """The files that somebody has open. `hold` one, and `let_go` of it."""

    def __init__(self) -> None:
        self._held: set[str] = set()

    def hold(self, path: Path) -> None:
        self._held.add(str(path.absolute()))

    def let_go(self, path: Path) -> None:
        self._held.discard(str(path.absolute()))

    def check(self, *paths: object) -> None:
        for path in paths:
            if str(Path(str(path)).absolute()) in self._held:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))


def pretend(monkeypatch: pytest.MonkeyPatch) -> OpenFiles:
    """Make this process's calls keep the rules; the files that are open."""
    files = OpenFiles()

    def keeping(call: Callable[..., object]) -> Callable[..., object]:
        def checked(*paths: object, **more: object) -> object:
            files.check(*paths)
            return call(*paths, **more)

        return checked

    for name in ("replace", "rename", "unlink", "remove"):
        monkeypatch.setattr(os, name, keeping(getattr(os, name)))
    return files
