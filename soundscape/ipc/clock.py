"""The package's clock. It is the same for all processes of this machine.

`time.monotonic` is not used: before Python 3.13 it advances in steps of 15.6 ms on Windows. With
such a clock outputs count underruns that were none, and no message is on time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Returns seconds since a moment that is the same for all processes of this machine."""

Sleep = Callable[[float], None]
"""Waits for some seconds. It may return a little early or late."""

now: Clock = time.perf_counter


def _choose_counting_sleep() -> Clock:
    """A clock that goes on while the machine sleeps, as `now` does not on Linux and macOS."""
    if sys.platform == "linux":
        return lambda: time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":  # there it is this one that goes on
        return lambda: time.clock_gettime(time.CLOCK_MONOTONIC)
    return now  # Windows' counter goes on by itself


counting_sleep: Clock = _choose_counting_sleep()
