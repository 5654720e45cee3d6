"""Chords for a few voices, each led to the next by the least motion."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.weak_method import weak_method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from soundscape.synth.machinery.harmony import Harmony

PHRASE = 6
"""Chords in a phrase. Each phrase begins at home, so that any chord is found from its phrase."""

_NARROWEST = 0.14  # octaves: no two voices are closer than a tone
_NARROWEST_LOW = 0.24  # nor than a third below 260 Hz, where a tone is a rattle
_LOW = math.log2(260.0)
_BEYOND = 0.8  # octaves beyond the outer voices' places, in a shared harmony
_OPENING = 1.0  # octaves by which voices lie higher in the opening of a shared harmony
_HOMING = 0.2  # pull of voices back to their first register


class SharedVoiceLeading:
    """Which pitches the voices hold in each chord of a harmony, led from chord to chord.

    `centres` as for `VoiceLeading`. At the beginning of each key area the voices are placed anew.
    In the opening they lie an octave higher: the piece before still sounds, and would be rough
    with thirds as low as its own.
    """

    def __init__(self, harmony: Harmony, centres: NDArray[np.float64]) -> None:
        self._harmony, self._centres = harmony, centres
        self.at = lru_cache(64)(weak_method(self._lead))

    def _lead(self, number: int) -> NDArray[np.float64]:
        """Return the pitches of a chord, one a voice, log2 of Hz, ascending."""
        number = max(number, 0)
        chord = self._harmony.chord(number)
        centres = self._centres if number else self._centres + _OPENING
        before = centres if chord.opens or number == 1 else self.at(number - 1)
        return _nearest(_close_voicings(chord.tones, tuple(centres)), before, centres)

    @property
    def pitches(self) -> list[float]:
        """All pitches that may be held, log2 of Hz, ascending."""
        low, high = self._centres[0] - _BEYOND, self._centres[-1] + _BEYOND
        ranges = [(tone, high) for tone in self._harmony.tones]
        ranges += [(tone, high + _OPENING) for tone in self._harmony.chord(0).tones]
        return sorted(
            {
                tone + octave
                for tone, highest in ranges
                for octave in range(math.ceil(low - tone), math.floor(highest - tone) + 1)
            }
        )


class VoiceLeading:
    """Which pitches the voices hold in each chord: ascending, every tone of the chord among them.

    A chord is its tones as log2 of Hz, in any octave. `centres` are the places around which the
    voices lie, log2 of Hz, ascending; they lie close enough for any chord to be found there.
    `pitches` are all that may be held.
    """

    def __init__(
        self, chords: Sequence[Sequence[float]], centres: NDArray[np.float64], key: int
    ) -> None:
        self._key = key
        self._centres = centres
        self._voicings = [_voicings(chord, centres) for chord in chords]
        self.pitches = sorted({float(pitch) for ways in self._voicings for pitch in ways.flat})
        self._led = lru_cache(4 * PHRASE)(weak_method(self._lead))

    def at(self, number: int) -> NDArray[np.float64]:
        """Return the pitches of chord `number` (any integer), one a voice, log2 of Hz."""
        return self._led(number)[1]

    def _lead(self, number: int) -> tuple[int, NDArray[np.float64]]:
        """Return which chord it is, and its pitches."""
        before, chord = self._centres, 0
        if number % PHRASE:
            last, before = self._led(number - 1)
            step = 1 + int(chance.unit(self._key, number) * (len(self._voicings) - 1))
            chord = (last + step) % len(self._voicings)
        return chord, _nearest(self._voicings[chord], before, self._centres)


def _nearest(
    voicings: NDArray[np.float64], before: NDArray[np.float64], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the way to give a chord to the voices that moves them least."""
    moved = np.abs(voicings - before).sum(axis=1)
    strayed = np.abs(voicings - centres).sum(axis=1)
    return np.asarray(voicings[int(np.argmin(moved + _HOMING * strayed))])


@lru_cache(256)
def _close_voicings(chord: tuple[float, ...], centres: tuple[float, ...]) -> NDArray[np.float64]:
    return _voicings(chord, np.array(centres), _BEYOND)


def _voicings(
    chord: Sequence[float], centres: NDArray[np.float64], beyond: float = 1.0
) -> NDArray[np.float64]:
    """Return all ways to give a chord to the voices, shape (ways, voices)."""
    low, high = centres[0] - beyond, centres[-1] + beyond
    tones = [
        (tone + octave, place)
        for place, tone in enumerate(chord)
        for octave in range(math.ceil(low - tone), math.floor(high - tone) + 1)
    ]
    ways = [
        [pitch for pitch, _ in way]
        for way in itertools.combinations(sorted(tones), len(centres))
        if len({place for _, place in way}) == len(chord) and _open(way)
    ]
    return np.array(ways)


def _open(way: Sequence[tuple[float, int]]) -> bool:
    return all(
        b - a > (_NARROWEST_LOW if a < _LOW else _NARROWEST)
        for (a, _), (b, _) in itertools.pairwise(way)
    )
