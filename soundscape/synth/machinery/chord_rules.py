"""The chords of each mode: what they are made of, what may follow them, and how an area ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

_DEGREES: dict[str, dict[str, str]] = {
    "major": {
        "I": "1 5/4 3/2",
        "vi": "5/3 1 5/4",
        "IV": "4/3 5/3 1",
        "V": "3/2 15/8 9/8",
        "iii": "5/4 3/2 15/8",
        "Isus2": "1 9/8 3/2",
        "Isus4": "1 4/3 3/2",
        "Vsus4": "3/2 1 9/8",
    },
    "minor": {
        "i": "1 6/5 3/2",
        "VI": "8/5 1 6/5",
        "iv": "4/3 8/5 1",
        "v": "3/2 9/5 9/8",
        "III": "6/5 3/2 9/5",
        "isus2": "1 9/8 3/2",
        "isus4": "1 4/3 3/2",
        "vsus4": "3/2 1 9/8",
    },
    "dorian": {
        "i": "1 6/5 3/2",
        "IV": "4/3 5/3 1",
        "III": "6/5 3/2 9/5",
        "v": "3/2 9/5 9/8",
        "isus2": "1 9/8 3/2",
        "isus4": "1 4/3 3/2",
        "vsus4": "3/2 1 9/8",
    },
    "pentatonic": {"I": "1 5/4 3/2", "vi": "5/3 1 5/4", "V": "3/2 9/8 1", "II": "3/2 5/3 1"},
    "fifths": {"I": "1 3/2 9/8", "V": "3/2 9/8 1", "IV": "4/3 1 3/2"},
    "suspended": {"I": "1 4/3 3/2", "II": "9/8 3/2 1", "IV": "4/3 16/9 1", "V": "3/2 1 9/8"},
    "overtone": {"I": "1 5/4 3/2", "VII": "3/2 1 7/4", "V": "3/2 15/8 9/8", "III": "5/4 3/2 15/8"},
}
"""Triads and their suspensions, the root first. Each degree of a scale has one pitch, so a tone
that two chords share is the same. The triad of the second degree is not among them: its fifth is a
wolf in just intonation."""

AFTER: dict[str, dict[str, str]] = {
    "major": {
        "I": "IV vi iii Vsus4 Isus2",
        "vi": "IV iii Isus4 Vsus4",
        "IV": "I vi Vsus4 Isus2",
        "V": "I vi",
        "iii": "vi IV",
        "Isus2": "I IV vi",
        "Isus4": "I",
        "Vsus4": "V",
    },
    "minor": {
        "i": "VI iv III v isus2",
        "VI": "III iv isus4 vsus4",
        "iv": "i VI isus4 vsus4",
        "v": "i VI",
        "III": "VI v iv",
        "isus2": "i VI",
        "isus4": "i",
        "vsus4": "v",
    },
    "dorian": {
        "i": "IV III v isus2",
        "IV": "i III isus4",
        "III": "IV v i",
        "v": "i IV",
        "isus2": "IV i",
        "isus4": "i",
        "vsus4": "v",
    },
}
"""What may follow a chord: a suspension has only its resolution, by a step down."""

CADENCES: dict[str, tuple[str, ...]] = {
    "major": ("IV I", "Vsus4 V I", "IV Isus4 I"),
    "minor": ("iv i", "vsus4 v i", "VI isus4 i"),
    "dorian": ("IV i", "vsus4 v i", "IV isus4 i"),
}
AREAS: dict[str, str] = {
    "major": "1 major, 5/3 minor, 4/3 major, 3/2 major, 5/4 minor",
    "minor": "1 minor, 6/5 major, 8/5 major, 4/3 minor, 3/2 minor",
    "dorian": "1 dorian, 3/2 minor, 6/5 major, 4/3 dorian",
}
"""The key areas of a mode: their tonics over the key's, and their modes; home is the first."""
SHARED_TONES = 2  # that chords of two areas have in common where they meet


@dataclass(frozen=True, slots=True)
class Degree:
    """A chord of an area before it has a time. Ratios are to the key's own tonic."""

    name: str
    ratios: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class KeyArea:
    """The chords of a key, its home chord first, and its mode."""

    degrees: tuple[Degree, ...]
    mode: str


def key_area(tonic: str, mode: str) -> KeyArea:
    """Return the area of a mode; `tonic` is a ratio to the track's own key."""
    degrees = tuple(
        Degree(name, tuple(_folded(Fraction(tonic) * Fraction(ratio)) for ratio in text.split()))
        for name, text in _DEGREES[mode].items()
    )
    return KeyArea(degrees, mode)


def _folded(ratio: Fraction) -> Fraction:
    """Return a ratio within an octave from 1."""
    while ratio >= 2:
        ratio /= 2
    while ratio < 1:
        ratio *= 2
    return ratio


def over_pedal(area: KeyArea) -> KeyArea:
    """Return an area with only those chords that have its tonic in them."""
    tonic = area.degrees[0].ratios[0]
    return KeyArea(tuple(d for d in area.degrees if tonic in d.ratios), area.mode)
