"""A receiver: how all of them are addressed at once, and whether one can be reached.

Times are monotonic seconds.
"""

from __future__ import annotations

MULTICAST = "multicast"
"""In place of a receiver's address: to all that listen to the universe (sACN)."""

BACK_AFTER = 5.0
"""Seconds without an error after which a receiver counts as back.

While it is away the frame goes on being sent, and a system reports at least one error in four
seconds: Linux asks for a receiver on its own network three times, once a second, before it does.
"""


class Reachability:
    """A receiver is lost at the first error, and back when there has been none for a while."""

    def __init__(self) -> None:
        self._failed_at: float | None = None
        self.why = ""

    @property
    def lost(self) -> bool:
        """Whether it counts as lost."""
        return self._failed_at is not None

    def fail(self, now: float, why: str) -> None:
        """An error was reported."""
        self._failed_at, self.why = now, why

    def succeed(self, now: float) -> None:
        """No error was reported so far."""
        if self._failed_at is not None and now - self._failed_at >= BACK_AFTER:
            self._failed_at, self.why = None, ""
