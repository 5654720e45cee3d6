"""How the voices of a texture breathe: arches of loudness, entries, and rests.

It is laid out over the track before it sounds, in steps of a second, and evened out over minutes:
the loudness of a phrase stays its own, that of a piece is the nominal one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from soundscape.synth.machinery.generator import Block, Generator
    from soundscape.synth.machinery.harmony import Harmony

Part = Literal["bed", "notes", "line", "ground"]
"""What a voice does in a texture: chords that are held, single notes, one melody, or no pitch."""

_SHORTEST = 30.0  # s: a phrase has as many chords as it takes
_LONGEST = 90.0
_SMOOTH = 7  # s over which levels are rounded off
_EVENED = 100  # s before and after, over which the loudness is evened out
_ABSENT = -28.0  # dB: a voice that is not in a phrase
_EVERY = 100.0  # s from one rest to the next, at least
_GRID = 1024  # frames from one gain to the next; it is straight between them
_RAMP = (np.arange(_GRID) / _GRID).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Style:
    arch: float  # dB that a phrase rises and falls about its middle
    rest: tuple[float, float]  # s that a rest lasts
    stays: float  # dB to which beds go in a rest


_STYLES = {
    "areas": _Style(3.0, (6.0, 11.0), -6.0),
    "periods": _Style(3.2, (0.0, 0.0), 0.0),
    "pedal": _Style(2.8, (9.0, 18.0), -6.0),
}
_OWN = {"bed": 1.5, "notes": 1.5, "line": 1.5, "ground": 0.0}  # dB by which phrases differ
_ABSENCE = {"bed": 0.15, "notes": 0.25, "line": 0.4, "ground": 0.0}  # how often it is not there


class Phrasing:
    """The gains of a texture's voices over a track of `length` seconds.

    `parts` says what each voice does, `levels` how strong each is, in dB against each other. The
    gated mean power of all voices together is 1 in any few minutes.
    """

    def __init__(
        self,
        harmony: Harmony,
        parts: Sequence[Part],
        levels: Sequence[float],
        seed: int,
        length: float,
    ) -> None:
        key = chance.derive(seed, "phrasing")
        style = _STYLES[harmony.plan]
        phrases = _phrases(harmony, length)
        times = np.arange(0.0, length + 1.0)
        arch = np.zeros(len(times))
        for begin, end in phrases:
            through = (times - begin) / (end - begin)
            inside = (through >= 0.0) & (through < 1.0)
            arch[inside] = style.arch * (2.0 * np.sin(np.pi * through[inside] ** 0.85) ** 2 - 1.0)
        resting = _resting(times, phrases, style, key)
        # One bed is always there: the others come and go over it.
        constant = parts.index("bed") if "bed" in parts else 0
        rows = [
            np.full(len(times), level)
            if part == "ground"
            else level
            + _rounded(
                _voice(
                    times,
                    phrases,
                    part,
                    arch,
                    resting,
                    style,
                    chance.derive(key, n),
                    leaves=n != constant,
                )
            )
            for n, (part, level) in enumerate(zip(parts, levels, strict=True))
        ]
        decibels = np.array(rows)
        self._decibels = decibels - _evened((10.0 ** (decibels / 10.0)).sum(axis=0))

    @property
    def loudness(self) -> NDArray[np.float64]:
        """The loudness of all voices together at each second, in dB over the nominal one."""
        return np.asarray(10.0 * np.log10((10.0 ** (self._decibels / 10.0)).sum(axis=0)))

    def gains(self, voice: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a voice's gain, a factor, at some times (s); beyond the track it stays."""
        row = self._decibels[voice]
        return np.asarray(10.0 ** (np.interp(times, np.arange(len(row)), row) / 20.0))


