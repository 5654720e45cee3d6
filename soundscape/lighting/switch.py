"""One light that is on or off, and changes at most once in ten seconds."""

from __future__ import annotations

from soundscape.lighting.fixture import Fixture
from soundscape.lighting.sent_history import SentHistory
from soundscape.units import SAMPLE_RATE

SWITCH_GAP = 10 * SAMPLE_RATE
"""Frames between two changes of a switch."""


class Switch:
    """A switch: on from half up. A change asked for too early waits, if it is still wanted then."""

    def __init__(self, fixture: Fixture) -> None:
        self.fixture = fixture
        self.due: int | None = None
        self.code: int | None = None
        self.told = SentHistory()
        self.target = fixture.start
        self._changed_at = -SWITCH_GAP

    @property
    def touched(self) -> bool:
        """Whether anything has moved it."""
        return self.code is not None or self.due is not None

    def level(self, _frame: int) -> float:
        """What it is at: 0 or 1; before its first change, what it is taken to be."""
        return self.fixture.start if self.code is None else self.code / self.fixture.top

    def go(self, frame: int, target: float) -> None:
        """Want it on or off from a frame."""
        self.target = 1.0 if target >= 0.5 else 0.0
        same = self.code == self.fixture.code(self.target)
        self.due = None if same else max(frame, self._changed_at + SWITCH_GAP)

    def stop(self, _frame: int) -> None:
        """Stay as it is."""
        self.due = None

    def resend(self, frame: int, code: int | None) -> None:
        """Say anew what it was last told (None: nothing yet); what is wanted by now follows."""
        self.told.only(code)
        if code is None or code == self.fixture.code(self.target):
            self.code, self.due = None, frame
        else:
            self.code, self.due = code, max(frame, self._changed_at + SWITCH_GAP)

    def update(self, frame: int) -> tuple[bytes, ...]:
        """What to send at the frame at which it is due."""
        before, self.code = self.code, self.fixture.code(self.target)
        self.due, self._changed_at = None, frame
        self.told.say(frame, self.code)
        return self.fixture.encode(self.code, before)
