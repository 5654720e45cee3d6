"""Things that are struck and ring: sums of sinusoids, each dying away in its own time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from soundscape.synth.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.steady import Steady
from soundscape.synth.weighting import k_power, power_at
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HOP = 4096
_FINE = 64  # a hop is this many samples, as often as there are steps of as many
_LOOKS = 8  # at a power, for its mean
_SILENT = 3e-6  # amplitude (−110 dBFS) at which a partial is over


Turning = tuple[NDArray[np.complex64], NDArray[np.complex64], NDArray[np.complex64]]
"""Partials: their amplitudes left and right, and how they turn and fade over a hop: in big steps,
and within a step. A row for each."""


def loud(
    frequency: NDArray[np.float64], sides: NDArray[np.complex128], power: float
) -> NDArray[np.complex128]:
    """Return amplitudes, shape (partials, 2), brought to a K-weighted power, both sides summed."""
    heard = 0.5 * float(k_power(frequency) @ (np.abs(sides) ** 2).sum(axis=1))
    return np.asarray(sides * (power / heard) ** 0.5)


@dataclass(frozen=True)
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
    def over(self) -> float:
        """The time (s) at which nothing of it is heard any more."""
        loudest = np.maximum(np.abs(self.sides).max(axis=1), _SILENT)
        return self.begin + float((np.log(loudest / _SILENT) / self.decay).max())

    def power(self, first: float, last: float) -> float:
        """Return its mean K-weighted power between two times (s)."""
        if first > self._faint:
            return 0.0
        if first > self.begin + self.attack:
            twice = 2.0 * self.decay
            left = self.heard * np.exp(-twice * (first - self.begin))
            return float(left @ (-np.expm1(-twice * (last - first)) / twice)) / (last - first)
        since = np.linspace(first, last, _LOOKS, endpoint=False) - self.begin
        since += 0.5 * (last - first) / _LOOKS
        left = np.exp(-2.0 * np.multiply.outer(np.maximum(since, 0.0), self.decay)) @ self.heard
        return float((self._risen(since) ** 2) @ left) / _LOOKS

    def at(self, start: int) -> Turning | None:
        """Return what of it turns from sample `start` on, or None: nothing does."""
        since = start / SAMPLE_RATE - self.begin
        if since <= -_HOP / SAMPLE_RATE or start / SAMPLE_RATE >= self.over:
            return None
        now = (self.sides * np.exp(self._rate * since)[:, None]).astype(np.complex64)
        heard = np.flatnonzero(np.abs(now).max(axis=1) > _SILENT)
        coarse, fine = self._turns
        return now[heard], coarse[heard], fine[heard]

    def rise(self, start: int) -> NDArray[np.float32] | None:
        """Return its gain from sample `start` on, shape (hop,), or None: it is fully there."""
        since = start / SAMPLE_RATE - self.begin
        if since >= self.attack:
            return None
        risen = self._risen(since + np.arange(_HOP) / SAMPLE_RATE)
        return np.asarray(risen, np.float32)

    def _risen(self, since: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the gain so long (s) after the beginning."""
        through = np.clip(since / self.attack, 0.0, 1.0)
        return np.asarray(np.sin(0.5 * np.pi * through) ** 2)

    @cached_property
    def _faint(self) -> float:
        """The time (s) from which it adds nothing to the loudness: it is down by 40 dB."""
        return self.begin + self.attack + 4.6 / float(self.decay.min())

    @cached_property
    def _rate(self) -> NDArray[np.complex128]:
        return np.asarray(2j * np.pi * self.frequency - self.decay)

    @cached_property
    def _turns(self) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
        """How each partial turns and fades over a hop: in big steps, and within a step."""
        fine = np.exp(self._rate[:, None] * np.arange(_FINE) / SAMPLE_RATE)
        coarse = np.exp(self._rate[:, None] * np.arange(0, _HOP, _FINE) / SAMPLE_RATE)
        return coarse.astype(np.complex64), fine.astype(np.complex64)


class Ringing:
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
        self._steady = Steady(self._sounding, reach)
        self._power = power_at(NOMINAL_LUFS)
        self._sound = OverlapAdd(self._frame, _HOP, 1)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        start = index * _HOP
        time, after = start / SAMPLE_RATE, (start + _HOP) / SAMPLE_RATE
        out = np.zeros((2, _HOP), np.float32)
        settled = []
        for stroke in self._strokes(time - self._longest, after):
            if (turning := stroke.at(start)) is not None:
                if (rise := stroke.rise(start)) is None:
                    settled.append(turning)
                else:
                    out += rise * _summed([turning])
        if settled:
            out += _summed(settled)
        return out * np.linspace(self._gain(time), self._gain(after), _HOP, dtype=np.float32)

    def _gain(self, time: float) -> float:
        return float((self._power / self._steady.gated(time)) ** 0.5)

    def _sounding(self, time: float) -> float:
        """Return the K-weighted power in the second around a time (s)."""
        first, last = time - 0.5, time + 0.5
        return sum(s.power(first, last) for s in self._strokes(first - self._longest, last))


def _summed(turning: Sequence[Turning]) -> Planes:
    """Return the sum of partials over a hop, shape (2, hop)."""
    now, coarse, fine = (np.concatenate(parts) for parts in zip(*turning, strict=True))
    steps = (now[:, :, None] * coarse[:, None, :]).reshape(len(now), -1)
    # einsum and not a matrix product: that may start threads beside the player's.
    sound = np.einsum(
        "pr,pb->rb",
        np.concatenate([steps.real, -steps.imag]),
        np.concatenate([fine.real, fine.imag]),
    )
    return np.asarray(sound.reshape(2, _HOP), np.float32)
