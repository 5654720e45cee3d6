"""Finds out whether the server behind a driver is still there.

A JACK client is not told when its server dies: it goes on listing ports from the memory they
shared, and takes messages until its buffer is full, where it waits for ever and holds the
interpreter's lock. But it talks to the server through sockets, and the system knows whether their
other end is there. Drivers in the kernel have none.
"""

from __future__ import annotations

import os
import select
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")


class Sockets:
    """The sockets that a driver has opened. Only one thread at a time may use it."""

    def __init__(self) -> None:
        self._open: dict[int, int] = {}  # file descriptor: inode

    def watch(self, opening: Callable[[], _T]) -> _T:
        """Call a function that may make the driver open or close sockets, and note them."""
        before = _sockets()
        done = opening()
        after = _sockets()
        kept = {fd: node for fd, node in self._open.items() if after.get(fd) == node}
        new = {fd: node for fd, node in after.items() if before.get(fd) != node}
        self._open = {**kept, **new}
        return done

    def hung_up(self) -> bool:
        """Return whether the other end of any socket is gone."""
        if sys.platform == "win32" or not self._open:
            return False
        there = _sockets()
        if any(there.get(fd) != node for fd, node in self._open.items()):
            return True
        poll = select.poll()
        for fd in self._open:
            poll.register(fd, 0)  # errors and hang-ups are told anyway
        return bool(poll.poll(0))


def _sockets() -> dict[int, int]:
    if sys.platform == "win32":
        return {}
    found = {}
    for fd in (int(path.name) for path in Path("/dev/fd").iterdir()):
        try:
            status = os.fstat(fd)
        except OSError:
            continue
        if stat.S_ISSOCK(status.st_mode):
            found[fd] = status.st_ino
    return found
