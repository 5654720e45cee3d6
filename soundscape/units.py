"""Durations, gains, percents, positions: parse, print, convert. Every conversion is here."""

from __future__ import annotations

import math
from dataclasses import dataclass

SAMPLE_RATE = 48_000
"""Frames a second, throughout."""

SILENCE_DB = -120.0
"""The gain that `off` stands for. At or below it a gain is exactly 0."""


@dataclass(frozen=True, slots=True, order=True)
class At:
    """A position in a phase: from its start, from its end, or a fraction of its planned duration.

    `seconds` counts from the start, or with `from_end` back from the phase's real end.
    """

    seconds: float = 0.0
    fraction: float = 0.0
    from_end: bool = False


def frames(seconds: float) -> int:
    """Seconds to the nearest frame (half up)."""
    return math.floor(seconds * SAMPLE_RATE + 0.5)


def seconds(count: int) -> float:
    """Frames to seconds."""
    return count / SAMPLE_RATE


def db_to_gain(db: float) -> float:
    """A gain in dB to a linear factor; `SILENCE_DB` and below is 0."""
    return 0.0 if db <= SILENCE_DB else 10.0 ** (db / 20.0)


def gain_to_db(gain: float) -> float:
    """A linear factor to dB; 0 is `SILENCE_DB`."""
    return SILENCE_DB if gain <= 0.0 else max(SILENCE_DB, 20.0 * math.log10(gain))
