"""The time of a processor that work takes."""

from __future__ import annotations

import time
from collections.abc import Callable

ATTEMPTS = 4


def takes_less(seconds: float, work: Callable[[], object]) -> bool:
    """Whether work takes less at least once: a busy machine may slow it down now and then."""
    return any(_taken(work) < seconds for _ in range(ATTEMPTS))


def _taken(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
