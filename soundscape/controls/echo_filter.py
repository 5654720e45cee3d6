"""Our own messages that come back: a desk's feedback, a loop of cables. They are no commands."""

from __future__ import annotations

from collections import deque

BEFORE, AFTER = 0.02, 0.25
"""Seconds around a message's sending in which it may come back."""

REMEMBERED = 1.0

_MOST = 256


class EchoFilter:
    """Remembers what was sent. Each message excuses one that comes back."""

    def __init__(self) -> None:
        self._sent: dict[bytes, deque[tuple[float, int]]] = {}

    def sent(self, due: float, data: bytes) -> None:
        """A message of two or three bytes goes out at a moment (seconds)."""
        times = self._sent.setdefault(_address(data), deque(maxlen=_MOST))
        while times and times[0][0] < due - REMEMBERED:
            times.popleft()
        times.append((due, data[-1]))

    def has(self, at: float, data: bytes) -> bool:
        """Whether a message that came in at a moment is one of ours. A desk may round its value."""
        times = self._sent.get(_address(data), ())
        for one in times:
            due, value = one
            if due - BEFORE <= at <= due + AFTER and abs(value - data[-1]) <= 1:
                self._sent[_address(data)].remove(one)
                return True
        return False


def _address(data: bytes) -> bytes:
    """What it is about: all but the value."""
    return data[:-1] if len(data) > 2 else data
