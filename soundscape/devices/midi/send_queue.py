"""The output process's queue, its pace for each port, and its figures of lateness."""

from __future__ import annotations

import heapq

from soundscape.devices.midi.port_messages import SendTiming

LATE = 0.002
"""A message sent later than this (s) counts as late."""

PACE = 0.001
"""Seconds between messages to a port (a DIN cable carries about 1000 a second) …"""

BURST = 8
"""… after so many at once. Drivers and receivers drop messages of larger bursts."""

_BIN = 0.0001

Item = tuple[float, int, int, bytes]
"""Time due, running number (which keeps the order of equals), port, message."""


class SendQueue:
    """Messages to be sent, soonest first; equal times in the order in which they were added."""

    def __init__(self) -> None:
        self._heap: list[Item] = []
        self._count = 0
        self._last: float | None = None

    def add(self, due: float, port: int, data: bytes) -> None:
        """Add a message; after the end, ignore it."""
        if self._last is None:
            heapq.heappush(self._heap, (due, self._count, port, data))
            self._count += 1

    def end(self, last: float) -> None:
        """Drop the messages due after `last`, and ignore all that follow."""
        self._last = last
        self._heap = [item for item in self._heap if item[0] <= last]
        heapq.heapify(self._heap)

    @property
    def over(self) -> bool:
        """Whether nothing will be due any more."""
        return self._last is not None and not self._heap

    def take(self, now: float) -> list[Item]:
        """Remove and return the messages that are due."""
        out = []
        while self._heap and self._heap[0][0] <= now:
            out.append(heapq.heappop(self._heap))
        return out

    def wait(self, now: float) -> float | None:
        """Return the seconds until the next message is due; None for an empty queue."""
        return max(0.0, self._heap[0][0] - now) if self._heap else None


class LatenessHistogram:
    """How late messages left, in bins of 0.1 ms up to 100 ms."""

    def __init__(self) -> None:
        self._bins = [0] * 1001
        self._worst = 0.0
        self._late = 0

    def note(self, lateness: float) -> None:
        """Count a message that was sent `lateness` seconds after it was due."""
        self._bins[min(len(self._bins) - 1, max(0, int(lateness / _BIN)))] += 1
        self._worst = max(self._worst, lateness)
        self._late += lateness > LATE

    def percentile(self, part: float) -> float:
        """Return the lateness (s) that a `part` of all messages did not exceed."""
        needed = part * sum(self._bins)
        reached = 0
        for index, count in enumerate(self._bins):
            reached += count
            if reached >= needed:
                return min(self._worst, (index + 1) * _BIN)
        return self._worst

    def report(self) -> SendTiming:
        """Return the figures; times in seconds."""
        return SendTiming(
            sent=sum(self._bins),
            late=self._late,
            median=self.percentile(0.5),
            p99=self.percentile(0.99),
            worst=self._worst,
        )


class SendPacer:
    """Spreads out messages to one port that have piled up while this process was held up."""

    def __init__(self) -> None:
        self._spent = 0.0

    def delay(self, now: float, count: int = 1) -> float:
        """Return for how many seconds the next `count` messages have to wait."""
        self._spent = max(self._spent, now) + count * PACE
        return max(0.0, self._spent - now - BURST * PACE)
