"""Lights that are on or off: opposite changes of all of them together lie ten seconds apart."""

from __future__ import annotations

from dataclasses import replace

from soundscape.lighting.fixture import Fixture
from soundscape.lighting.sent_history import SentHistory
from soundscape.units import SAMPLE_RATE

SWITCH_GAP = 10 * SAMPLE_RATE
"""Frames from a change to the next one, of the switches that share a gap."""

TOGETHER = SAMPLE_RATE // 4
"""Frames in which switches may follow a change in its direction: together they are one change.

In so short a time no dimmers can turn a tenth of the room's light back and forth between two of
them, even at the care light's rate, so no third opposing change comes about.
"""

SMALL = 0.1
"""A part of the room's light whose change is no flash (WCAG 2.3.1: a tenth of the maximum)."""


class SwitchGap:
    """When a switch may be told something: never soon after one was told the opposite.

    Frames may be asked for in any order; the gap lies on both sides of a change.
    """

    def __init__(self) -> None:
        self._began: int | None = None
        self._on = False

    def earliest(self, frame: int, *, on: bool) -> int:
        """The first frame from `frame` on at which a switch may go on, or off."""
        if self._began is None or frame >= self._began + SWITCH_GAP:
            return frame
        if on == self._on and abs(frame - self._began) <= TOGETHER:
            return frame
        return self._began + SWITCH_GAP

    def note(self, frame: int, *, on: bool) -> None:
        """A switch is told to go on, or off."""
        if self._began is None or frame >= self._began + SWITCH_GAP:
            self._began, self._on = frame, on


class Switch:
    """A switch: on from half up. A change asked for too early waits, if it is still wanted then."""

    def __init__(self, fixture: Fixture, gap: SwitchGap) -> None:
        self.fixture = fixture
        self.due: int | None = None
        self.code: int | None = None
        self.sent = SentHistory()
        self.target = fixture.start
        self._gap = gap

    @property
    def touched(self) -> bool:
        """Whether anything has moved it."""
        return self.code is not None or self.due is not None

    def level(self, _frame: int) -> float:
        """What it is at: 0 or 1; before its first change, what it is taken to be."""
        return self.fixture.start if self.code is None else self.code / self.fixture.top

    def assume(self, level: float) -> None:
        """Set whether it is on before its first message."""
        self.fixture = replace(self.fixture, start=level)
        self.target = level

    def go(self, frame: int, target: float) -> None:
        """Want it on or off from a frame."""
        self.target = 1.0 if target >= 0.5 else 0.0
        same = self.code == self.fixture.code(self.target)
        self.due = None if same else self._earliest(frame)

    def stop(self, _frame: int) -> None:
        """Stay as it is."""
        self.due = None

    def resend(self, frame: int, code: int | None) -> None:
        """Send again what it was told last (None: nothing yet); what is wanted by now follows."""
        self.sent.reset(code)
        differs = code is not None and code != self.fixture.code(self.target)
        self.code = code if differs else None
        self.due = self._earliest(frame)

    def update(self, frame: int) -> tuple[bytes, ...]:
        """What to send at the frame at which it is due; nothing where it has to wait after all."""
        if (earliest := self._earliest(frame)) > frame:
            self.due = earliest
            return ()
        before, self.code = self.code, self.fixture.code(self.target)
        self.due = None
        self._gap.note(frame, on=self._on)
        self.sent.record(frame, self.code)
        return self.fixture.encode(self.code, before)

    @property
    def _on(self) -> bool:
        return self.target >= 0.5

    def _earliest(self, frame: int) -> int:
        return self._gap.earliest(frame, on=self._on)
