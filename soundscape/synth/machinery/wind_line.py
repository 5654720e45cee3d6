"""One wind instrument: a line of notes that are breathed into, with its breath's noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from soundscape.dsp.weighting import k_power, power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.loudness_normaliser import LoudnessNormaliser
from soundscape.synth.machinery.melody import Figures, Melody
from soundscape.synth.machinery.noise_bed import FREQUENCY, HOP, SIZE, NoiseBed, even, within
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from numpy.typing import NDArray

    from soundscape.synth.machinery.melody import MelodyNote

_KNOT = 256  # frames from one level of a note to the next; it is straight between them
_ENTRY = 6.5  # s that the first note of a phrase takes to come
_DRAWN_OUT = 5.5  # s that a note lasts where no other takes its place
_LEGATO = 0.35  # s in which a note goes over into the next
_ENTRY_DB = 34.0  # from where a note that follows none comes up
_LOOK = 30.0  # s that are looked at before and after for the loudness
_AIR = 1e-4  # the power that the breath never falls below, of its mean
_HIGHEST = 8000.0  # Hz: there a breath ends
_OPENS = 0.35  # by which power of its level a harmonic comes later than the one below it
_OPENING = 6  # harmonics that do
_NOTHING = 1e-9  # the power of a line that rests
_VIBRATO_LATER = 0.9  # s before a note begins to sway


@dataclass(frozen=True)
class WindArticulation:
    """What a wind instrument is like."""

    low: float  # log2 of Hz: its lowest note
    span: float  # octaves from there to its highest
    gap: float  # s from one place of a figure to the next, about
    breath: float  # the power of the noise, of the tone's
    breath_band: tuple[float, float]  # Hz
    vibrato_hz: float
    vibrato_cents: float


@dataclass(frozen=True, slots=True)
class _Blown:
    """A note as it is blown."""

    begin: float  # s
    end: float  # s, from which on it goes
    phrase: float  # s at which the phrase began that it is of
    pitch: float  # Hz
    level: float


class WindLine:
    """A wind instrument from complete parameters: one line of notes, at the nominal loudness.

    `timbre` returns the amplitudes of a note's harmonics, from its pitch (Hz).
    """

    def __init__(
        self,
        params: Mapping[str, Any],
        key: int,
        timbre: Callable[[float], NDArray[np.float64]],
        wind: WindArticulation,
    ) -> None:
        figures = Figures(
            low=wind.low,
            span=wind.span,
            gap=wind.gap,
            activity=0.45 + 0.5 * params["density"],
            rests=0.3 * (1.0 - params["density"]),
            ring=2.0,
            bed=1.0,
        )
        self._melody = Melody(params["harmony"], figures, chance.derive(key, "melody"))
        self._wind, self._width = wind, params["width"]
        self._timbre = lru_cache(64)(timbre)
        self._power = lru_cache(64)(weak_method(self._power_of))
        self._bed = NoiseBed(chance.derive(key, "breath"), self._width)
        ends = 1.0 + (FREQUENCY / _HIGHEST) ** 24
        self._noise = even(within(*wind.breath_band, 6) / ends)
        self._ways = chance.keys(chance.derive(key, "ways"), 1)
        self._share = power_at(NOMINAL_LUFS)
        self._steady = LoudnessNormaliser(weak_method(self._power_around), _LOOK)
        self._tone = OverlapAdd(weak_method(self._frame), HOP, 1)
        self._breath = OverlapAdd(weak_method(self._blow), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._tone.render(start, count) + self._breath.render(start, count)

    def _frame(self, index: int) -> Planes:
        """Return the tone of hop `index`."""
        knots = (index * HOP + np.arange(0, HOP + 1, _KNOT)) / SAMPLE_RATE
        times = (index * HOP + np.arange(HOP)) / SAMPLE_RATE
        out = np.zeros((2, HOP))
        # The tone reaches both ears by other ways, that slowly change.
        way = (0.45 + chance.swell(self._ways, times / 5.0)) * self._width
        apart = 1j * np.array([[1.0], [-1.0]]) * way
        for note in self._blown(knots[0], knots[-1]):
            gain = self._gain(note, knots)
            if gain.max() <= 1e-4:
                continue
            levels = np.interp(times, knots, gain)
            turn = np.exp(2j * np.pi * (self._cycles(note, times) % 1.0) + apart)
            harmonic, sound = turn.copy(), np.zeros((2, HOP))
            # The stronger it is blown, the brighter it sounds.
            opened, opening = levels.copy(), levels**_OPENS
            for number, amplitude in enumerate(self._timbre(note.pitch)):
                if 0 < number <= _OPENING:
                    opened *= opening
                sound += amplitude * opened * harmonic.imag
                harmonic *= turn
            out += sound
        out *= np.linspace(self._level(knots[0]), self._level(knots[-1]), HOP)
        return np.asarray(out * 0.5**0.5, np.float32)

    def _blow(self, index: int) -> Planes:
        """Return frame `index` of the breath."""
        time = (index + 1) * HOP / SAMPLE_RATE
        blown = sum(
            float(self._gain(note, np.array([time]))[0]) ** 2 * self._power(note.pitch)
            for note in self._blown(time, time)
        )
        power = self._wind.breath * (blown * self._level(time) ** 2 + _AIR * self._share)
        return self._bed.frame(index, np.asarray(power * self._noise, np.float32))

    def _blown(self, first: float, last: float) -> list[_Blown]:
        """Return the notes that sound between two times (s)."""
        notes = self._melody.between(first - 2.5 * _DRAWN_OUT, last + _DRAWN_OUT)
        return [
            note
            for place in range(len(notes))
            if (note := self._between(notes, place)).begin <= last and note.end + 2.0 > first
        ]

    def _between(self, notes: list[MelodyNote], place: int) -> _Blown:
        """Return how a note is blown, between those beside it."""
        note, first = notes[place], place
        while first and notes[first].time - notes[first - 1].time < _DRAWN_OUT:
            first -= 1
        end = note.time + _DRAWN_OUT
        if place + 1 < len(notes):
            end = min(end, notes[place + 1].time)
        return _Blown(note.time, end, notes[first].time, note.pitch, 0.6 + 0.4 * note.force)

    def _gain(self, note: _Blown, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the amplitude of a note at some times (s)."""
        since = times - note.begin
        through = np.clip((times - note.phrase) / _ENTRY, 0.0, 1.0)
        rise = 10.0 ** (-_ENTRY_DB * (1.0 - through) / 20.0)
        rise = rise * np.sin(0.5 * np.pi * np.clip(since / _LEGATO, 0.0, 1.0))
        lasting = note.end - note.begin
        drawn_out = lasting >= _DRAWN_OUT - 1e-9
        leaving = 1.6 if drawn_out else _LEGATO
        going = np.clip((times - note.end) / leaving, 0.0, 1.0)
        fall = np.cos(0.5 * np.pi * going) ** (2.0 if drawn_out else 1.0)
        swell = np.sin(np.pi * np.clip(since / (lasting + leaving), 0.0, 1.0))
        return np.asarray(note.level * rise * fall * (0.7 + 0.3 * swell))

    def _cycles(self, note: _Blown, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the turns of a note's fundamental since it began."""
        since = times - note.begin
        angle = 2.0 * np.pi * self._wind.vibrato_hz * since
        most = note.pitch * self._wind.vibrato_cents * math.log(2.0) / 1200.0
        depth = most * np.clip(since / _VIBRATO_LATER - 0.5, 0.0, 1.0)
        sway = depth / (2.0 * np.pi * self._wind.vibrato_hz) * np.sin(angle)
        return np.asarray(note.pitch * since + sway)

    def _power_of(self, pitch: float) -> float:
        """Return the K-weighted power of a note at its full level, both sides summed."""
        level = self._timbre(pitch)
        number = np.arange(1, len(level) + 1)
        return float(0.5 * np.sum(level**2 * k_power(np.asarray(pitch * number))))

    def _power_around(self, time: float) -> float:
        times = time + np.array([-0.33, 0.0, 0.33])
        return sum(
            float((self._gain(note, times) ** 2).mean()) * self._power(note.pitch)
            for note in self._blown(times[0], times[-1])
        ) * (1.0 + self._wind.breath)

    def _level(self, time: float) -> float:
        """Return the gain that brings the line to its loudness around a time (s)."""
        if self._steady.mean(time) < _NOTHING:
            return 0.0
        return float((self._share / self._steady.gated(time)) ** 0.5)
