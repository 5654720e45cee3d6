"""Measures sound files ahead of time, on all cores, and keeps each result as it comes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from soundscape.errors import MediaError
from soundscape.library.measure.catalogue import Catalogue, Stamp, stamp_of
from soundscape.media.measure import measure
from soundscape.media.types import Measured

FEW = 48 << 20
"""Bytes that are measured sooner than other processes could start."""

NICENESS = 10
"""Everything else on the machine goes first."""

MOST_PROCESSES = 61
"""Windows can wait for no more at once."""

T = TypeVar("T")
Measure = Callable[[Path], Measured]
Job = tuple[Path, Stamp]

Done = Callable[[Path, int], None]
"""Called for each measured file, with its size in bytes."""


def scan(
    catalogue: Catalogue, paths: Iterable[Path], done: Done, measure: Measure = measure
) -> None:
    """Measure the files that the catalogue does not know in their present state.

    Each result is kept, however the scan ends. A file that is missing or may not be read is
    skipped: that is no property of the file, and may be different tomorrow.
    """
    for (path, stamp), result in measured_all(list(unknown(catalogue, paths)), measure):
        catalogue.put(path, stamp, result)
        done(path, stamp[0])


def measured_all(
    jobs: list[Job], measure: Callable[[Path], T]
) -> Iterator[tuple[Job, T | MediaError]]:
    """Measure files, on all cores if there is much to do; yield each result as it comes.

    `measure` is a function of a module, which other processes can import.
    """
    size = sum(stamp[0] for _, stamp in jobs)
    several = len(jobs) > 1 and size > FEW and (os.cpu_count() or 1) > 1
    return _pooled(jobs, measure) if several else _alone(jobs, measure)


def unknown(catalogue: Catalogue, paths: Iterable[Path]) -> Iterator[Job]:
    """Yield the files, each once, that are yet to be measured."""
    for path in dict.fromkeys(paths):
        stamp = stamp_of(path)
        try:
            if stamp is not None and catalogue.get(path) is None and _can_be_read(path):
                yield path, stamp
        except MediaError:
            continue  # known to be no sound


def _can_be_read(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def _alone(jobs: list[Job], measure: Callable[[Path], T]) -> Iterator[tuple[Job, T | MediaError]]:
    for job in jobs:
        yield job, measured(job[0], measure)


def measured(path: Path, measure: Callable[[Path], T]) -> T | MediaError:
    """Measure one file. An error is a result too."""
    try:
        return measure(path)
    except MediaError as error:
        return error


def _pooled(jobs: list[Job], measure: Callable[[Path], T]) -> Iterator[tuple[Job, T | MediaError]]:
    """Measure as many files at a time as there are cores, the largest first."""
    waiting = sorted(jobs, key=lambda job: job[1][0])
    cores = min(len(jobs), os.cpu_count() or 1, MOST_PROCESSES)
    suspects: list[Job] = []
    while waiting:
        pool = _pool(cores)
        running: dict[Future[T | MediaError], Job] = {}
        try:
            while waiting or running:
                while waiting and len(running) < cores:
                    job = waiting.pop()
                    with _ignoring_ctrl_c():
                        running[pool.submit(measured, job[0], measure)] = job
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    yield running.pop(future), result
        except BrokenProcessPool:  # one of these makes the decoder crash
            suspects += running.values()
        finally:
            _end(pool)
    for job in suspects:
        yield job, _in_own_process(job, measure)


def _in_own_process(job: Job, measure: Callable[[Path], T]) -> T | MediaError:
    """Measure a file in a process that may crash."""
    pool = _pool(1)
    try:
        with _ignoring_ctrl_c():
            future = pool.submit(measured, job[0], measure)
        return future.result()
    except BrokenProcessPool:
        return MediaError(f"{job[0]}: makes the decoder crash; convert it to FLAC")
    finally:
        _end(pool)


def _pool(processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")  # forks would take threads' locks along
    return ProcessPoolExecutor(processes, context, initializer=give_way)


@contextmanager
def _ignoring_ctrl_c() -> Iterator[None]:
    """Let processes that are started in this context ignore Ctrl-C from their first moment."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def give_way() -> None:
    """Lower this process's priority, and leave Ctrl-C to the program that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.nice(NICENESS)
        return
    import ctypes  # noqa: PLC0415 - for Windows alone
    from ctypes import wintypes  # noqa: PLC0415

    kernel = ctypes.WinDLL("kernel32")
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.SetPriorityClass.argtypes = (wintypes.HANDLE, wintypes.DWORD)
    kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x4000)  # BELOW_NORMAL_PRIORITY_CLASS


def _end(pool: ProcessPoolExecutor) -> None:
    """End the workers at once: Ctrl-C does not wait for a long file."""
    processes = list((pool._processes or {}).values())  # noqa: SLF001 - there is no other way yet
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()
