"""Which notes a voice plays: figures on the chords of a harmony, with rests between them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.weak_method import weak_method

if TYPE_CHECKING:
    from soundscape.synth.machinery.harmony import Harmony

_FIGURE = 8  # places in a figure, after which it comes again
_HISTORY = 3  # chords over which the loudness of what still rings is followed
_FIRST = 0.35  # s after a chord's beginning, at the least: it is heard by then


@dataclass(frozen=True, slots=True)
class MelodyNote:
    """One note: when (s), at which pitch (Hz), and how strong: 0 to 1, in amplitude.

    `along` is the pitch (Hz) of what may ring along: near the note, and of the next chord too.
    """

    time: float
    number: int
    pitch: float
    force: float
    along: float


@dataclass(frozen=True, slots=True)
class Figures:
    """How a voice plays."""

    low: float  # log2 of Hz: the lowest note
    span: float  # octaves from there to the highest
    gap: float  # s from one place of a figure to the next, about
    activity: float  # how many of the places have a note, 0 to 1
    ring: float  # s, to 1/e, that a note rings
    rests: float = 0.0  # how many chords it leaves out, 0 to 1
    range_db: float = 5.0
    step_db: float = 4.2  # how much a note may raise the power of what rings
    bed: float = 0.03  # the power of what sounds besides, of that of the strongest note


class Melody:
    """Notes on the chords of a harmony, a pure function of time.

    Each key area has a figure of its own, a rhythm and a contour, that every chord takes up at its
    own pitches. A note that rings on into the next chord is of both. After a pause the notes come
    back softly, one by one: a note raises the power of what rings by `step_db` at most.
    """

    def __init__(self, harmony: Harmony, figures: Figures, key: int) -> None:
        self._harmony, self._figures, self._key = harmony, figures, key
        self._step = 10.0 ** (figures.step_db / 10.0) - 1.0
        self._drawn = lru_cache(16)(weak_method(self._draw))
        self._notes = lru_cache(16)(weak_method(self._restrained))

    def between(self, first: float, last: float) -> list[MelodyNote]:
        """Return the notes from `first` to before `last` (s), in order."""
        numbers = range(self._harmony.number_at(first), self._harmony.number_at(last) + 1)
        return [n for number in numbers for n in self._notes(number) if first <= n.time < last]

    def _restrained(self, number: int) -> list[MelodyNote]:
        """Return the notes of a chord, none too strong after those before it."""
        ringing, before, kept = 1.0, self._harmony.chord(number - _HISTORY).begin, []
        for chord in range(number - _HISTORY, number + 1):
            for note in self._drawn(chord) if chord >= 0 else ():
                ringing *= math.exp(-2.0 * (note.time - before) / self._figures.ring)
                power = min(note.force**2, (ringing + self._figures.bed) * self._step)
                ringing, before = ringing + power, note.time
                if chord == number:
                    kept.append(replace(note, force=math.sqrt(power)))
        return kept

    def _draw(self, number: int) -> list[MelodyNote]:
        """Return the notes of a chord as its figure has them."""
        figures, chord = self._figures, self._harmony.chord(number)
        own = chance.derive(self._key, number)
        if chance.unit(own, -1) < figures.rests:
            return []
        lasting = self._harmony.lasting(number)
        regular = self._harmony.plan == "periods"  # one figure for all of it
        figure = chance.derive(self._key, "figure", 0 if regular else chord.area)
        places = max(1, math.floor(chord.through / figures.gap))
        step = chord.through / places
        notes: list[MelodyNote] = []
        for place in range(places):
            kept, height = chance.units(figure, 2 * (place % _FIGURE) + np.arange(2))
            late, strong, stray = chance.units(own, 3 * place + np.arange(3))
            if kept > (figures.activity if place else max(figures.activity, 0.8)):
                continue
            time = max(chord.begin + (place + 0.12 * float(late)) * step, chord.begin + _FIRST)
            if time >= chord.end:
                continue
            rings_on = chord.end - time < 0.7 * figures.ring
            tones = lasting if rings_on else chord.tones
            where = 0.85 * float(height) + 0.15 * float(stray)
            pitch = self._pitch(tones, where, notes[-1].pitch if notes else 0.0)
            accent = 1.0 if place == 0 else 0.6 + 0.4 * float(strong)
            force = 10.0 ** (-figures.range_db * (1.0 - accent) * 2.5 / 20.0)
            along = min(
                (2.0 ** (tone + round(math.log2(pitch) - tone)) for tone in lasting),
                key=lambda hertz: abs(math.log2(hertz / pitch)),
            )
            notes.append(MelodyNote(time, 64 * number + place, pitch, force, along))
        return notes

    def _pitch(self, tones: tuple[float, ...], where: float, before: float) -> float:
        """Return the tone nearest to a place in the register, Hz, but not the one before it."""
        low, high = self._figures.low, self._figures.low + self._figures.span
        pitches = sorted(
            float(2.0 ** (tone + octave))
            for tone in tones
            for octave in range(math.ceil(low - tone), math.floor(high - tone) + 1)
        )
        others = [pitch for pitch in pitches if abs(pitch - before) > 1e-6] or pitches
        return others[min(int(where * len(others)), len(others) - 1)]