class PhrasedGenerator:
    """A generator whose loudness follows one voice of a phrasing."""

    def __init__(self, generator: Generator, phrasing: Phrasing, voice: int) -> None:
        self._generator, self._phrasing, self._voice = generator, phrasing, voice

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        knots = np.arange(start // _GRID, (start + count) // _GRID + 2) * _GRID
        gains = self._phrasing.gains(self._voice, knots / SAMPLE_RATE).astype(np.float32)
        whole = gains[:-1, None] + np.diff(gains)[:, None] * _RAMP
        gain = whole.ravel()[start % _GRID :][:count]
        return np.asarray(self._generator.render(start, count) * gain[:, None], np.float32)


def _phrases(harmony: Harmony, length: float) -> list[tuple[float, float]]:
    """Return the phrases: whole chords that take 30 s or more together, in one area."""
    phrases: list[tuple[float, float]] = []
    begin, number = 0.0, 0
    while begin < length:
        chord = harmony.chord(number)
        number += 1
        after = harmony.chord(number)
        lasting = chord.end - begin
        rest_of_area = 0.0
        look = number
        while not harmony.chord(look).opens:
            rest_of_area += harmony.chord(look).through
            look += 1
        if (
            lasting + after.through > _LONGEST
            or after.opens
            or (lasting >= _SHORTEST and rest_of_area >= _SHORTEST)
        ):
            phrases.append((begin, chord.end))
            begin = chord.end
    return phrases


def _resting(
    times: NDArray[np.float64], phrases: list[tuple[float, float]], style: _Style, key: int
) -> NDArray[np.bool_]:
    """Return where the texture rests: at the end of a phrase, now and then."""
    resting = np.zeros(len(times), bool)
    shortest, longest = style.rest
    last = 0.0
    if longest:
        for number, (_, end) in enumerate(phrases[:-1]):
            if end - last >= _EVERY:
                lasting = shortest + (longest - shortest) * chance.unit(key, number)
                resting |= (times >= end - 0.6 * lasting) & (times < end + 0.4 * lasting)
                last = end
    return resting


def _voice(
    times: NDArray[np.float64],
    phrases: list[tuple[float, float]],
    part: Part,
    arch: NDArray[np.float64],
    resting: NDArray[np.bool_],
    style: _Style,
    key: int,
    *,
    leaves: bool,
) -> NDArray[np.float64]:
    """Return a voice's level over time, dB, before it is rounded off.

    One that `leaves` is away in some phrases.
    """
    level = arch.copy()
    away = 0
    for number, (begin, end) in enumerate(phrases):
        inside = (times >= begin) & (times < end)
        strays, stays = chance.units(key, 2 * number + np.arange(2))
        level[inside] += _OWN[part] * (2.0 * strays - 1.0)
        # All are in the first phrase, and seldom away twice.
        absent = leaves and number > 0 and stays < _ABSENCE[part] / (1 + 2 * away)
        away = away + 1 if absent else 0
        if absent:
            level[inside] = -8.0 if part == "bed" else _ABSENT
    return np.where(resting, np.minimum(level, style.stays if part == "bed" else _ABSENT), level)


def _rounded(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a level without corners."""
    window = np.hanning(2 * _SMOOTH + 3)[1:-1]
    padded = np.pad(level, _SMOOTH, "edge")
    return np.asarray(np.convolve(padded, window / window.sum(), "valid"))


def _evened(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the loudness of the minutes around each second, dB, pauses left out.

    The gate is that of `LoudnessNormaliser.gated`.
    """
    window = np.hanning(2 * _EVENED + 3)[1:-1]
    ones = np.convolve(np.ones(len(power)), window, "same") if len(power) > len(window) else None

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        if ones is None:  # shorter than the minutes: one mean for all of it
            return np.full(len(values), values.mean())
        return np.asarray(np.convolve(values, window, "same") / ones)

    gate = 0.1 * mean(power)
    opened = power**4 / (power**4 + gate**4)
    return np.asarray(10.0 * np.log10(mean(opened * power) / mean(opened)))
