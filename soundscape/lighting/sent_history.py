"""Codes sent to a light with their frames; those in flight are discarded when its port goes."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter

KEPT = 512
"""Updates remembered: 25 a second for twenty seconds, more than anything is ahead of its sound."""

_FRAME = itemgetter(0)


class SentHistory:
    """The codes sent to a light. Frames never decrease.

    `last` is the newest code, None if there is none. Any thread may read it.
    """

    def __init__(self) -> None:
        self.last: int | None = None
        self._before: int | None = None  # before the first of these
        self._codes: list[tuple[int, int]] = []

    def record(self, frame: int, code: int) -> None:
        """A code is sent at a frame."""
        self.last = code
        self._codes.append((frame, code))
        if len(self._codes) >= 2 * KEPT:
            self._before = self._codes[KEPT - 1][1]
            del self._codes[:KEPT]

    def up_to(self, frame: int) -> int | None:
        """The last code sent up to a frame; None if there is none."""
        place = bisect_right(self._codes, frame, key=_FRAME)
        return self._codes[place - 1][1] if place else self._before

    def reset(self, code: int | None) -> None:
        """Only this code has arrived (None: none); forget the others."""
        self.last, self._before, self._codes = code, code, []
