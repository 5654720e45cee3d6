"""`night`: a still warm night, and a few crickets some way off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import k_power, power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.noise_bed import HOP, SIZE, NoiseBed, even, hump, within
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PARAMETERS: tuple[Parameter, ...] = (
    amount("intensity", 0.4, "How full the air is: a hush to a summer night's hum."),
    amount("brightness", 0.4, "How near and how high the crickets are."),
    amount("density", 0.4, "How many crickets sing, and how much: one to six."),
    amount("motion", 0.4, "How soon they fall silent and begin, and the air stirs."),
    amount("width", 0.8, "How far it spreads between left and right; 0 is mono."),
)

# A tree cricket's chirp: some pulses of one tone of 2.3 to 3.5 kHz, 30 to 45 of them a second, a
# chirp or so a second (Walker, "Factors responsible for intraspecific variation in the calling
# songs of crickets", 1962). Each pulse swells and dies, and the first ones are fainter.
_LOWEST = 2250.0  # Hz
_PULSES = (4, 5, 6, 8)
_STRAY = 0.9  # chirps, by which a cricket is ahead of its mean or behind
_SUNG = 0.40  # the mean of the square of `sings`
_REMEMBERS = 8.0  # chirps, over which it strays


@dataclass(frozen=True, eq=False)
class _Cricket:
    """One cricket: its chirp, of K-weighted energy 1 a frame of 48 kHz, and its habits."""

    key: int
    chirp: NDArray[np.float32]
    period: float  # s
    gains: NDArray[np.float32]  # left and right, shape (2, 1); their squares add up to 1
    power: float
    bout: NDArray[np.uint64]
    bout_rate: float  # bouts of song a second

    def begin(self, number: int) -> float:
        """Return the time (s) of a chirp. They are not quite even, and never in step."""
        ahead = float(chance.wander(self.bout[:1], np.array([number / _REMEMBERS]))[0])
        jitter = 0.08 * chance.unit(self.key, number)
        return (number + _STRAY * ahead + jitter) * self.period

    def sings(self, time: float) -> float:
        """Return how loud it sings at a time (s): 0 to 1, in amplitude."""
        wish = float(chance.wander(self.bout[1:], np.array([time * self.bout_rate]))[0])
        share = min(max(0.5 + 1.4 * wish, 0.0), 1.0)
        return share * share * (3.0 - 2.0 * share)


class Night:
    """A `night`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "night")
        full, density, motion = params["intensity"], params["density"], params["motion"]
        self._bed = NoiseBed(chance.derive(key, "bed"), params["width"])
        self._bands = even(_bands(params["brightness"]))
        air = np.array([0.9 + 0.6 * full, 0.7, 0.10 + 0.25 * full])
        song = 0.10 + 0.15 * density
        self._air = (1.0 - song) * air / air.sum()
        self._crickets = _crickets(params, key, song)
        pace = 2.0 ** (2.0 * motion - 1.0)
        self._stir = chance.keys(chance.derive(key, "stir"), 3)
        self._stir_rate = pace / np.array([6.0, 9.0, 4.0])
        self._stir_db = (1.0 + 2.0 * motion) * np.array([1.0, 1.0, 1.3])
        self._excess = np.array([chance.swell_excess(depth[None]) for depth in self._stir_db])
        self._power = power_at(NOMINAL_LUFS)
        self._air_sound = OverlapAdd(weak_method(self._breeze), HOP, SIZE // HOP)
        self._sung = lru_cache(256)(weak_method(self._singing))
        self._song = OverlapAdd(weak_method(self._chirps), HOP, 1)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._air_sound.render(start, count) + self._song.render(start, count)

    def _breeze(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        stir = self._stir_db * chance.swell(self._stir, time * self._stir_rate) - self._excess
        power = self._power * self._air * 10.0 ** (stir / 10.0)
        return self._bed.frame(index, np.einsum("b,bf->f", power.astype(np.float32), self._bands))

    def _chirps(self, index: int) -> Planes:
        """Return the song in hop `index`."""
        first = index * HOP
        out = np.zeros((2, HOP), np.float32)
        for cricket in self._crickets:
            length = len(cricket.chirp)
            number = math.floor((first - length) / SAMPLE_RATE / cricket.period - _STRAY) - 1
            while (chirp := self._sung(cricket, number))[0] < first + HOP:
                begin, loud = chirp[0] - first, chirp[1]
                low, high = max(begin, 0), min(begin + length, HOP)
                if low < high and loud > 0.0:
                    level = np.float32(loud * (self._power * cricket.power) ** 0.5)
                    wave = cricket.chirp[low - begin : high - begin]
                    out[:, low:high] += level * cricket.gains * wave
                number += 1
        return out

    def _singing(self, cricket: _Cricket, number: int) -> tuple[int, float]:
        """Return the frame at which a chirp begins, and how loud it is, 0 to 1."""
        time = cricket.begin(number)
        return round(time * SAMPLE_RATE), cricket.sings(time)


def _crickets(params: Mapping[str, Any], key: int, song: float) -> list[_Cricket]:
    """Return the crickets, who together have a share of a K-weighted power of 1."""
    filled = 1.0 + 5.0 * params["density"]
    shares = np.clip(filled - np.arange(6), 0.0, 1.0)
    shares = shares[shares > 0.0]
    pace = 2.0 ** (2.0 * params["motion"] - 1.0)
    made = []
    for number, share in enumerate(song * shares / shares.sum()):
        own = chance.derive(key, "cricket", number)
        pitch, pulses, place, slow, rate = chance.units(own, np.arange(5))
        hertz = _LOWEST * 2.0 ** ((0.25 + 0.35 * params["brightness"]) * pitch)
        chirp = _chirp(hertz, _PULSES[int(pulses * len(_PULSES))], 30.0 + 12.0 * rate)
        period = 0.85 + 0.9 * slow
        angle = 0.25 * np.pi * (1.0 + 0.9 * params["width"] * (2.0 * place - 1.0))
        made.append(
            _Cricket(
                key=chance.derive(own, "chirps"),
                chirp=chirp,
                period=period,
                gains=np.array([[math.cos(angle)], [math.sin(angle)]], np.float32),
                power=share * period * SAMPLE_RATE / _SUNG,
                bout=chance.keys(chance.derive(own, "bout"), 2),
                bout_rate=pace / (9.0 + 4.0 * slow),
            )
        )
    return made


def _chirp(hertz: float, pulses: int, rate: float) -> NDArray[np.float32]:
    """Return a chirp of so many pulses, of K-weighted energy 1 a frame of 48 kHz."""
    spacing = round(SAMPLE_RATE / rate)
    through = np.arange(spacing) / (0.72 * spacing)
    pulse = np.where(through < 1.0, np.sin(np.pi * np.minimum(through, 1.0)) ** 2, 0.0)
    swelling = np.sin(0.5 * np.pi * (np.arange(pulses) + 1.0) / pulses)
    envelope = np.outer(swelling, pulse).ravel()
    wave = envelope * np.sin(2.0 * np.pi * hertz * np.arange(len(envelope)) / SAMPLE_RATE)
    energy = float((wave**2).sum() * k_power(np.array([hertz]))[0])
    return np.asarray(wave / energy**0.5, np.float32)


def _bands(bright: float) -> NDArray[np.float64]:
    """Return the power of each band in each bin, shape (3, bins): ground, air, far insects."""
    humps = [
        hump(170.0, 0.9),
        hump(480.0, 1.0),
        hump(2500.0 + 500.0 * bright, 0.22) + 0.4 * hump(3600.0 + 600.0 * bright, 0.3),
    ]
    return np.array(humps) * within(50.0, 1500.0 * 4.0**bright, 2)
