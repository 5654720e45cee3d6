"""The harmony that the generators of a stack share, as a clinic writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from soundscape.scene.schema import Model

HarmonyKey = Literal[
    "C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B"
]  # fmt: skip
HarmonyMode = Literal["fifths", "major", "minor", "dorian", "pentatonic", "suspended", "overtone"]


@dataclass(frozen=True, kw_only=True)
class HarmonySpec(Model):
    """The chords that all voices of a stack play; the stack then has phrases and rests too."""

    key: HarmonyKey
    """The tone that is home, without an octave."""
    mode: HarmonyMode = "major"
    """Which chords there are."""
    tuning: Literal["just", "equal"] = "just"
    """Pure intervals, or those of a piano."""
    plan: Literal["areas", "periods", "pedal"] = "areas"
    """Key areas that move on, regular periods of eight chords, or chords over one bass."""
