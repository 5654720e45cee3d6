"""A harmony that a whole texture shares: which chord stands when, and over which bass.

It is written by rule before it sounds, area by area, so that any chord is a function of the seed
and the time alone.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.chord_rules import (
    AFTER,
    AREAS,
    CADENCES,
    SHARED_TONES,
    Degree,
    KeyArea,
    key_area,
    over_pedal,
)
from soundscape.synth.machinery.pitch import tuned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PLANS = ("areas", "periods", "pedal")
"""Chords that move on from key to key; regular periods of eight; few chords over one bass."""

PERIOD = 8
"""Chords in a period, of even length."""

ROUGH, NEAREST = 20.0, 80.0
"""Cents: between these two tones beat roughly; further apart they are two tones."""

COMMA = 10.0
"""Cents: chords that meet have no two tones as far apart as that, which is one tone twice."""

OPENING = 48.0
"""Seconds that home stands at a track's beginning and before its end, at most: in that time one
piece goes over into another. The old one stands on root and fifth, the new one on fifth and third.
If they had two tones in common, all of their sound would beat. The new one's bass comes last."""

_STEP = 250.0  # cents
_SHARE = 0.2  # of a short track that its opening takes, and its closing
_BASS_COMES = 0.4, 0.9  # through the opening
_BASS_BEFORE = 0.1  # its level until then

_BASS = math.log2(62.0)  # the octave of the bass begins here, log2 of Hz


@dataclass(frozen=True, slots=True)
class _HarmonicRhythm:
    chord: float  # s that a chord stands, about
    stray: float  # how far that strays, as a share
    area: float  # s that a key area lasts, about
    shortest: float  # s that it lasts in a short track


_PACES = {
    "areas": _HarmonicRhythm(16.0, 0.25, 120.0, 30.0),
    "periods": _HarmonicRhythm(12.0, 0.0, 12.0 * PERIOD, 9.0 * PERIOD),
    "pedal": _HarmonicRhythm(26.0, 0.2, 120.0, 60.0),
}


@dataclass(frozen=True, slots=True)
class HarmonyChord:
    """A chord that stands from `begin` to `end` (s); pitches are log2 of Hz, in any octave."""

    number: int
    area: int
    opens: bool  # it is the first of its area
    begin: float
    end: float
    tones: tuple[float, ...]
    bass: float

    @property
    def through(self) -> float:
        """How long it stands, s."""
        return self.end - self.begin


class ChordCells:
    """The chords of a harmony cut into `parts` equal cells, as `chance.Cells` cuts time.

    They begin `later` seconds after the chord, so that voices need not change all at once.
    """

    def __init__(self, harmony: Harmony, parts: int, later: float) -> None:
        self._harmony, self._parts, self._later = harmony, parts, later

    def at(self, time: float) -> tuple[int, float]:
        """Return the cell that `time` (s) lies in, and how far through it, 0 to 1."""
        time -= self._later
        chord = self._harmony.at(time)
        through = (time - chord.begin) / chord.through * self._parts
        part = min(math.floor(through), self._parts - 1)
        return chord.number * self._parts + part, through - part

    def start(self, cell: int) -> float:
        """Return the time (s) at which a cell begins."""
        number, part = divmod(cell, self._parts)
        chord = self._harmony.chord(number)
        if number < 0:  # before the track there is only its first chord
            return self._later + cell * chord.through / self._parts
        return self._later + chord.begin + part * chord.through / self._parts


class BassLine:
    """The bass of a harmony: its `pitches` (Hz), and how much of each sounds when."""

    def __init__(self, harmony: Harmony, glide: float) -> None:
        self._harmony, self._glide = harmony, glide
        tones = {round(low_octave(tone), 9): low_octave(tone) for tone in harmony.tones}
        self._place = {rounded: place for place, rounded in enumerate(sorted(tones))}
        self.pitches = [2.0 ** tones[rounded] for rounded in sorted(tones)]

    def levels(self, time: float) -> NDArray[np.float64]:
        """Return the amplitude of each pitch at a time (s): the old bass goes as the new comes."""
        levels = np.zeros(len(self.pitches))
        chord = self._harmony.at(time)
        now, before = (
            self._place[round(self._harmony.chord(number).bass, 9)]
            for number in (chord.number, chord.number - 1)
        )
        angle = 0.5 * math.pi * _eased((time - chord.begin) / self._glide)
        if now == before:
            levels[now] = 1.0
        else:
            levels[now], levels[before] = math.sin(angle), math.cos(angle)
        return levels * self._entry(time)

    def _entry(self, time: float) -> float:
        """Return how much of the bass there is: at first next to none."""
        comes, there = (self._harmony.opening * share for share in _BASS_COMES)
        through = _eased((time - comes) / (there - comes)) if there > comes else 1.0
        return _BASS_BEFORE + (1.0 - _BASS_BEFORE) * through


