"""One light that fades. It follows its planned fade, and the limits hold whatever that says.

The scheduler asks a light for an update when it is `due`. Updates obey four rules, whatever moved
the light: no faster than `rate`, no change of direction within a second of the last one, no update
larger than the fixture's step, no two updates within a twenty-fifth of a second.
"""

from __future__ import annotations

import math
from dataclasses import replace

from soundscape.lighting.fixture import Fixture
from soundscape.lighting.light_fade import LightFade, light_fade
from soundscape.lighting.sent_history import SentHistory
from soundscape.units import SAMPLE_RATE

UPDATE_GAP = SAMPLE_RATE // 25
"""Frames between two updates of a light."""

_NEAR = 1e-9


class Dimmer:
    """A dimmer, a colour, anything with levels. Frames never go back."""

    def __init__(self, fixture: Fixture, rate: float, turn_gap: int) -> None:
        self.fixture = fixture
        self.due: int | None = None
        self.base: float | None = None  # where the look wants it, before any trim
        self.fade = LightFade(0, 0, fixture.start, fixture.start)
        self.code: int | None = None
        self.sent = SentHistory()
        self._rate = rate
        self._turn_gap = turn_gap
        self._level = fixture.start
        self._at = 0
        self._sent_at = 0
        self._heading = 0
        self._may_turn = 0
        self._unsure = False  # which way it was heading, as far as the desk knows

    @property
    def target(self) -> float:
        """The level it is going to, or at."""
        return self.fade.target

    @property
    def touched(self) -> bool:
        """Whether anything has moved it."""
        return self.code is not None or self.due is not None

    def level(self, frame: int) -> float:
        """The level at a frame: that of the fade, or as near to it as the rate allows.

        Before its first message a light is where it starts: nothing has moved it.
        """
        if self.code is None:
            return self._level
        lag = self.fade.level(frame) - self._level
        reach = self._rate * max(0, frame - self._at) / SAMPLE_RATE
        if abs(lag) <= reach + _NEAR:
            return self._level + lag
        return self._level + (reach if lag > 0 else -reach)

    def assume(self, level: float) -> None:
        """Set its level before its first message."""
        self.fixture = replace(self.fixture, start=level)
        self._level = level
        self.fade = LightFade(0, 0, level, level)

    def moving(self, frame: int) -> bool:
        """Whether it still has some way to go."""
        return frame < self.fade.end or self.due is not None

    def plan(self, frame: int, target: float, over: int, speed: float) -> LightFade:
        """The way from where it is to a target; a turn that comes too early waits, as it is."""
        origin = self.level(frame)
        start = frame
        if self._unsure or (target - origin) * self._heading < 0:
            start = max(frame, self._may_turn)
        over = max(0, frame + over - start)
        return light_fade(origin, target, start, over, speed, perceptual=self.fixture.perceptual)

    def follow(self, frame: int, way: LightFade, rate: float) -> None:
        """Take a way, from the level reached."""
        self._level, self._at = self.level(frame), frame
        self.fade, self._rate = way, rate
        self._schedule(frame)

    def stop(self, frame: int) -> None:
        """Stay where it is."""
        level = self.level(frame)
        self.follow(frame, LightFade(frame, frame, level, level), self._rate)

    def resend(self, frame: int, code: int | None) -> None:
        """Go back to the code that arrived last (None: none did), and send it again.

        What it did meanwhile was not seen, so its next change may be a turn, which waits a while.
        """
        self._level = self.fixture.start if code is None else self.fixture.level(code)
        self._at, self.code = frame, None
        self.sent.reset(code)
        self._unsure, self._may_turn = code is not None, frame + self._turn_gap

    def update(self, frame: int) -> tuple[bytes, ...]:
        """What to send at a frame at which it is due: nothing, or one update."""
        level, before = self.level(frame), self.code
        code = self.fixture.code(level)
        if before is not None:
            nearest = min(before + self.fixture.step, max(before - self.fixture.step, code))
            if nearest != code:
                code, level = nearest, self.fixture.level(nearest)
            if not self._turn(frame, code - before):
                self._level, self._at = self.fixture.level(before), self._may_turn
                self.due = self._may_turn
                return ()
        self._level, self._at = level, frame
        if code != before:
            self.code, self._sent_at = code, frame
            self.sent.record(frame, code)
        self._schedule(frame + 1)
        return self.fixture.encode(code, before) if code != before else ()

    def _turn(self, frame: int, change: int) -> bool:
        """Note the direction of a change; false if it would turn too early."""
        if change == 0:
            return True
        heading = 1 if change > 0 else -1
        if self._unsure or heading == -self._heading:
            if frame < self._may_turn:
                return False
            self._may_turn = frame + self._turn_gap
        self._heading, self._unsure = heading, False
        return True

    def _schedule(self, soonest: int) -> None:
        """Set `due`: when the next code is reached, or as soon as allowed if it is behind."""
        if self.code is None:
            self.due = soonest
            return
        soonest = max(soonest, self._sent_at + UPDATE_GAP)
        lag = self.fade.level(self._at) - self._level
        if abs(lag) > _NEAR:
            border = self.fixture.level(self.code + (0.5 if lag > 0 else -0.5))
            reached = math.ceil(abs(border - self._level) / self._rate * SAMPLE_RATE)
            self.due = max(soonest, self._at + reached)
            return
        final = self.fixture.code(self.fade.target)
        if final == self.code:
            self.due = None
            return
        ahead = 0.5 if final > self.code else -0.5
        self.due = max(soonest, self.fade.when(self.fixture.level(self.code + ahead)))
