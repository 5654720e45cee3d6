"""Things that are struck and ring: sums of sinusoids, each dying away in its own time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import k_power, power_at
from soundscape.synth.machinery.beats import HOP, EvenedSum
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, Planes
from soundscape.synth.machinery.loudness_normaliser import LoudnessNormaliser
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FINE = 256  # samples of a step; a hop is sixteen
_TIME = np.arange(HOP) / SAMPLE_RATE  # s, from a hop's beginning
_LOOKS = 8  # at a power, for its mean
_SILENT = 3e-6  # amplitude (−110 dBFS) at which a partial is over


def loud(
    frequency: NDArray[np.float64], sides: NDArray[np.complex128], power: float
) -> NDArray[np.complex128]:
    """Return amplitudes, shape (partials, 2), brought to a K-weighted power, both sides summed."""
    heard = 0.5 * float(k_power(frequency) @ (np.abs(sides) ** 2).sum(axis=1))
    return np.asarray(sides * (power / heard) ** 0.5)


@dataclass(frozen=True, eq=False)
class Stroke:
    """One thing struck once. Arrays have a row for each partial."""

    begin: float  # s
    attack: float  # s from nothing to full
    frequency: NDArray[np.float64]  # Hz
    decay: NDArray[np.float64]  # nepers a second
    sides: NDArray[np.complex128]  # amplitudes at the beginning, left and right: (partials, 2)

    @cached_property
    def heard(self) -> NDArray[np.float64]:
        """The K-weighted power of each partial at the beginning, both sides summed."""
        power = 0.5 * (np.abs(self.sides) ** 2).sum(axis=1)
        return np.asarray(power * k_power(self.frequency))

    @cached_property
    def ends(self) -> NDArray[np.float64]:
        """The time (s) from which on each partial is not heard any more."""
        loudest = np.maximum(np.abs(self.sides).max(axis=1), _SILENT)
        return self.begin + np.asarray(np.log(loudest / _SILENT) / self.decay)

    @cached_property
    def over(self) -> float:
        """The time (s) from which on nothing of it is heard any more."""
        return float(self.ends.max())

    @cached_property
    def rate(self) -> NDArray[np.complex128]:
        """How each partial turns and fades in a second, as an exponent."""
        return np.asarray(2j * np.pi * self.frequency - self.decay)

    @cached_property
    def turns(self) -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
        """How each partial turns and fades over a hop, in big steps: shape (partials, steps); and
        within a step, the real part and the imaginary: shape (partials, 2, frames).
        """
        coarse = np.exp(self.rate[:, None] * _TIME[::_FINE])
        fine = np.exp(self.rate[:, None] * _TIME[:_FINE])
        parts = np.stack([fine.real, fine.imag], axis=1)
        return coarse.astype(np.complex64), parts.astype(np.float32)

    def power(self, first: float) -> float:
        """Return its mean K-weighted power in the second from a time (s) on."""
        if first > self._faint:
            return 0.0
        if first > self.begin + self.attack:
            fading, energy = self._second
            return float(np.exp(fading * (self.begin - first)) @ energy)
        since = first - self.begin + (np.arange(_LOOKS) + 0.5) / _LOOKS
        left = np.exp(-2.0 * np.multiply.outer(np.maximum(since, 0.0), self.decay)) @ self.heard
        return float((self._risen(since) ** 2) @ left) / _LOOKS

    @cached_property
    def _second(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How each partial's power fades (1/s), and its energy in the first second."""
        fading = 2.0 * self.decay
        return fading, self.heard * -np.expm1(-fading) / fading

    def rise(self, time: float) -> NDArray[np.float32]:
        """Return its gain over a hop from a time (s) on, shape (hop,)."""
        return np.asarray(self._risen(time - self.begin + _TIME), np.float32)

    def _risen(self, since: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the gain so long (s) after the beginning."""
        through = np.clip(since / self.attack, 0.0, 1.0)
        return np.asarray(np.sin(0.5 * np.pi * through) ** 2)

    @cached_property
    def _faint(self) -> float:
        """The time (s) from which it adds nothing to the loudness: it is down by 40 dB."""
        return self.begin + self.attack + 4.6 / float(self.decay.min())


class _Turning:
    """The partials of some strokes, all fully there: how they turn and fade over a hop."""

    def __init__(self, strokes: Sequence[Stroke]) -> None:
        ends = np.concatenate([stroke.ends for stroke in strokes])
        longest = np.argsort(-ends, kind="stable")  # first, so that those still heard are in a row
        self._ends = -ends[longest]
        begins = [np.full(len(stroke.decay), stroke.begin) for stroke in strokes]
        self._begin = np.concatenate(begins)[longest]
        self._sides = np.concatenate([stroke.sides for stroke in strokes])[longest]
        self._rate = np.concatenate([stroke.rate for stroke in strokes])[longest]
        self._coarse = np.concatenate([stroke.turns[0] for stroke in strokes])[longest]
        self._fine = np.concatenate([stroke.turns[1] for stroke in strokes])[longest]

    def sound(self, time: float) -> tuple[Planes, float]:
        """Return their sum over a hop from a time (s) on, shape (2, hop), and the power that it
        would have, both sides summed, if none of them met another.
        """
        heard = int(np.searchsorted(self._ends, -time))
        turned = np.exp(self._rate[:heard] * (time - self._begin[:heard]))
        now = (self._sides[:heard] * turned[:, None]).astype(np.complex64)
        steps = (now[:, :, None] * self._coarse[:heard, None, :]).reshape(heard, -1)
        # einsum and not a matrix product: that may start threads beside the player's.
        sound = np.einsum(
            "pr,pb->rb",
            np.stack([steps.real, -steps.imag], axis=1).reshape(2 * heard, -1),
            self._fine[:heard].reshape(2 * heard, -1),
        )
        middle = now[:, :, None] * self._coarse[:heard, None, HOP // _FINE // 2, None]
        power = 0.5 * float(np.vdot(middle, middle).real)
        return np.asarray(sound.reshape(2, HOP), np.float32), power


class ModalSound:
    """The sound of strokes, at the nominal loudness in whichever minute one listens.

    `strokes(first, last)` returns those that begin from `first` to before `last` (s), the same
    objects for the same strokes as far as they are remembered; none sounds longer than `longest`
    seconds. The loudness is evened out over `reach` seconds before and after.
    """

    def __init__(
        self,
        strokes: Callable[[float, float], Sequence[Stroke]],
        longest: float,
        reach: float,
    ) -> None:
        self._strokes = strokes
        self._longest = longest
        self._steady = LoudnessNormaliser(weak_method(self._sounding), reach)
        self._power = power_at(NOMINAL_LUFS)
        self._turning = lru_cache(8)(lambda *ringing: _Turning(ringing))
        self._sound = EvenedSum(weak_method(self._summed), weak_method(self.gain))

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _summed(self, index: int) -> tuple[Planes, float]:
        """Return hop `index` of all strokes, and the power that they have without beats."""
        time, after = index * HOP / SAMPLE_RATE, (index + 1) * HOP / SAMPLE_RATE
        out, expected = np.zeros((2, HOP), np.float32), 0.0
        strokes = [s for s in self._strokes(time - self._longest, after) if s.over > time]
        for stroke in strokes:
            if stroke.begin + stroke.attack > time:
                rise = stroke.rise(time)
                sound, power = self._turning(stroke).sound(time)
                out += rise * sound
                expected += power * float(rise @ rise) / HOP
        settled = [stroke for stroke in strokes if stroke.begin + stroke.attack <= time]
        if settled:
            sound, power = self._turning(*settled).sound(time)
            out += sound
            expected += power
        return out, expected

    def gain(self, time: float) -> float:
        """Return the factor by which strokes sound at a time (s), so that all are as loud."""
        return float((self._power / self._steady.gated(time)) ** 0.5)

    def _sounding(self, time: float) -> float:
        """Return the K-weighted power in the second around a time (s)."""
        first = time - 0.5
        return sum(s.power(first) for s in self._strokes(first - self._longest, first + 1.0))
