"""Sections of singers or players: each a few voices that never quite agree, on led chords."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import k_power, power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.beats import HOP, EvenedSum
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.harmony import ChordCells
from soundscape.synth.machinery.loudness_normaliser import LoudnessNormaliser
from soundscape.synth.machinery.noise_bed import FREQUENCY, SIZE, NoiseBed, even, within
from soundscape.synth.machinery.pitch import MODES, tuned
from soundscape.synth.machinery.voice_leading import SharedVoiceLeading, VoiceLeading
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Cells = chance.Cells | ChordCells

_KNOT = 512  # frames between the times at which a voice's phase is known
_KNOTS = HOP // _KNOT
_TABLE = 4096  # points of a voice's wave
_MOST = 48  # harmonics: a table drawn in straight lines is true to them within 100 dB
_DESK = 3  # voices in a section
_LATER = 0.35  # how much later than the one before a voice opens, as a power of its gain
_HIGHEST = 6500.0  # Hz: there the noise ends
_VOICE_LEVEL = (1.0, 0.8, 0.7)


@dataclass(frozen=True)
class Articulation:
    """How a section plays."""

    lasting: float  # s, of a note, about
    rise: float  # s that it takes to come, and as long to go
    vibrato_hz: float
    vibrato_cents: float
    stray_cents: float  # how far the voices of a section are apart
    swell_db: float  # how far a note swells to its middle
    width: float
    noise: float  # the power of breath or bows, of that of the tones, K-weighted
    noise_band: tuple[float, float]  # Hz


@dataclass(frozen=True, slots=True)
class _Note:
    """What a section plays in one breath or bow."""

    section: int
    begin: float  # s
    end: float  # s, from which on it goes
    pitch: float  # Hz
    size: float  # 0 to 1: how far below the others it stays


@dataclass(frozen=True, slots=True)
class _Wave:
    """One cycle of a voice: its values, and the slope from each to the next, shape (table,)."""

    values: NDArray[np.float32]
    slopes: NDArray[np.float32]
    power: float
    heard: float  # K-weighted


class Ensemble:
    """Sections on the chords of a mode, at the nominal loudness.

    `centres` are the places of the sections, log2 of Hz, ascending (see `VoiceLeading`). `timbre`
    gives the amplitudes of a voice's harmonics, from its pitch (Hz) and its place in the section.
    """

    def __init__(
        self,
        params: Mapping[str, Any],
        key: int,
        centres: NDArray[np.float64],
        timbre: Callable[[float, int], NDArray[np.float64]],
        manner: Articulation,
    ) -> None:
        self._key, self._manner = key, manner
        self._sections = len(centres)
        self._leading, self._changes, self._breaths = _led(params, key, centres, manner.lasting)
        self._timbre = timbre
        self._wave = lru_cache(128)(weak_method(self._drawn))
        self._note = lru_cache(128)(weak_method(self._noted))
        self._habits = self._habitual()
        self._pan = self._placed()
        self._steady = LoudnessNormaliser(weak_method(self._power_around), 10.0)
        self._sound = EvenedSum(weak_method(self._summed), weak_method(self._gain))
        self._bed = NoiseBed(chance.derive(key, "noise"), manner.width)
        ends = 1.0 + (FREQUENCY / _HIGHEST) ** 48
        self._spectrum = even(within(*manner.noise_band, 6) / ends)
        self._noise = OverlapAdd(weak_method(self._blown), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count) + self._noise.render(start, count)

    def _blown(self, index: int) -> Planes:
        """Return frame `index` of the noise, as strong as the voices are in its middle."""
        time = (index + 1) * HOP / SAMPLE_RATE
        power = self._manner.noise * self._steady.now(time) * self._gain(time) ** 2
        return self._bed.frame(index, power * self._spectrum)

    def _summed(self, index: int) -> tuple[Planes, float]:
        """Return hop `index` of all voices, and the power that they have without beats."""
        start = index * HOP
        time, after = start / SAMPLE_RATE, (start + HOP) / SAMPLE_RATE
        notes = self._sounding(np.linspace(time, after, _KNOTS + 1))
        voices = np.array([section * _DESK + d for section, _, _ in notes for d in range(_DESK)])
        points = self._points(voices, np.repeat([pitch for _, pitch, _ in notes], _DESK), start)
        waves = [self._wave(pitch, desk) for _, pitch, _ in notes for desk in range(_DESK)]
        sound = _read(waves, points)
        # The others come in later than the first, and swell further.
        levels = np.array(
            [gains ** (1.0 + _LATER * d) for *_, gains in notes for d in range(_DESK)]
        )
        sound *= _between(levels.astype(np.float32))
        # einsum and not a matrix product: that may start threads beside the player's.
        pan = self._pan[voices]
        out = np.asarray(np.einsum("vs,vp->sp", pan, sound), np.float32)
        powers = np.array([wave.power for wave in waves]) * (pan**2).sum(axis=1)
        return out, float(powers @ (levels**2).mean(axis=1))

    def _sounding(self, times: NDArray[np.float64]) -> list[tuple[int, float, NDArray[np.float64]]]:
        """Return the notes that sound: section, pitch (Hz), and the gain at each time (s)."""
        manner = self._manner
        first = float(times[0])
        notes = [
            self._note(section, breaths.at(first)[0] + beside)
            for section, breaths in enumerate(self._breaths)
            for beside in (-1, 0, 1)
        ]
        begin, end, size = np.array([(n.begin, n.end, n.size) for n in notes]).T[:, :, None]
        coming, going = _eased((times - begin) / manner.rise), _eased((times - end) / manner.rise)
        gains = np.sin(0.5 * np.pi * coming) * np.cos(0.5 * np.pi * going)
        heard = np.flatnonzero(gains.max(axis=1) > 1e-4)
        through = np.minimum(np.maximum(times - begin, 0.0) / (end - begin + manner.rise), 1.0)
        swell = np.sin(np.pi * through) ** 2 - 0.5 - 0.6 * size
        gains *= 10.0 ** (manner.swell_db * swell / 20.0)
        return [(notes[n].section, notes[n].pitch, gains[n]) for n in heard]

    def _noted(self, section: int, number: int) -> _Note:
        cells = self._breaths[section]
        size = chance.unit(chance.derive(self._key, "size", section), number)
        begin = cells.start(number)
        return _Note(section, begin, cells.start(number + 1), self._pitch(section, begin), size)

    def _pitch(self, section: int, time: float) -> float:
        """Return the pitch (Hz) of a section's note that begins at a time (s)."""
        return float(2.0 ** self._leading.at(self._changes.at(time)[0])[section])

    def _points(
        self, voices: NDArray[np.int64], pitch: NDArray[np.float64], start: int
    ) -> NDArray[np.float32]:
        """Return where in their tables voices are, from frame `start` on, shape (voices, hop)."""
        times = (start + _KNOT * np.arange(_KNOTS + 1)) / SAMPLE_RATE
        manner, (pace, phase, off, turn) = self._manner, self._habits[:, voices, None]
        cent = pitch[:, None] * (math.log(2.0) / 1200.0)
        angle = 2.0 * np.pi * (pace * times + phase)
        depth = manner.vibrato_cents * cent
        hertz = pitch[:, None] + off * cent
        cycles = hertz * times + turn - depth / (2.0 * np.pi * pace) * np.cos(angle)
        step = (hertz + depth * np.sin(angle)) * (_KNOT / SAMPLE_RATE)
        base = np.floor(cycles[:, :-1])
        knots = [cycles[:, :-1] - base, cycles[:, 1:] - base, step[:, :-1], step[:, 1:]]
        scaled = (_TABLE * np.array(knots)).astype(np.float32)
        points = np.einsum("hvk,hp->vkp", scaled, _HERMITE)
        return np.asarray(points.reshape(len(voices), HOP), np.float32)

    def _habitual(self) -> NDArray[np.float64]:
        """Return each voice's vibrato (Hz and phase), its distance (cents) and its first phase."""
        voices = np.arange(self._sections * _DESK)
        rate, phase, off, turn = chance.units(
            chance.derive(self._key, "voices"), np.arange(4 * len(voices))
        ).reshape(4, -1)
        pace = self._manner.vibrato_hz * (0.9 + 0.2 * rate)
        apart = self._manner.stray_cents * (voices % _DESK - 1 + 0.6 * (off - 0.5))
        return np.array([pace, phase, apart, turn])

    def _drawn(self, pitch: float, desk: int) -> _Wave:
        """Return a voice's wave."""
        level = self._timbre(pitch, desk)[:_MOST] * _VOICE_LEVEL[desk]
        number = np.arange(1, len(level) + 1, dtype=np.int64)
        phases = chance.units(chance.derive(self._key, "phases", desk), number)
        spectrum = np.zeros(_TABLE // 2 + 1, np.complex128)
        spectrum[1 : len(level) + 1] = level * np.exp(2j * np.pi * phases) * (_TABLE / 2)
        wave = np.fft.irfft(spectrum)
        slope = np.roll(wave, -1) - wave
        power = 0.5 * level**2
        heard = float(power @ k_power(np.asarray(pitch * number)))
        return _Wave(wave.astype(np.float32), slope.astype(np.float32), float(power.sum()), heard)

    def _power_around(self, time: float) -> float:
        """Return the K-weighted power at a time (s), both sides summed."""
        total = 0.0
        for section, pitch, gains in self._sounding(np.array([time])):
            for desk in range(_DESK):
                gain = float(gains[0]) ** (1.0 + _LATER * desk)
                around = float((self._pan[section * _DESK + desk] ** 2).sum())
                total += self._wave(pitch, desk).heard * gain**2 * around
        return total

    def _gain(self, time: float) -> float:
        return float((power_at(NOMINAL_LUFS) / self._steady.mean(time)) ** 0.5)

    def _placed(self) -> NDArray[np.float32]:
        """Return the gains of each voice, left and right."""
        voices = np.arange(self._sections * _DESK)
        apart = (voices * 0.618034 + 0.2) % 1.0 * 2.0 - 1.0  # evenly, and no neighbours together
        angle = 0.25 * np.pi * (1.0 + 0.9 * self._manner.width * apart)
        gains = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return np.asarray(gains, np.float32)


def _led(
    params: Mapping[str, Any], key: int, centres: NDArray[np.float64], lasting: float
) -> tuple[VoiceLeading | SharedVoiceLeading, Cells, Sequence[Cells]]:
    """Return the leading of the sections' voices, when chords change, and each section's notes."""
    harmony = params.get("harmony")
    if harmony is not None:
        # No note is held into a chord that it is not of: notes begin with the chords.
        apart = min(0.9, 0.05 * lasting)
        notes = [ChordCells(harmony, 1, apart * n) for n in range(len(centres))]
        return SharedVoiceLeading(harmony, centres), ChordCells(harmony, 1, 0.0), notes
    chords = [
        [math.log2(params["root"] * tuned(ratio, params["tuning"])) for ratio in chord]
        for chord in MODES[params["mode"]]
    ]
    leading = VoiceLeading(chords, centres, chance.derive(key, "chords"))
    breaths = [
        chance.Cells(chance.derive(key, "breath", n), lasting * (0.85 + 0.09 * n))
        for n in range(len(centres))
    ]
    return leading, chance.Cells(chance.derive(key, "changes"), 1.7 * lasting), breaths


def _hermite() -> NDArray[np.float64]:
    """Return the cubic from knot to knot: its share of both values and both slopes, (4, knot)."""
    u = np.arange(_KNOT) / _KNOT
    return np.stack(
        [
            (1.0 + 2.0 * u) * (1.0 - u) ** 2,
            u * u * (3.0 - 2.0 * u),
            u * (1.0 - u) ** 2,
            u * u * (u - 1.0),
        ]
    )


_HERMITE = _hermite().astype(np.float32)
_RAMP = (np.arange(_KNOT) / _KNOT).astype(np.float32)


def _read(waves: Sequence[_Wave], points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the waves at some points of their tables, between which they are straight."""
    whole = points.astype(np.intp)  # what indices are taken by: no other is as fast
    points -= whole
    whole &= _TABLE - 1
    whole += _TABLE * np.arange(len(waves))[:, None]
    points *= np.concatenate([wave.slopes for wave in waves]).take(whole)
    points += np.concatenate([wave.values for wave in waves]).take(whole)
    return points


def _between(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a gain for each frame, shape (voices, hop), from those at the knots."""
    ramps = levels[:, :-1, None] + np.diff(levels)[:, :, None] * _RAMP
    return ramps.reshape(len(levels), HOP)


def _eased(through: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a soft way from 0 to 1 as `through` goes there; it stays there beyond."""
    through = np.minimum(np.maximum(through, 0.0), 1.0)  # np.clip takes longer on few numbers
    return through * through * (3.0 - 2.0 * through)
