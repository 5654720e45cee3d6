"""One light that is on or off, and changes at most once in ten seconds."""

from __future__ import annotations

from soundscape.lighting.fixture import Fixture
from soundscape.units import SAMPLE_RATE

SWITCH_GAP = 10 * SAMPLE_RATE
"""Frames between two changes of a switch."""


class Switch:
    """A switch: on from half up. A change asked for too early waits, if it is still wanted then."""

    def __init__(self, fixture: Fixture) -> None:
        self.fixture = fixture
        self.due: int | None = None
        self.code: int | None = None
        self.target = fixture.start
        self._changed_at = 0

    def level(self, _frame: int) -> float:
        """What it is at: 0 or 1; before its first change, what it is taken to be."""
        return self.fixture.start if self.code is None else self.code / self.fixture.top

    def go(self, frame: int, target: float) -> None:
        """Want it on or off from a frame."""
        self.target = 1.0 if target >= 0.5 else 0.0
        if self.code is None:
            self.due = frame
        elif self.code == self.fixture.code(self.target):
            self.due = None
        else:
            self.due = max(frame, self._changed_at + SWITCH_GAP)

    def stop(self, _frame: int) -> None:
        """Stay as it is."""
        self.due = None

    def update(self, frame: int) -> tuple[bytes, ...]:
        """What to send at the frame at which it is due."""
        before, self.code = self.code, self.fixture.code(self.target)
        self.due, self._changed_at = None, frame
        return self.fixture.encode(self.code, before)
