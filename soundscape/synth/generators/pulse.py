"""`pulse`: a soft low heartbeat, over the murmur of the blood."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import bin_frequencies, k_power, power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.noise_bed import HOP, SIZE, NoiseBed, even, hump, within
from soundscape.synth.machinery.pitch import CONCERT_A
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Number, Parameter, Root, amount
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from soundscape.synth.machinery.harmony import Harmony

PARAMETERS: tuple[Parameter, ...] = (
    Number("rate", 52.0, 40.0, 70.0, "How fast the heart beats, on average.", "beats a minute"),
    Root("root", "D1", "The tone of the beat; of whichever octave lies from 46 Hz to 92."),
    Number("a4", CONCERT_A, 432.0, 443.0, "What A4 is, for a root given as a note.", "Hz"),
    amount("brightness", 0.3, "How much of the beat is heard above its tone: far off to near."),
    amount("intensity", 0.4, "How firm the beat is: a glow that comes and goes to a soft knock."),
    amount("density", 0.4, "How much of it is the murmur between the beats."),
    amount("motion", 0.4, "How much its pace and strength vary with the breath."),
    amount("width", 0.6, "How far the murmur spreads between left and right; 0 is mono."),
)

_LENGTH = 28_800  # frames of a heart sound
_BLOCK = 19_200  # frames of a momentary loudness
_SECOND = 0.33  # s from the first sound to the second, at 60 a minute (the systole)
_BREATH = 11.0  # s: the pace strays about its mean, and has forgotten itself in a minute
_STRAY = 1.5  # beats, by which it is ahead or behind


class Pulse:
    """A `pulse`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "pulse")
        self._rate = params["rate"] / 60.0
        self._motion = 0.35 + 0.65 * params["motion"]
        self._pace = chance.keys(chance.derive(key, "pace"), 1)
        self._range_db = 1.0 + 2.0 * self._motion
        self._strength = chance.derive(key, "strength")
        self._systole = _SECOND / (params["rate"] / 60.0) ** 0.5
        self._harmony: Harmony | None = params.get("harmony")
        self._sounds = _sounds(params, params["root"])
        self._of_bass = lru_cache(16)(lambda bass: _sounds(params, 2.0**bass))
        self._bed = NoiseBed(chance.derive(key, "bed"), params["width"])
        murmur = 0.42 + 0.18 * params["density"]
        self._murmur = even(_murmur(params["brightness"])) * np.float32(murmur)
        self._swell = chance.keys(chance.derive(key, "swell"), 1)
        self._begin = lru_cache(64)(weak_method(self._beat))
        self._beats, self._level = self._levelled(1.0 - murmur)
        self._sound = OverlapAdd(weak_method(self._frame), HOP, 1)
        self._under = OverlapAdd(weak_method(self._wash), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count) + self._under.render(start, count)

    def _wash(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        swell = 2.0 * float(chance.swell(self._swell, np.array([time / 5.0]))[0])
        gain = np.float32(self._level**2 * 10.0 ** (swell / 10.0))
        return self._bed.frame(index, gain * self._murmur)

    def _frame(self, index: int) -> Planes:
        """Return the beats in hop `index`."""
        first = index * HOP
        out = np.zeros(HOP, np.float32)
        earliest = first / SAMPLE_RATE - _LENGTH / SAMPLE_RATE - self._systole
        number = math.floor(self._count(earliest)) - 1
        while (time := self._begin(number)) < (first + HOP) / SAMPLE_RATE:
            strength = self._force(number)
            for sound, later in zip(self._sounds_at(time), (0.0, self._systole), strict=True):
                begin = round((time + later) * SAMPLE_RATE) - first
                low, high = max(begin, 0), min(begin + _LENGTH, HOP)
                if low < high:
                    out[low:high] += strength * sound[low - begin : high - begin]
            number += 1
        return np.stack([out, out]) * np.float32(self._level * self._beats)

    def _sounds_at(self, time: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the two sounds of a beat at a time (s): on the bass, where there is a harmony."""
        return self._sounds if self._harmony is None else self._of_bass(self._harmony.at(time).bass)

    def _count(self, time: float) -> float:
        """Return how many beats there were since time 0 (s); it always grows."""
        ahead = float(chance.wander(self._pace, np.array([time / _BREATH]))[0])
        return float(self._rate * (time + _STRAY * self._motion * ahead))

    def _beat(self, number: int) -> float:
        """Return the time (s) of a beat: where the count reaches it."""
        time = float(number / self._rate)
        for _ in range(24):
            time -= (self._count(time) - number) / self._rate
        return time

    def _force(self, number: int) -> float:
        """Return the amplitude of a beat; no two are quite alike."""
        drawn = chance.unit(self._strength, number)
        return float(10.0 ** (self._range_db * (0.5 - drawn) / 20.0))

    def _levelled(self, share: float) -> tuple[float, float]:
        """Return the gain of the beats that gives them a share of a K-weighted power of 1, and
        that of everything at the nominal loudness, as a meter takes it that leaves pauses out.
        """
        beats = np.zeros(round(SAMPLE_RATE / self._rate))
        for sound, later in zip(self._sounds, (0.0, self._systole), strict=True):
            place = np.arange(_LENGTH) + round(later * SAMPLE_RATE)
            np.add.at(beats, place % len(beats), sound)
        spectrum = np.fft.rfft(beats) * k_power(bin_frequencies(len(beats))) ** 0.5
        heard = 2.0 * np.fft.irfft(spectrum, len(beats)) ** 2
        gain = (share / heard.mean()) ** 0.5
        # Blocks of 400 ms, and the gate at 10 LU below their mean (BS.1770-4).
        block = np.concatenate([heard, heard])[: len(heard) + _BLOCK].cumsum()
        momentary = gain**2 * (block[_BLOCK:] - block[:-_BLOCK]) / _BLOCK + 1.0 - share
        over = momentary[momentary > 0.1 * momentary.mean()]
        return gain, float((power_at(NOMINAL_LUFS) / over.mean()) ** 0.5)


def _sounds(
    params: Mapping[str, Any], root: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the heart's two sounds, the closing of its valves: the first is lower and longer."""
    tone = root * 2.0 ** math.ceil(math.log2(46.0 / root))
    time = np.arange(_LENGTH) / SAMPLE_RATE
    bright, firm = params["brightness"], params["intensity"]
    shares = (1.0, 0.5 + 0.3 * bright, 0.05 + 0.35 * bright, 0.25 * bright)
    made = []
    for pitch, level, lasting in ((1.0, 1.0, 0.125), (1.12, 0.62, 0.09)):
        attack = lasting * (0.8 - 0.3 * firm)
        envelope = (time / attack) ** 2 * np.exp(2.0 * (1.0 - time / attack))
        envelope *= 0.5 + 0.5 * np.cos(np.pi * time / time[-1])
        # Each glides down a little, as what is struck slackens.
        turns = tone * pitch * (time + 0.018 * (1.0 - np.exp(-time / 0.07)))
        wave = np.zeros(_LENGTH)
        for number, share in enumerate(shares, 1):
            wave += share * np.sin(2.0 * np.pi * number * turns) * envelope ** (0.8 + 0.2 * number)
        wave -= wave.sum() / envelope.sum() * envelope  # no DC
        made.append(level * wave)
    first, second = made
    return first.astype(np.float32), second.astype(np.float32)


def _murmur(bright: float) -> NDArray[np.float64]:
    """Return the spectrum of the blood's murmur."""
    humps = hump(110.0, 0.9) + 0.25 * hump(320.0, 1.0)
    return np.asarray(humps * within(40.0, 260.0 * 4.0**bright))
