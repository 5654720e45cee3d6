"""Measures how long this machine stands still, by a thread that wants to sleep one millisecond."""

from __future__ import annotations

import threading
import time
from math import ceil

from soundscape.devices.audio.driver_buffers import AHEAD, MOST_AHEAD, usual_ahead
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.ipc.priority import be_served_first, step_back

NAP = 0.001
"""Seconds from one reading of the clock to the next."""
_MARGIN = 2.0
_STEP = 0.05


def longest_standstill(
    seconds: float, *, now: Clock = clock.now, sleep: Sleep = time.sleep
) -> float:
    """Watch for some seconds. Return the longest time (s) for which this thread did not run."""
    longest, before = 0.0, now()
    end = before + seconds
    while before < end:
        sleep(NAP)
        after = now()
        longest = max(longest, after - before - NAP)
        before = after
    return longest


def measure_standstill(seconds: float) -> tuple[float, float]:
    """Watch for so many seconds: the longest standstill, and what a player keeps ahead (s).

    It is watched as any program, though the player may have real time: a sound server has it for
    its devices alone. Beside a load average of 20 on two cores PulseAudio stood still for 0.3 s
    and more, and a player in real time for 2 ms.
    """
    longest = longest_standstill(seconds)
    be_served_first()
    try:
        return longest, usual_ahead()
    finally:
        step_back()


def needed_buffer(standstill: float) -> float:
    """Return the `audio.buffer` (s) for a machine that stood still for so long."""
    wanted = ceil(_MARGIN * standstill / _STEP) * _STEP
    return round(min(MOST_AHEAD, max(AHEAD, wanted)), 3)


class StandstillWatch:
    """Watches in a thread of its own until `stop`."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Stop, and return the longest standstill (s)."""
        self._over.set()
        self._thread.join()
        return self._longest

    def _work(self) -> None:
        while not self._over.is_set():
            self._longest = max(self._longest, longest_standstill(10 * NAP))


def advice(standstill: float, ahead: float) -> str:
    """Return what was measured, and what a room should say because of it."""
    measured = f"This computer stood still for at most {1000 * standstill:.0f} ms"
    wanted = needed_buffer(standstill)
    if wanted <= ahead:
        return f"{measured}: the buffer of {1000 * ahead:.0f} ms is enough."
    if standstill >= MOST_AHEAD:
        return f"{measured}: no buffer bridges that. Close other programs."
    return f"{measured}: write `audio: {{buffer: {1000 * wanted:.0f}ms}}` into room.yaml."
