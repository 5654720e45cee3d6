"""What a light was told, and when: of what is on its way, a port that goes away loses the rest."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter

KEPT = 512
"""Updates remembered: 25 a second for twenty seconds, more than anything is ahead of its sound."""

_FRAME = itemgetter(0)


class SentHistory:
    """The codes that a light was told. Frames never go back.

    `last` is the last that was sent on its way, None if there was none. Any thread may read it.
    """

    def __init__(self) -> None:
        self.last: int | None = None
        self._before: int | None = None  # before the first of these
        self._codes: list[tuple[int, int]] = []

    def say(self, frame: int, code: int) -> None:
        """It is told a code at a frame."""
        self.last = code
        self._codes.append((frame, code))
        if len(self._codes) >= 2 * KEPT:
            self._before = self._codes[KEPT - 1][1]
            del self._codes[:KEPT]

    def by(self, frame: int) -> int | None:
        """The last that it was told up to a frame; None if there was none."""
        place = bisect_right(self._codes, frame, key=_FRAME)
        return self._codes[place - 1][1] if place else self._before

    def only(self, code: int | None) -> None:
        """What came after has not arrived: it was told this, or nothing, and no more."""
        self.last, self._before, self._codes = code, code, []
