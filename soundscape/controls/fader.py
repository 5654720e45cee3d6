"""A fader for the level: it takes over only where the level is, and never makes it jump."""

from __future__ import annotations

import math

from soundscape.timeline.commands import Command
from soundscape.timeline.level_limits import LEAST_LEVEL_DB, MOST_LEVEL_DB

PICKUP_DB = 1.0
"""A fader this near to the level has it: one step of the level."""

WORTH_DB = 0.7
"""A fader has to leave a step by this much: one that trembles between two steps moves nothing."""

SETTLE = 0.3
"""Seconds after a command in which the session's view may still show the level before it."""


def fader_db(value: int) -> float:
    """The level that a controller's value (0 to 127) stands for: evenly in dB, -40 to +3."""
    return LEAST_LEVEL_DB + (MOST_LEVEL_DB - LEAST_LEVEL_DB) * value / 127


class Fader:
    """One fader. Times in seconds, never going back; levels in dB."""

    def __init__(self) -> None:
        self._position: float | None = None
        self._level: float | None = None  # what the level is, as far as this fader knows
        self._has_it = False
        self._free_at = -math.inf

    def moved(self, value: int, now: float, level_db: float) -> None:
        """The fader was moved to a value (0 to 127) while the level was where it is."""
        self._note_level(now, level_db)
        level = level_db if self._level is None else self._level
        before, self._position = self._position, fader_db(value)
        passed = before is not None and (before - level) * (self._position - level) <= 0
        self._has_it = self._has_it or passed or self._near(level)

    def follow(self, now: float, level_db: float) -> Command | None:
        """The command that brings the level to the fader, when one is due."""
        self._note_level(now, level_db)
        if self.due() is None or now < self._free_at:
            return None
        assert self._position is not None and self._level is not None  # noqa: S101, PT018 - it is due
        to = float(math.floor(self._position + 0.5))
        by, self._level = to - self._level, to
        self._free_at = now + SETTLE
        return Command("level", by=by)

    def due(self) -> float | None:
        """When `follow` has something to ask for; None while it has not."""
        if not self._has_it or self._position is None or self._level is None:
            return None
        return self._free_at if abs(self._position - self._level) > WORTH_DB else None

    def let_go(self) -> None:
        """Its port went away: it takes over again where it meets the value."""
        self._position, self._has_it = None, False

    def _note_level(self, now: float, level_db: float) -> None:
        """Note the level. If something else moved it, the fader must pick it up again."""
        if now >= self._free_at and level_db != self._level:
            self._level = level_db
            self._has_it = self._has_it and self._near(level_db)

    def _near(self, level: float) -> bool:
        return self._position is not None and abs(self._position - level) <= PICKUP_DB
