"""Notes, tunings, and the chords that a mode moves through."""

from __future__ import annotations

import math
import re
from fractions import Fraction

LOWEST = 30.0
HIGHEST = 530.0
"""The range of a root, Hz: a little beyond C1 to C5 at any `a4`."""

CONCERT_A = 440.0
"""The usual A4, Hz."""

_NOTE = re.compile(r"([A-Ga-g])([#♯b♭]?)(-?[0-9])")
_STEPS = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}
_ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_HERTZ = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:[Hh][Zz])?")

Chord = tuple[Fraction, ...]


def _chords(*texts: str) -> tuple[Chord, ...]:
    return tuple(tuple(Fraction(ratio) for ratio in text.split()) for text in texts)


MODES: dict[str, tuple[Chord, ...]] = {
    "fifths": _chords("1 3/2", "1 3/2 9/8"),
    "major": _chords("1 5/4 3/2", "1 5/4 5/3", "1 9/8 3/2", "5/4 3/2 15/8"),
    "minor": _chords("1 6/5 3/2", "1 6/5 8/5", "9/8 3/2 9/5", "1 4/3 3/2"),
    "dorian": _chords("1 6/5 3/2", "1 4/3 5/3", "9/8 3/2 9/5"),
    "pentatonic": _chords("1 5/4 3/2", "1 9/8 3/2", "1 5/4 5/3"),
    "suspended": _chords("1 4/3 3/2", "1 9/8 3/2", "1 4/3 16/9"),
    "overtone": _chords("1 5/4 3/2", "1 3/2 7/4", "9/8 3/2 7/4"),
}
"""Chords over a still root, as just ratios, the home chord first. Within a chord no two tones are
closer than a tone, and each is in tune with the others: the rough steps of a scale never meet."""


def parse_root(text: str, a4: float) -> float | None:
    """Return the frequency (Hz) of a note name or a number of Hz, or None: it is neither.

    Note names are scientific: A4 is `a4`. Equal-tempered; the tones over the root are not.
    """
    text = text.strip()
    if match := _HERTZ.fullmatch(text):
        return float(match[1])
    if match := _NOTE.fullmatch(text):
        step = _STEPS[match[1].upper()] + _ACCIDENTALS[match[2]]
        return a4 * float(2.0 ** (int(match[3]) - 4 + step / 12.0))
    return None


def tuned(ratio: Fraction, tuning: str) -> float:
    """Return a just ratio as it sounds in a tuning: itself, or the nearest semitone."""
    if tuning == "just":
        return float(ratio)
    return float(2.0 ** (round(12.0 * math.log2(ratio)) / 12.0))
