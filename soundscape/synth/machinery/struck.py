"""Instruments whose notes are struck or plucked: the strokes of a melody, and what rings along."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.melody import Melody
from soundscape.synth.machinery.modal import ModalSound, Stroke, loud
from soundscape.synth.machinery.weak_method import weak_method

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from numpy.typing import NDArray

    from soundscape.synth.machinery.generator import Block
    from soundscape.synth.machinery.melody import Figures, MelodyNote

_NOISE_MODES = 16
_SYMPATHETIC = 1.4  # s that strings take to ring along with a note
_ALONG_DECAY = 0.13  # nepers a second, of what rings along
_LONGEST = 40.0  # s


class StruckInstrument:
    """An instrument from complete parameters: the notes of a melody, at the nominal loudness.

    `body(note)` returns a note's partials: frequency (Hz), level and decay (nepers a second), each
    shape (partials,). `attack` is how long a note takes to come, s. `noise` is the power of what
    strikes, of the note's; it is a burst of modes in `noise_band`, Hz. `along` is
    the power of what rings along with a note without being struck.
    """

    def __init__(
        self,
        params: Mapping[str, Any],
        key: int,
        figures: Figures,
        body: Callable[[MelodyNote], tuple[NDArray[np.float64], ...]],
        *,
        attack: float,
        noise: float,
        noise_band: tuple[float, float],
        along: float,
    ) -> None:
        self._melody = Melody(params["harmony"], figures, chance.derive(key, "melody"))
        self._body, self._key, self._attack = body, chance.derive(key, "notes"), attack
        self._width, self._noise, self._band = params["width"], noise, noise_band
        self._along = along
        self._struck = lru_cache(128)(weak_method(self._strokes_of))
        self._sound = ModalSound(weak_method(self._strokes), _LONGEST, 60.0)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _strokes(self, first: float, last: float) -> list[Stroke]:
        notes = self._melody.between(first, last)
        return [stroke for note in notes for stroke in self._struck(note)]

    def _strokes_of(self, note: MelodyNote) -> list[Stroke]:
        """Return the strokes that one note is made of."""
        own = chance.derive(self._key, note.number)
        frequency, level, decay = self._body(note)
        kept = frequency < 9000.0
        frequency, level, decay = frequency[kept], level[kept], decay[kept]
        phases = chance.units(own, np.arange(len(frequency)))
        # Low notes stand left, high ones right, as for who plays, and each a little elsewhere.
        place = 0.6 * math.log2(note.pitch / 330.0) + 0.9 * (chance.unit(own, -1) - 0.5)
        # A soundboard sends each partial another way.
        ways = place + 0.9 * (chance.units(own, 500 + np.arange(len(frequency))) - 0.5)
        sides = _panned(level * np.exp(2j * np.pi * phases), self._width * ways)
        power = note.force**2
        strokes = [Stroke(note.time, self._attack, frequency, decay, loud(frequency, sides, power))]
        if self._noise > 0.0:
            strokes.append(self._strike(note, own, power * self._noise, place))
        if self._along > 0.0:
            strokes.append(self._ringing(note, own, power * self._along))
        return strokes

    def _strike(self, note: MelodyNote, own: int, power: float, place: float) -> Stroke:
        """Return the noise of what strikes: many modes that are over at once."""
        low, high = self._band
        where, turn, fast = chance.units(own, 1000 + np.arange(3 * _NOISE_MODES)).reshape(3, -1)
        frequency = low * (high / low) ** where
        sides = _panned(np.exp(2j * np.pi * turn), self._width * place)
        sides = loud(frequency, sides, power)
        return Stroke(note.time, 0.6 * self._attack, frequency, 14.0 + 22.0 * fast, sides)

    def _ringing(self, note: MelodyNote, own: int, power: float) -> Stroke:
        """Return what rings along, from nothing: a string of this chord and the next."""
        frequency = note.along * np.array([1.0, 2.0, 3.0])
        turn = chance.units(own, 2000 + np.arange(3))
        level = np.array([1.0, 0.35, 0.15])
        sides = _panned(level * np.exp(2j * np.pi * turn), -0.5 * self._width)
        decay = _ALONG_DECAY * np.array([1.0, 1.2, 1.5])
        sides = loud(frequency, sides, power)
        return Stroke(note.time, _SYMPATHETIC, frequency, decay, sides)


def _panned(
    amplitude: NDArray[np.complex128], place: float | NDArray[np.float64]
) -> NDArray[np.complex128]:
    """Return amplitudes left and right, from −1 (left) to 1, shape (partials, 2)."""
    angle = 0.25 * math.pi * (1.0 + 0.8 * np.clip(place, -1.0, 1.0)) * np.ones(len(amplitude))
    sides = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.asarray(amplitude[:, None] * sides)
