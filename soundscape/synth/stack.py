"""Several generators sounding together as one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from soundscape.units import db_to_gain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soundscape.synth.machinery.generator import Block, Generator


class Stack:
    """Generators with levels (dB, against each other), their sum at the nominal loudness again.

    They know nothing of each other, so their powers add. Raises ValueError where there is none,
    or none that is heard.
    """

    def __init__(self, voices: Sequence[tuple[Generator, float]]) -> None:
        gains = [db_to_gain(level) for _, level in voices]
        total = math.hypot(*gains)
        if total == 0.0:
            raise ValueError("a stack needs at least one generator that is heard")
        self._voices = [
            (generator, np.float32(gain / total))
            for (generator, _), gain in zip(voices, gains, strict=True)
            if gain
        ]

    @classmethod
    def levelled(cls, voices: Sequence[Generator]) -> Stack:
        """Return a stack of voices that have their levels already: their plain sum.

        Raises ValueError where there is none.
        """
        stack = cls([(voice, 0.0) for voice in voices])
        stack._voices = [(voice, np.float32(1.0)) for voice in voices]
        return stack

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        out = np.zeros((count, 2), np.float32)
        for generator, gain in self._voices:
            out += gain * generator.render(start, count)
        return out
