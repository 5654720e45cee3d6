"""The scene's look, and the covers that hide it: the care light, a mute, a landing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from soundscape.timeline.directives import Directive, LightsMove, LightsTrim
from soundscape.timeline.show import Move
from soundscape.units import frames

Cover = Literal["care", "mute", "land"]

BACK = {"care": frames(10.0), "mute": frames(15.0), "land": frames(20.0)}
"""Frames of the move back from a cover, as long as the sound takes to come back."""
TRIM_STEP = 0.8
"""`soften` takes a fifth of the lights' level away."""


class Looks:
    """The scene's look and its covers. The look follows the scene while a cover hides it."""

    def __init__(self, care: Move) -> None:
        self.standing: dict[str, float] = {}
        self.covers: set[Cover] = set()
        self._care = care
        self._trim = 0

    def move(self, frame: int, values: Mapping[str, float], over: int) -> list[Directive]:
        """A move of the scene."""
        self.standing.update(values)
        return [] if self.covers or not values else [LightsMove(frame, dict(values), over)]

    def jump(self, frame: int, look: Mapping[str, float], over: int) -> list[Directive]:
        """Go to the look that would stand elsewhere in the scene."""
        differs = {k: v for k, v in look.items() if self.standing.get(k) != v}
        return self.move(frame, differs, over) if differs else []

    def cover(self, frame: int, cover: Cover, over: int | None = None) -> list[Directive]:
        """Bring the care light, in its own time or `over` frames."""
        self.covers.add(cover)
        return [LightsMove(frame, self._care.values, over or self._care.over, care=True)]

    def uncover(self, frame: int, cover: Cover) -> list[Directive]:
        """Remove a cover. When the last one is removed, the scene's look comes back."""
        if cover not in self.covers:
            return []
        self.covers.discard(cover)
        if self.covers or not self.standing:
            return []
        return [LightsMove(frame, dict(self.standing), BACK[cover])]

    def trim(self, frame: int, steps: int) -> list[Directive]:
        """Every dimmer a step softer (−1) or brighter (+1)."""
        self._trim += steps
        return [LightsTrim(frame, TRIM_STEP**-self._trim)]

    def shown(self) -> dict[str, float]:
        """The values the lights are going to or at, before any trim."""
        return {**self.standing, **self._care.values} if self.covers else dict(self.standing)
