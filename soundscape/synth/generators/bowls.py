"""`bowls`: singing bowls, struck now and then, and gongs under them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.event_process import EventProcess, Strike
from soundscape.synth.machinery.friction import Friction
from soundscape.synth.machinery.modal import ModalSound, Stroke, loud
from soundscape.synth.machinery.pitch import MODES, tuned
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from soundscape.synth.machinery.generator import Block
    from soundscape.synth.machinery.harmony import Harmony

PARAMETERS: tuple[Parameter, ...] = (
    *tonal("D3", "The tone of the first bowl.", "fifths", "What the others are tuned to."),
    amount("brightness", 0.35, "How hard the mallet is: its upper modes ring more."),
    amount("intensity", 0.4, "How deep: bowls alone, to gongs under every other stroke."),
    amount("density", 0.4, "How often something is struck: every 8 seconds or so to every 3."),
    amount("motion", 0.4, "How fast the paired modes beat."),
    amount("width", 0.8, "How far they are spread between left and right; 0 is mono."),
)

# A bowl's modes, (2, 0) to (6, 0), over the lowest, in pairs, for no bowl is quite round: as
# measured for Essl and Cook, "Banded waveguides on circular topologies and of beating modes:
# Tibetan singing bowls and glass harmonicas" (2002). The split scales with `motion`.
_BOWL = np.array([1.0, 2.986, 5.704, 9.007, 12.82])
_BOWL_SPLIT = np.array([0.0078, 0.0047, 0.0015, 0.0019, 0.0020])
_BOWL_LEVEL = np.array([1.0, 0.50, 0.22, 0.09, 0.03])
_BOWL_SHORTER = np.array([1.0, 1.9, 3.2, 5.5, 9.0])
# A great Balinese gong sounds by two round modes, almost an octave apart, and by what its bending
# makes of them: the first's octave, their sum, the second's octave. What the octave lacks is its
# `ombak`, the slow wave (Krueger, Gee and Grimshaw, 2010). Pairs of other modes colour it.
_GONG = np.array([1.0, 2.0, 3.0, 4.0, 1.49, 2.67])
_GONG_LEVEL = np.array([1.0, 0.55, 0.20, 0.07, 0.10, 0.06])
_GONG_SHORTER = np.array([1.0, 1.3, 2.0, 3.0, 2.6, 3.2])
_RUB = 5.0  # s that a rubbed bowl takes to sing
_RUBBED = 0.3  # its power, of that of the hardest stroke
_BED = 0.02  # the power that rubbed bowls have at least
_LEATHER = 0.015  # the power of the noise of what rubs, of that of the bowl
_LONGEST = 75.0  # s


@dataclass(frozen=True)
class _Body:
    """One bowl or gong. Arrays have a row for each partial, the pairs' second halves behind."""

    frequency: NDArray[np.float64]
    level: NDArray[np.float64]
    decay: NDArray[np.float64]
    attack: float
    pan: NDArray[np.float64]  # gains left and right, shape (partials, 2)


