"""What the processes of one test run share: a folder, files made once, and the machine's cores.

pytest-xdist runs the tests in more processes than the machine has cores. A test that computes takes
a core for itself. A test that mostly waits (marked `waits`) takes none, so it runs beside others. A
test of real time (marked `timed`) runs alone: it begins when all other tests have ended, and no
other test begins before it has ended.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_VARIABLE = "SOUNDSCAPE_TESTS_SHARED"
_POLL = 0.02
_TURN = 1.0
"""Seconds after which a process lets another one compute."""
CORES = os.cpu_count() or 1


def number() -> int:
    """Which of the run's processes this is."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def count() -> int:
    """How many processes the run has."""
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def open_folder() -> None:
    """Make the run's folder; the processes that pytest starts from here on inherit it."""
    os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="soundscape-tests-")


def remove_folder() -> None:
    """Remove the run's folder."""
    shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)


def folder() -> Path:
    """The run's folder."""
    return Path(os.environ[_VARIABLE])


def shared_file(name: str, make: Callable[[Path], object]) -> Path:
    """A file of the run that `make` writes to the path it is given; made by the first who asks."""
    path = folder() / name
    with FileLock(f"{path}.lock"):
        if not path.exists():
            part = path.with_name(f"part-{name}")
            make(part)
            part.replace(path)
    return path


class Core:
    """One of the machine's cores, which a process keeps for test after test: most are short."""

    _taken: FileLock | None = None

    def take(self) -> None:
        """Wait until a core is free, unless this process has one."""
        while self._taken is None:
            for number in range(CORES):
                lock = _lock(f"core-{number}")
                try:
                    lock.acquire(blocking=False)
                except Timeout:
                    continue
                self._taken, self._until = lock, time.perf_counter() + _TURN
                return
            time.sleep(_POLL)

    def give_back(self, *, at_once: bool) -> None:
        """Let another process compute, if this one has done so for a while."""
        if self._taken is not None and (at_once or time.perf_counter() > self._until):
            self._taken.release()
            self._taken = None


@contextmanager
def beside_others() -> Iterator[None]:
    """Run beside others. Waits until no test runs alone."""
    own = _lock(f"running-{number()}")
    with _lock("start"):
        own.acquire()
    try:
        yield
    finally:
        own.release()


@contextmanager
def alone() -> Iterator[None]:
    """Run alone. Waits until all others have ended; meanwhile no other test starts."""
    with _lock("start"):
        for other in range(count()):
            with _lock(f"running-{other}"):
                pass
        yield


def _lock(name: str) -> FileLock:
    return FileLock(folder() / f"{name}.lock", poll_interval=_POLL)
