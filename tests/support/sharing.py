"""What the processes of one test run share: a folder, files made once, and the machine's cores.

pytest-xdist runs the tests in more processes than the machine has cores. A test that computes takes
a core for itself. A test that mostly waits (marked `waits`) takes none, so it runs beside others. A
test of real time (marked `timed`) takes all of them, so nothing computes beside it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_VARIABLE = "SOUNDSCAPE_TESTS_SHARED"
_POLL = 0.02
CORES = os.cpu_count() or 1


def open_folder() -> None:
    """Make the run's folder; the processes that pytest starts from here on inherit it."""
    os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="soundscape-tests-")


def remove_folder() -> None:
    """Remove the run's folder."""
    shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)


def shared_file(name: str, make: Callable[[Path], object]) -> Path:
    """A file of the run that `make` writes to the path it is given; made by the first who asks."""
    path = Path(os.environ[_VARIABLE]) / name
    with FileLock(f"{path}.lock"):
        if not path.exists():
            part = path.with_name(f"part-{name}")
            make(part)
            part.replace(path)
    return path


@contextmanager
def one_core() -> Iterator[None]:
    """Hold one of the machine's cores. Waits until one is free."""
    while True:
        for lock in _core_locks():
            try:
                lock.acquire(blocking=False)
            except Timeout:
                continue
            try:
                yield
            finally:
                lock.release()
            return
        time.sleep(_POLL)


@contextmanager
def all_cores() -> Iterator[None]:
    """Hold all of the machine's cores: nothing computes meanwhile. Waits until they are free."""
    with ExitStack() as held:
        for lock in _core_locks():
            held.enter_context(lock)
        yield


def _core_locks() -> list[FileLock]:
    folder = Path(os.environ[_VARIABLE])
    return [FileLock(folder / f"core-{number}.lock") for number in range(CORES)]
