"""A lamp over MQTT: it fades by itself from one target to the next, in short legs.

Long transitions are ignored by many lamps, or end in a jump. So each message has the level that the
fade reaches a second later, and a transition of a second. A leg that has begun is not taken back: a
new move begins where the leg ends. A lamp that was never sent anything, or was away, may show
anything. Its first leg lasts so long that from no level it moves faster than the limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from soundscape.lighting.dimmer import Dimmer
from soundscape.lighting.fixture import Fixture
from soundscape.lighting.light_fade import LightFade, light_fade
from soundscape.units import SAMPLE_RATE

LEG = 1.0
"""Seconds of a leg, and the least from one message to the next."""

LONGEST_LEG = 10.0
"""Seconds of a first leg, at most: from any level at 10 % a second, the most that rooms allow."""

_FINEST = 10
"""Transitions are written in tenths of a second, as Zigbee sends them."""

_NEAR = 1e-9

Payload = Callable[[int, float], bytes]
"""The message of a code that is reached in so many seconds."""


class LampDimmer(Dimmer):
    """A dimmer whose updates are legs. `level` is where the lamp is inside of its leg."""

    def __init__(self, fixture: Fixture, payload: Payload, rate: float, turn_gap: int) -> None:
        super().__init__(fixture, rate, turn_gap)
        self._payload = payload
        self._begin = self._end = 0  # of the leg; `_level` is the level at its end
        self._origin = fixture.start
        self._is_first = False  # the leg began at an unknown level
        self._sent_at = -round(LEG * SAMPLE_RATE)

    @property
    def leg_end(self) -> int:
        """The frame at which its last leg ends."""
        return self._end

    def level(self, frame: int) -> float:
        """The level at a frame, as far as the leg has come."""
        if frame >= self._end:
            return self._level
        part = max(0, frame - self._begin) / (self._end - self._begin)
        return self._origin + (self._level - self._origin) * part

    def assume(self, level: float) -> None:
        """Set its level before its first message."""
        super().assume(level)
        self._origin = level

    def plan(self, frame: int, target: float, over: int, speed: float) -> LightFade:
        """The way to a target, from the end of the leg; a turn that comes too early waits.

        Where the lamp's level is not known, from where the present way is.
        """
        origin, start = self.fade.level(frame), frame
        if self.code is not None and not self._first_leg_lasts(frame):
            origin, start = self._level, max(frame, self._end)
            if (target - origin) * self._heading < 0:
                start = max(start, self._may_turn)
        over = max(0, frame + over - start)
        return light_fade(origin, target, start, over, speed, perceptual=self.fixture.perceptual)

    def follow(self, frame: int, way: LightFade, rate: float) -> None:
        """Take a way. A first leg that has not ended is begun again, towards it."""
        self.fade, self._rate = way, rate
        if self._first_leg_lasts(frame):
            self._origin, self._begin = self.level(frame), frame
            self.code = None
        self._schedule(frame)

    def stop(self, frame: int) -> None:
        """Stay where the leg ends."""
        level = self._level if self.code is not None else self.fade.level(frame)
        self.fade = LightFade(frame, frame, level, level)
        self._schedule(frame)

    def resend(self, frame: int, code: int | None) -> None:
        """Send again what is wanted by now. `code` arrived last (None: none did)."""
        level = self.fixture.start if code is None else self.fixture.level(code)
        self._origin = self._level = level
        self._begin = self._end = frame
        self.code, self._is_first, self._heading = None, False, 0
        self.sent.reset(code)

    def update(self, frame: int) -> tuple[bytes, ...]:
        """The leg that begins at a frame, unless none is needed or it would turn too early."""
        before = self.code
        if before is None:
            seconds = _in_tenths(min(LONGEST_LEG, max(LEG, 1.0 / self._rate)))
            code = self.fixture.code(self.fade.level(frame + round(seconds * SAMPLE_RATE)))
            change = code - self.fixture.code(self.level(frame))
        else:
            code = self._in_reach(before, self.fade.level(frame + round(LEG * SAMPLE_RATE)))
            change = code - before
            way = abs(self.fixture.level(code) - self._level)
            seconds = _in_tenths(max(LEG, way / self._rate))
            if change == 0:
                self._schedule(frame + 1)
                return ()
        if not self._turn(frame, change):
            self.due = self._may_turn
            return ()
        self._origin, self._level = self.level(frame), self.fixture.level(code)
        self._begin = self._sent_at = frame
        self._end = frame + round(seconds * SAMPLE_RATE)
        self.code, self._is_first = code, before is None
        self.sent.record(frame, code)
        self._schedule(frame + 1)
        return (self._payload(code, seconds),)

    def _first_leg_lasts(self, frame: int) -> bool:
        return self._is_first and frame < self._end

    def _in_reach(self, before: int, level: float) -> int:
        """The code of a level, or the farthest on the way that a leg reaches; at least one step."""
        wanted = self.fixture.code(level)
        if wanted == before:
            return before
        step = 1 if wanted > before else -1
        reach = self._rate * LEG + _NEAR
        farthest = self.fixture.code(self._level + step * reach)
        code = min(wanted, farthest) if step > 0 else max(wanted, farthest)
        while (code - before) * step > 1 and abs(self.fixture.level(code) - self._level) > reach:
            code -= step
        return code if (code - before) * step > 0 else before + step

    def _schedule(self, soonest: int) -> None:
        """Set `due`: so that a leg ends when its code is reached, or as soon as allowed."""
        if self.code is None:
            self.due = max(soonest, self._sent_at + round(LEG * SAMPLE_RATE))
            return
        final = self.fixture.code(self.fade.target)
        if final == self.code:
            self.due = None
            return
        border = self.fixture.level(self.code + (0.5 if final > self.code else -0.5))
        reached = self.fade.when(border) - round(LEG * SAMPLE_RATE)
        self.due = max(soonest, self._end, self.fade.start, reached)


def _in_tenths(seconds: float) -> float:
    return math.ceil(round(seconds * _FINEST, 6)) / _FINEST
