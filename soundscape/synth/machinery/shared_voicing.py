"""Which tones of a drone sound when in a shared harmony: its bass, and seats on its chords."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.harmony import BassLine, ChordCells
from soundscape.synth.machinery.voicing import Tone
from soundscape.synth.machinery.weak_method import weak_method

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from soundscape.synth.machinery.harmony import Harmony

_SEATS = 7
_LOWEST = 150.0  # Hz: where the lowest seat lies
_SPAN = 1.7  # octaves up to the highest
_OPENING_LOWEST = math.log2(260.0)  # log2 of Hz: below it no seat lies in an opening
_TURN = 6.0  # s that a seat takes from one tone to the next
_LATER = 4.0  # s by which the last seat changes after the first


class SharedVoicing:
    """The levels of all `tones` at any time, for the chords of `params["harmony"]`."""

    def __init__(self, params: Mapping[str, Any], key: int) -> None:
        self._harmony: Harmony = params["harmony"]
        self._key = key
        self._rest = 0.3 * (1.0 - params["density"])
        self._line = BassLine(self._harmony, 4.0)
        filled = 2.0 + (_SEATS - 2.0) * params["density"]
        self._registers = [
            math.log2(_LOWEST) + _SPAN * place
            for place in (0.0, 0.6, 0.3, 0.85, 0.45, 1.0, 0.15)[: math.ceil(filled)]
        ]
        self._shares = [min(1.0, filled - seat) for seat in range(len(self._registers))]
        self._cells = [
            ChordCells(self._harmony, 1, _LATER * seat / _SEATS)
            for seat in range(len(self._registers))
        ]
        depth = 0.06 + 0.5 * params["intensity"]
        pitches = self._line.pitches
        self._ground = np.repeat([0.5 + depth, 0.5], len(pitches))
        upper = {
            _near(tone, register) for register in self._registers for tone in self._harmony.tones
        }
        upper |= {
            _opening_octave(_near(tone, register))
            for register in self._registers
            for tone in self._harmony.chord(0).tones
        }
        self._place = {pitch: place for place, pitch in enumerate(sorted(upper), 2 * len(pitches))}
        self.tones = (
            *(Tone(hertz, ground=True) for hertz in pitches),
            *(Tone(2.0 * hertz, ground=True, level=0.5) for hertz in pitches),
            *(Tone(2.0**pitch, ground=False) for pitch in self._place),
        )
        self._held = lru_cache(64)(weak_method(self._hold))

    def levels(self, time: float) -> NDArray[np.float64]:
        """Return the amplitude of each tone at `time` (s), shape (tones,), 0 to about 1.5."""
        levels = np.zeros(len(self.tones))
        bass = self._line.levels(time)
        levels[: len(self._ground)] = np.concatenate([bass, bass]) * self._ground
        for seat, cells in enumerate(self._cells):
            cell, through = cells.at(time)
            seconds = through * self._harmony.chord(cell).through
            turned = min(max(seconds / _TURN, 0.0), 1.0)
            angle = 0.5 * math.pi * turned * turned * (3.0 - 2.0 * turned)
            (new, level), (old, before) = self._held(seat, cell), self._held(seat, cell - 1)
            if new == old:  # it stays, and must not swell on the way
                levels[new] += before + math.sin(angle) ** 2 * (level - before)
            else:
                levels[new] += level * math.sin(angle)
                levels[old] += before * math.cos(angle)
        return levels

    def _hold(self, seat: int, number: int) -> tuple[int, float]:
        """Return the tone, as its place in `tones`, and the level of a seat in a chord."""
        chord = self._harmony.chord(number)
        drawn = chance.units(chance.derive(self._key, seat), 3 * chord.number + np.arange(3))
        tone = chord.tones[int(drawn[0] * len(chord.tones))]
        pitch = _near(tone, self._registers[seat])
        if chord.number == 0:
            pitch = _opening_octave(pitch)
        place = self._place[pitch]
        if drawn[1] < self._rest and chord.number > 0:  # in the first there is no bass yet
            return place, 0.0
        height = (self._registers[seat] - self._registers[0]) / _SPAN
        level = 0.75 * self._shares[seat] * (1.0 - 0.45 * height)
        return place, level * (0.45 + 0.55 * float(drawn[2]))


def _near(tone: float, register: float) -> float:
    """Return the octave of a tone that lies nearest to a register, log2 of Hz, rounded."""
    return round(tone + round(register - tone), 9)


def _opening_octave(pitch: float) -> float:
    """Return the octave of a pitch that sounds in an opening, rounded.

    The piece before still stands on its root and fifth then. Deep tones beside them are rough.
    """
    return round(pitch + max(0, math.ceil(_OPENING_LOWEST - pitch)), 9)
