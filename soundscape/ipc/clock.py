"""The package's clock. It is the same for all processes of this machine.

`time.monotonic` is not used: before Python 3.13 it advances in steps of 15.6 ms on Windows. With
such a clock outputs count underruns that nobody hears, and no message is on time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Returns seconds since a moment that is the same for all processes of this machine."""

Sleep = Callable[[float], None]
"""Waits for some seconds. It may return a little early or late."""

now: Clock = time.perf_counter