class Harmony:
    """The chords of a track of `length` seconds in a key: a pure function of `seed` and time.

    `tonic` is the key's tone, Hz, in any octave. Home is the first area and the last before the
    end, and what follows if it is played on. Chords that meet at an area's border share two tones.
    For the first `opening` seconds it stands without its root, for as long before the end without
    its third.
    """

    def __init__(
        self, tonic: float, mode: str, tuning: str, plan: str, seed: int, length: float
    ) -> None:
        self.tonic, self.mode, self.tuning, self.plan = tonic, mode, tuning, plan
        self._key = chance.derive(seed, "harmony")
        self._pace = _PACES[plan]
        self.opening = min(OPENING, _SHARE * length)
        inside = length - 2.0 * self.opening
        count = max(1, round(inside / self._pace.area))
        self._lasting = max(inside / count, self._pace.shortest)
        places = AREAS.get(mode, f"1 {mode}, 3/2 {mode}, 4/3 {mode}").split(", ")
        self._areas = [key_area(*place.split()) for place in places]
        if plan == "pedal":
            self._areas = [over_pedal(self._areas[0])]
        root, *others = self._areas[0].degrees[0].ratios
        self._home, self._fifth = root, Degree("fifth", (root, root * Fraction(3, 2)))
        # Two tones a step apart are no chord that many voices could sing.
        step = cents_apart(*map(self._pitch, others)) < _STEP
        self._first = self._fifth if step else Degree("first", tuple(others))
        self._route = self._routed(count)
        self._chords: list[HarmonyChord] = []
        self._ends: list[float] = []
        self._written = 0  # areas
        self._last: Degree | None = None

    @property
    def tones(self) -> list[float]:
        """All tones that may sound, log2 of Hz within one octave, ascending."""
        areas = {number: self._areas[number] for number in self._route}
        ratios = {r for area in areas.values() for degree in area.degrees for r in degree.ratios}
        return sorted({self._pitch(ratio) % 1.0 for ratio in ratios})

    def number_at(self, time: float) -> int:
        """Return which chord stands at a time (s); before 0 it is the first."""
        while not self._ends or self._ends[-1] <= time:
            self._write()
        return bisect_right(self._ends, time)

    def chord(self, number: int) -> HarmonyChord:
        """Return a chord; those before the first are the first."""
        number = max(number, 0)
        while len(self._chords) <= number:
            self._write()
        return self._chords[number]

    def at(self, time: float) -> HarmonyChord:
        """Return the chord that stands at a time (s)."""
        return self.chord(self.number_at(time))

    def lasting(self, number: int) -> tuple[float, ...]:
        """Return the tones of a chord that the next one has too; all, where there are none."""
        now, after = self.chord(number).tones, self.chord(number + 1).tones
        kept = tuple(tone for tone in now if _within_octave(tone, after))
        return kept or now

    def _routed(self, count: int) -> list[int]:
        """Return which of `count` areas comes when, home first and last."""
        route = [0]
        home = self._areas[0]
        back = {n for n, area in enumerate(self._areas) if self._pivots(area.degrees[0], home)}
        for place in range(1, count - 1):
            here = self._areas[route[-1]].degrees[0]
            ways = [
                n
                for n, area in enumerate(self._areas)
                if n != route[-1] and n in back and self._pivots(here, area)
            ]
            route.append(ways[int(chance.unit(self._key, place) * len(ways))] if ways else 0)
        return [*route, 0][:count] if count > 1 else [0]

    def _pivots(self, before: Degree, area: KeyArea) -> list[int]:
        """Return the chords of an area that may follow the last chord of the one before it."""
        found = [
            n
            for n, degree in enumerate(area.degrees)
            if "sus" not in degree.name and self._joined(before, degree)
        ]
        # A period begins at its own home chord, so only near areas follow each other there.
        return [n for n in found if n == 0] if self.plan == "periods" else found

    def _joined(self, one: Degree, other: Degree) -> bool:
        """Whether two chords share two tones and no others nearly meet."""
        first, second = ([self._pitch(r) % 1.0 for r in d.ratios] for d in (one, other))
        shared = sum(_within_octave(tone, second) for tone in first)
        return (
            shared >= min(SHARED_TONES, len(first), len(second))
            and clashing(first, second, COMMA) is None
        )

    def _pitch(self, ratio: Fraction) -> float:
        return math.log2(self.tonic * tuned(ratio, self.tuning))

    def _write(self) -> None:
        """Write the next area's chords."""
        number, key = self._written, chance.derive(self._key, "area", self._written)
        self._written += 1
        last = len(self._route) - 1
        area = self._areas[self._route[number] if number <= last else 0]
        lasting = self._lasting if number <= last else self._pace.area
        degrees = self._progression(area, key, lasting)
        even = self.plan == "periods"
        weight = [
            (0.6 if "sus" in d.name and not even else 1.0)
            * (1.0 + self._pace.stray * (2.0 * chance.unit(key, n) - 1.0))
            for n, d in enumerate(degrees)
        ]
        opens = number == 0 and self.opening > 0.0
        if opens:
            self._stand(number, self._first, self.opening, self._home, opens=True)
        for place, (degree, share) in enumerate(zip(degrees, weight, strict=True)):
            closing = place >= len(degrees) - 2
            bass = self._bass(degree, area, chance.unit(key, 100 + place), closing=closing)
            lasts = lasting * share / sum(weight)
            self._stand(number, degree, lasts, bass, opens=place == 0 and not opens)
        self._last = degrees[-1]
        if number == last and self.opening > 0.0:
            self._stand(number, self._fifth, self.opening, self._home, opens=False)

    def _stand(
        self, area: int, degree: Degree, lasting: float, bass: Fraction, *, opens: bool
    ) -> None:
        """Write a chord that follows those before it."""
        begin = self._ends[-1] if self._ends else 0.0
        self._ends.append(begin + lasting)
        self._chords.append(
            HarmonyChord(
                number=len(self._chords),
                area=area,
                opens=opens,
                begin=begin,
                end=self._ends[-1],
                tones=tuple(self._pitch(ratio) for ratio in degree.ratios),
                bass=low_octave(self._pitch(bass)),
            )
        )

    def _progression(self, area: KeyArea, key: int, lasting: float) -> list[Degree]:
        """Return the chords of an area: from one that both areas share to a cadence."""
        count = max(4, round(lasting / self._pace.chord))
        if self.plan == "periods":
            count = PERIOD
            key = chance.derive(self._key, "period")  # each period goes the same way
        first = area.degrees[0]
        if self._last is not None:
            first = area.degrees[self._pivots(self._last, area)[0]]
        closing = self._cadence(area, key)
        inside = count - len(closing)
        walk = self._walk([first], inside, closing[0], area, key)
        walk = walk or self._walk([first], inside + 1, closing[0], area, key)  # of two chords only
        return [*(walk or [first]), *closing]

    def _walk(
        self, degrees: list[Degree], count: int, target: Degree, area: KeyArea, key: int
    ) -> list[Degree] | None:
        """Return `count` chords that begin as given and lead to a target; None if none do."""
        last = degrees[-1]
        if len(degrees) == count:
            resolved = last.name != target.name and "sus" not in last.name
            return degrees if resolved and last.name not in ("V", "v") else None
        ways = self._following(area, last)
        turn = int(chance.unit(key, 200 + len(degrees)) * len(ways))
        for degree in ways[turn:] + ways[:turn]:
            found = self._walk([*degrees, degree], count, target, area, key)
            if found:
                return found
        return None

    def _following(self, area: KeyArea, degree: Degree) -> list[Degree]:
        """Return what may follow a chord in an area."""
        rules = AFTER.get(area.mode)
        if rules is None:
            return [other for other in area.degrees if other.name != degree.name]
        return [other for other in area.degrees if other.name in rules[degree.name].split()]

    def _cadence(self, area: KeyArea, key: int) -> list[Degree]:
        names = {degree.name: degree for degree in area.degrees}
        ways = [
            way.split()
            for way in CADENCES.get(area.mode, ())
            if all(name in names for name in way.split())
        ]
        if not ways:
            others = area.degrees[1:] or area.degrees
            return [others[int(chance.unit(key, 300) * len(others))], area.degrees[0]]
        return [names[name] for name in ways[int(chance.unit(key, 300) * len(ways))]]

    def _bass(self, degree: Degree, area: KeyArea, drawn: float, *, closing: bool) -> Fraction:
        """Return the bass: root or third, the nearer one if they are not to close."""
        if self.plan == "pedal":
            return area.degrees[0].ratios[0]
        root, third, *_ = degree.ratios
        if closing or "sus" in degree.name or area.mode not in AFTER or not self._chords:
            return root
        before = self._chords[-1].bass

        def step(ratio: Fraction) -> tuple[bool, float]:
            bass = low_octave(self._pitch(ratio))
            return bass == before, abs(bass - before)

        return min((root, third), key=step) if drawn < 0.5 else root


def cents_apart(first: float, second: float) -> float:
    """Return how far two tones (log2 of Hz) lie apart, octaves left out, in cents: 0 to 600."""
    return abs((first - second + 0.5) % 1.0 - 0.5) * 1200.0


def clashing(
    first: Sequence[float], second: Sequence[float], nearest: float = ROUGH
) -> tuple[float, float] | None:
    """Return two tones (log2 of Hz, any octave) that beat roughly; None if there are none."""
    for a in first:
        for b in second:
            if nearest < cents_apart(a, b) < NEAREST:
                return a, b
    return None


def _within_octave(tone: float, others: Sequence[float]) -> bool:
    return any(abs((tone - other + 0.5) % 1.0 - 0.5) < 1e-6 for other in others)


def _eased(through: float) -> float:
    """Return a soft way from 0 to 1 as `through` goes there; it stays there beyond."""
    through = min(max(through, 0.0), 1.0)
    return through * through * (3.0 - 2.0 * through)


def low_octave(tone: float) -> float:
    """Return the octave of a tone that the bass plays."""
    return tone + math.ceil(_BASS - tone)