class Bowls:
    """`bowls`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        self._key = key = chance.derive(seed, "bowls")
        self._bright = params["brightness"]
        gap = 4.4 * 0.4 ** params["density"]
        self._strikes = EventProcess(
            chance.derive(key, "strikes"), gap, ring=6.0, range_db=4.0, step_db=4.5, bed=_BED
        )
        self._harmony: Harmony | None = params.get("harmony")
        home = [params["root"] * tuned(ratio, params["tuning"]) for ratio in _ratios(params)]
        self._home = tuple(home)
        own = chance.derive(key, "bodies")
        self._bodies = lru_cache(32)(lambda tones, deep: _bodies(params, tones, own, deep=deep))
        self._deep = 0.5 * params["intensity"]
        self._rubs = EventProcess(
            chance.derive(key, "rubs"), 4.5, ring=7.0, range_db=2.0, step_db=9.0, bed=1.0
        )
        self._struck = lru_cache(128)(weak_method(self._stroke))
        self._rubbed = lru_cache(128)(weak_method(self._rub))
        self._sound = ModalSound(weak_method(self._strokes), _LONGEST, 40.0)
        self._leather = Friction(
            weak_method(self._rubbing),
            self._sound.gain,
            _LEATHER,
            chance.derive(key, "leather"),
            params["width"],
        )

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count) + self._leather.render(start, count)

    def _strokes(self, first: float, last: float) -> list[Stroke]:
        struck = [self._struck(strike) for strike in self._strikes.between(first, last)]
        return struck + self._rubbing(first, last)

    def _rubbing(self, first: float, last: float) -> list[Stroke]:
        return [self._rubbed(strike) for strike in self._rubs.between(first, last)]

    def _stroke(self, strike: Strike) -> Stroke:
        chances = chance.derive(self._key, "stroke", strike.number)
        deep, which, place, stray = chance.units(chances, np.arange(4))
        bowls, gongs = self._tuned(strike.time)
        bodies = gongs if gongs and deep < self._deep else bowls
        body = bodies[int(which * len(bodies))]
        # A soft stroke wakes fewer of the upper modes; its place, more of one or other of a pair.
        reach = 450.0 * 7.0**self._bright * (0.6 + 0.4 * strike.force)
        level = body.level / (1.0 + (body.frequency / reach) ** 2)
        half = len(level) // 2
        level[:half] *= 0.75 + 0.25 * place
        level[half:] *= 0.5 - 0.25 * place
        phases = chance.units(chances, 4 + np.arange(len(level)))
        sides = (level * np.exp(2j * np.pi * phases))[:, None] * body.pan
        frequency = _strayed(body.frequency, stray)
        sides = loud(frequency, sides, strike.force**2)
        return Stroke(strike.time, body.attack, frequency, body.decay, sides)

    def _rub(self, strike: Strike) -> Stroke:
        """Return a bowl that is rubbed, not struck: its lowest modes alone, from nothing."""
        chances = chance.derive(self._key, "rub", strike.number)
        which, stray, *phases = chance.units(chances, np.arange(2 + 4))
        bowls, _ = self._tuned(strike.time)
        body = bowls[int(which * len(bowls))]
        half = len(body.level) // 2
        lowest = [0, half, 1, half + 1]
        turned = np.array([1.0, 0.4, 0.12, 0.05]) * np.exp(2j * np.pi * np.array(phases))
        around = np.asarray(turned[:, None] * body.pan[lowest], np.complex128)
        frequency = _strayed(body.frequency[lowest], stray)
        sides = loud(frequency, around, _RUBBED * strike.force**2)
        return Stroke(strike.time, _RUB, frequency, 0.7 * body.decay[lowest], sides)

    def _tuned(self, time: float) -> tuple[list[_Body], list[_Body]]:
        """Return the bowls and the gongs that may be struck at a time (s)."""
        if self._harmony is None:
            return self._bodies(self._home, True)
        # They ring on into the next chord. An opening has no root: the piece before still sounds
        # then, and what is deep would be rough with its bass.
        lasting = self._harmony.lasting(self._harmony.number_at(time))
        return self._bodies(tuple(2.0**tone for tone in lasting), time >= self._harmony.opening)


def _ratios(params: Mapping[str, Any]) -> list[Fraction]:
    """Return the ratios of a mode, those of its home chord first."""
    home, *others = MODES[params["mode"]]
    ratios = [*home, *(ratio for chord in others for ratio in chord if ratio not in home)]
    return list(dict.fromkeys(ratios))


def _bodies(
    params: Mapping[str, Any], tones: Sequence[float], key: int, *, deep: bool
) -> tuple[list[_Body], list[_Body]]:
    """Return the bowls and the gongs; if not `deep`, no gongs and only the higher bowls."""
    bowls = [_within(tone, 280.0) for tone in tones[:3]]
    gongs = []
    if deep:
        bowls += [_within(tones[0], 110.0), *(_within(tone, 150.0) for tone in tones)]
        gongs = [_within(tones[0], 62.0), _within(tones[min(1, len(tones) - 1)], 70.0)]
    beating = 2.0 ** (2.0 * params["motion"] - 1.0)
    made = [
        _bowl(hertz, beating, params["width"], chance.derive(key, n))
        for n, hertz in enumerate(sorted(set(bowls)))
    ]
    return made, [
        _gong(hertz, beating, params["width"], chance.derive(key, "gong", n))
        for n, hertz in enumerate(gongs)
    ]


def _strayed(frequency: NDArray[np.float64], stray: float) -> NDArray[np.float64]:
    """Return the frequencies of one stroke, slightly off, so that strokes do not lock."""
    return frequency * (1.0 + 0.002 * (stray - 0.5))


def _within(tone: float, lowest: float) -> float:
    """Return the lowest octave of a tone from `lowest` Hz on."""
    return float(tone * 2.0 ** math.ceil(math.log2(lowest / tone)))


def _bowl(hertz: float, beating: float, width: float, key: int) -> _Body:
    place, size, *stray = chance.units(key, np.arange(2 + len(_BOWL)))
    # No bowl is as the other: the upper modes stray by some per cent, the lowest is its note.
    modes = _BOWL * (1.0 + 0.03 * (np.array(stray) - 0.5) * (np.arange(len(_BOWL)) > 0))
    # In hertz a pair is split alike in deep bowls and in high ones, or high ones would flutter.
    split = _BOWL_SPLIT * beating * (0.7 + 0.6 * size) * min(1.0, 170.0 / hertz)
    frequency = hertz * np.concatenate([modes * (1.0 - split / 2), modes * (1.0 + split / 2)])
    decay = np.tile(_BOWL_SHORTER, 2) * (hertz / 220.0) ** 0.6 / (6.5 + 2.0 * size)
    level = np.tile(_BOWL_LEVEL, 2) * (220.0 / hertz) ** 0.35
    return _Body(frequency, level, decay, 0.14, _panned(len(frequency), place, width))


def _gong(hertz: float, beating: float, width: float, key: int) -> _Body:
    place, size, *_ = chance.units(key, np.arange(2))
    wave = 0.9 * beating * (0.8 + 0.4 * size)  # Hz, by which the second mode misses the octave
    modes = hertz * _GONG
    # The second halves: the round modes' own sums, and the other modes' partners.
    frequency = np.concatenate([modes, modes + wave * np.array([0.31, 1.0, 1.0, 2.0, 1.3, 1.6])])
    decay = np.tile(_GONG_SHORTER, 2) * (hertz / 73.0) ** 0.5 / (7.0 + 2.0 * size)
    level = 1.7 * np.tile(_GONG_LEVEL, 2)
    level[len(_GONG) :] *= 0.6
    level[len(_GONG)] *= 0.2  # the lowest mode is a singlet: its beat is the room's
    return _Body(frequency, level, decay, 0.22, _panned(len(frequency), place, 0.5 * width))


def _panned(count: int, place: float, width: float) -> NDArray[np.float64]:
    """Return the gains of partials; the halves of a pair stand a little apart, and so sway."""
    apart = np.where(np.arange(count) < count // 2, -0.25, 0.25)
    where = np.clip(1.5 * place - 0.75 + apart, -1.0, 1.0)
    angle = 0.25 * np.pi * (1.0 + 0.85 * width * where)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
