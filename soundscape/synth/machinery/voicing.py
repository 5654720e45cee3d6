"""Which tones of a drone sound when: a still foundation, and seats whose tones come and go."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.pitch import MODES, Chord, tuned
from soundscape.synth.machinery.weak_method import weak_method

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from numpy.typing import NDArray

_CELL = 18.0  # seconds that a seat's tone takes to come, at motion 0.5; it goes in as many
_SEATS = 7
_LOWEST_SECOND = 260.0  # Hz
_HOME = 0.4  # how often the harmony is the home chord, besides its turn among the others


@dataclass(frozen=True, slots=True)
class Tone:
    """A tone that may sound. `ground` ones are always there, at `level`."""

    frequency: float
    ground: bool
    level: float = 1.0


@dataclass(frozen=True, slots=True)
class _Seat:
    """One voice over the root, with its place in pitch and its own uneven time."""

    key: int
    register: float  # Hz, where its tones lie
    level: float
    cells: chance.Cells


class Voicing:
    """The levels of all `tones` at any time."""

    def __init__(self, params: Mapping[str, Any], key: int) -> None:
        self._chords = MODES[params["mode"]]
        self._tuning = params["tuning"]
        self._root = params["root"]
        self._rest = 0.3 * (1.0 - params["density"])
        slow = 2.0 ** (1.0 - 2.0 * params["motion"])
        self._harmony = chance.Cells(chance.derive(key, "harmony"), 2.3 * _CELL * slow)
        self._chord_key = chance.derive(key, "chord")
        self._seats = self._seated(key, params["density"], _CELL * slow)
        ground = self._grounded(params["intensity"])
        upper = {
            self._frequency(ratio, seat)
            for seat in self._seats
            for chord in self._chords
            for ratio in chord
        }
        self.tones = (*ground, *(Tone(f, ground=False) for f in sorted(upper)))
        self._ground_levels = [tone.level for tone in ground]
        self._held = lru_cache(64)(weak_method(self._hold))
        self._place = {t.frequency: i for i, t in enumerate(self.tones) if not t.ground}

    def levels(self, time: float) -> NDArray[np.float64]:
        """Return the amplitude of each tone at `time` (s), shape (tones,), 0 to about 1.5."""
        levels = np.zeros(len(self.tones))
        levels[: len(self._ground_levels)] = self._ground_levels
        for seat in self._seats:
            cell, through = seat.cells.at(time)
            angle = 0.5 * math.pi * through * through * (3.0 - 2.0 * through)
            for number, swell in ((cell, math.sin(angle)), (cell - 1, math.cos(angle))):
                tone, level = self._held(seat, number)
                levels[tone] += swell * level
        return levels

    def _grounded(self, intensity: float) -> list[Tone]:
        """Return the tones that never leave: the root, its octave, and what deepens it."""
        low = self._root / 2.0
        tones = [Tone(self._root, ground=True), Tone(2.0 * self._root, ground=True, level=0.45)]
        if low >= 34.0:
            tones.append(Tone(low, ground=True, level=0.06 + 0.5 * intensity))
        if self._root < 60.0:  # what lies so deep carries little on headphones
            tones.append(Tone(4.0 * self._root, ground=True, level=0.35))
        return tones

    def _seated(self, key: int, density: float, period: float) -> list[_Seat]:
        """Return the seats that density fills; the last one may be filled in part."""
        lowest = max(150.0, min(1.5 * self._root, 420.0))
        filled = 2.0 + (_SEATS - 2.0) * density
        seats = []
        # From the outside in, so that few seats are already an open chord.
        for number, place in enumerate((0.0, 0.6, 0.3, 0.85, 0.45, 1.0, 0.15)):
            share = min(1.0, filled - number)
            if share <= 0.0:
                break
            own = chance.derive(key, "seat", number)
            cells = chance.Cells(own, period * (0.8 + 0.5 * chance.unit(own, -7)))
            level = 0.75 * share * (1.0 - 0.45 * place)
            seats.append(_Seat(own, lowest * 3.3**place, level, cells))
        return seats

    def _hold(self, seat: _Seat, cell: int) -> tuple[int, float]:
        """Return the tone, as its place in `tones`, and the level that a seat holds in a cell.

        It is a tone of the chord that stands when the cell begins.
        """
        chord = self._chord(seat.cells.start(cell))
        ratio = chord[int(chance.unit(chance.derive(seat.key, 1), cell) * len(chord))]
        tone = self._place[self._frequency(ratio, seat)]
        return tone, seat.level * self._loudness(seat, cell)

    def _loudness(self, seat: _Seat, cell: int) -> float:
        """Return the level of a seat's tone in a cell; sometimes the seat rests."""
        if chance.unit(chance.derive(seat.key, 2), cell) < self._rest:
            return 0.0
        return 0.45 + 0.55 * chance.unit(chance.derive(seat.key, 3), cell)

    def _chord(self, time: float) -> Chord:
        chosen = chance.unit(self._chord_key, self._harmony.at(time)[0])
        among = max(0.0, chosen - _HOME) / (1.0 - _HOME)
        return self._chords[int(among * len(self._chords))]

    def _frequency(self, ratio: Fraction, seat: _Seat) -> float:
        """Return the octave of a chord's tone that lies nearest to a seat's register, Hz."""
        tone = self._root * tuned(ratio, self._tuning)
        tone = float(tone * 2.0 ** round(math.log2(seat.register / tone)))
        # Down there a second or seventh beside the root is a rattle.
        beside = abs((math.log2(ratio) + 0.5) % 1.0 - 0.5)
        while 0.0 < beside < 0.22 and tone < _LOWEST_SECOND:
            tone *= 2.0
        return tone
