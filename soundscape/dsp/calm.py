"""Calm: a track's gain, computed ahead, so that nothing comes far louder than the ear expects.

With M the track's momentary loudness over its target (LU), at every tenth of a second M(t) is at
most 10 LU over the reference: the loudest of M(t − 1 s), of M over the last 15 s less 6, and −20.
So a phrase after a breath is left alone, and a sudden entry after real quiet is lowered before it
sounds; then the gain comes back as far as the rule allows, by 3 dB a second at most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import STEPS, trailing_mean
from soundscape.units import SAMPLE_RATE

MOST_RISE = 10.0
"""LU over the reference (docs/clinical.md, Audio)."""
MEMORY = 15.0
FADED = 6.0
"""For so many seconds the ear expects what was loud, less so many LU."""
FLOOR = -20.0
"""LU under the target; what is softer counts as this."""
POINT = SAMPLE_RATE // 10
"""Frames between two points of the gain, and between two values of the curve."""

_SECOND = 10  # points
_REMEMBERED = round(MEMORY * 10) - _SECOND + 1  # points of the memory, up to a second before
_MEMORY = round(MEMORY * 10)  # points for which what sounded is remembered
_WINDOW = 4  # tenths that a momentary value looks back
_AIM = MOST_RISE - 1.0  # windows between those of the curve may rise by more than they do
_SHARE = 0.25  # of a window's allowance: tenths softer than this need not be lowered for it
_ROUNDS = 30  # of unfolding; the error is then below 0.1 LU
_NEPER = math.log(10.0) / 10.0  # natural log of power, for a dB
_CLIMB = 0.3  # dB from point to point: 3 dB a second, slower than a swell that is heard as one

Curve = NDArray[np.float32]
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CalmPlace:
    """A place that calm touches: its second in the track, and the deepest reduction in dB."""

    second: float
    db: float


def may_touch(momentary: NDArray[np.int16], gain_db: float) -> bool:
    """Return whether `points` may have something to do. Fast: nearly every track needs nothing.

    `momentary` is in hundredths of LUFS, shape (n,); with `gain_db` it is the curve.
    """
    if not _steep(momentary):  # the floor only takes from a rise
        return False
    return _steep(np.maximum(momentary, np.int16((FLOOR - gain_db) * STEPS - 1)))


def _steep(momentary: NDArray[np.int16]) -> bool:
    most = _AIM * STEPS - 2  # near it, the curve itself decides
    risen = momentary[_SECOND:] - momentary[:-_SECOND]
    if risen.size and np.maximum.reduce(risen) > most:
        return True
    first = momentary[_WINDOW - 1 : _SECOND].tolist()  # these are held against how it begins
    return bool(first) and max(first) - first[0] > most


def points(
    curve: Curve,
    swell: Points | None = None,
    before: float | None = None,
    memory: float | None = None,
    beside: Points | None = None,
) -> Points | None:
    """The gain in dB (≤ 0) at 0.0, 0.1, 0.2 … s of a track; None where there is nothing to do.

    `curve` has the momentary loudness in LU over the target, shape (n,): element i of the 400 ms
    that end at (i + 1) / 10 s. The result has shape (n + 1,) and is linear in dB between points.
    Before its start a track counts as loud as `before` (LU over the target), and without it as
    sounding as it begins. `swell` is the mean power gain of a fade over its first tenths: what it
    keeps down needs no softening, and the rise of both together is kept to the rule. `memory` is
    how loud (LU over the target) what sounded before the track was: the ear remembers it as well.
    `beside` has it in full: the loudness of what else sounds, at every tenth of a second from
    `MEMORY` before the track's start on, shape (m,).
    """
    if not curve.size:
        return None
    loud = np.clip(np.nan_to_num(curve.astype(np.float64), nan=-120.0), -120.0, 60.0)
    if swell is not None:
        loud = _swelling(loud, swell)
    if beside is not None:
        found = _gain(_together(loud, beside), None, None)
        return None if found is None or not found[_MEMORY:].any() else found[_MEMORY:]
    return _gain(loud, before, memory)


def _gain(loud: Points, before: float | None, memory: float | None) -> Points | None:
    touched = np.flatnonzero(rises(loud, before, memory) > _AIM)
    if not touched.size:
        return None
    return _CalmPass(loud, before, memory).run(touched)


def _together(loud: Points, beside: Points) -> Points:
    """A curve with what sounds beside it, and that alone before it."""
    whole = np.concatenate([np.full(_MEMORY, -120.0), loud])
    count = min(whole.size, beside.size)
    power = 10.0 ** (whole[:count] / 10.0) + 10.0 ** (beside[:count] / 10.0)
    whole[:count] = 10.0 * np.log10(power)
    return whole


def _swelling(loud: Points, swell: Points) -> Points:
    """A curve under a fade that lasts for its first tenths."""
    last = swell.size
    power = unfolded(loud[: last + _WINDOW])
    power[:last] *= swell
    windows = trailing_mean(power, _WINDOW)[:last]
    return np.concatenate([10.0 * np.log10(windows + 1e-12), loud[last:]])


def rises(loud: Points, before: float | None = None, memory: float | None = None) -> Points:
    """How far each value lies above its reference, both counted from the floor up.

    `before` is the loudness before the start; by default that of the beginning.
    """
    first = float(loud[min(_WINDOW, loud.size) - 1]) if before is None else before
    risen: Points = np.maximum(loud, FLOOR) - np.maximum(expected(loud, first, memory), FLOOR)
    risen[: _WINDOW - 1] = 0.0  # windows that reach back before the start
    return risen


def expected(loud: Points, first: float, memory: float | None = None) -> Points:
    """The reference of each value, without the floor; `first` is the loudness before the start."""
    earlier = np.concatenate([np.full(_SECOND, first), loud])[: loud.size]
    loudest = earlier.copy()
    span = 1
    while span < _REMEMBERED:
        step = min(span, _REMEMBERED - span)
        loudest[step:] = np.maximum(loudest[step:], loudest[:-step])
        span += step
    reference: Points = np.maximum(earlier, loudest - FADED)
    if memory is not None:
        reference[:_MEMORY] = np.maximum(reference[:_MEMORY], memory - FADED)
    return reference


def gains(gain: Points, first: int, count: int) -> Points | float:
    """Linear gains of a track's frames from `first` on: shape (count,), or 1.0 where untouched."""
    low = min(first // POINT, gain.size - 1)
    high = (first + count - 1) // POINT + 2
    if not gain[low:high].any():
        return 1.0
    at = np.arange(first, first + count) / POINT
    decibels = np.interp(at, np.arange(low, low + gain[low:high].size), gain[low:high])
    linear: Points = np.exp(decibels * (math.log(10.0) / 20.0))
    return linear


def passing(gain: Points) -> Points:
    """The mean power gain from each point of a gain (dB) to the next: shape (n,) to (n − 1,)."""
    start, end = np.exp(_NEPER * gain[:-1]), np.exp(_NEPER * gain[1:])
    alike = np.abs(start - end) < 1e-9
    mean: Points = (start - end) / np.log(np.where(alike, np.e * end, start) / end)
    return np.where(alike, start, mean)


def places(gain: Points | None) -> list[CalmPlace]:
    """The places that a gain of `points` touches, in order."""
    if gain is None:
        return []
    low = np.concatenate([[False], gain < -0.05, [False]])
    edges = np.flatnonzero(np.diff(low))
    return [
        CalmPlace(float(start) / 10.0, float(gain[start:end].min()))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


class _CalmPass:
    """Goes through a curve once, window by window, where it rises too fast.

    `slots` are the gains in dB of the tenths of a second. What window w demands touches the slots
    w − 3 … w; the window a second before, which says how much w may have, is settled by then.
    """

    def __init__(self, loud: Points, before: float | None, memory: float | None) -> None:
        self._power: list[float] = unfolded(loud).tolist()
        self._heard: list[float] = loud.tolist()  # with the gain, up to a second back
        self._before = before
        self._memory = -math.inf if memory is None else memory - FADED
        self._slots = [0.0] * loud.size

    def run(self, touched: NDArray[np.intp]) -> Points:
        """Soften all that `touched` leads to; the gain at the points."""
        at, slots = 0, self._slots
        for window in touched.tolist():
            at = max(at, window)
            while at < len(slots) and (at == window or self._astir(at)):
                self._soften(at)
                at += 1
        slot = np.array(slots)
        lower: Points = np.minimum(
            np.concatenate([[slot[0]], slot]), np.concatenate([slot, [slot[-1]]])
        )
        return lower

    def _astir(self, window: int) -> bool:
        """Whether a gain makes this window, or what it is held against, another."""
        back = _REMEMBERED + _SECOND + _WINDOW
        return any(self._slots[max(0, window - back) : window + 1])

    def _soften(self, window: int) -> None:
        slots = self._slots
        if window:  # the gain comes back slowly
            slots[window] = min(slots[window], slots[window - 1] + _CLIMB)
        if window < _WINDOW - (self._before is not None):
            return
        if window < _SECOND + _WINDOW - 1 and self._before is not None:
            before = self._before
        else:
            before = self._reference(max(window - _SECOND, _WINDOW - 1))
        if window < _MEMORY:
            before = max(before, self._memory)
        allowed = 10.0 ** ((max(before, FLOOR) + _AIM) / 10.0)
        own = range(window - _WINDOW + 1, window + 1)
        share = {slot: self._power[slot] / _WINDOW for slot in own}
        loud = [slot for slot in own if share[slot] > allowed * _SHARE / _WINDOW]
        rest = sum(share[slot] for slot in own if slot not in loud)
        most = sum(share[slot] for slot in loud)
        if most + rest <= allowed:
            return
        lowest = 10.0 * math.log10((allowed - rest) / most)
        for slot in loud:
            slots[slot] = min(slots[slot], lowest)
        for slot in range(loud[0] + 1, window + 1):
            slots[slot] = min(slots[slot], slots[slot - 1] + _CLIMB)

    def _reference(self, window: int) -> float:
        """What the ear expects a second after a window, all being settled up to it."""
        self._heard[window] = self._settled(window)
        remembered = self._heard[max(0, window + 1 - _REMEMBERED) : window + 1]
        return max(self._heard[window], max(remembered) - FADED)

    def _settled(self, window: int) -> float:
        """The momentary loudness (LU) with the gain in place; its slots do not change any more."""
        power = 0.0
        for slot in range(window - _WINDOW + 1, window + 1):
            power += self._power[slot] * self._passes(slot)
        return 10.0 * math.log10(power / _WINDOW + 1e-12)

    def _passes(self, slot: int) -> float:
        """The mean power gain of a slot, linear in dB from its one point to the other."""
        near = self._slots[max(0, slot - 1) : slot + 2]
        here = self._slots[slot]
        start, end = min(near[0], here), min(near[-1], here)
        a, b = math.exp(_NEPER * start), math.exp(_NEPER * end)
        return a if abs(a - b) < 1e-9 else (a - b) / math.log(a / b)


def unfolded(loud: Points) -> Points:
    """The power of each tenth of a second, from the loudness (dB) of windows of four; shape (n,).

    Richardson and Lucy's iteration (1972, 1974): it keeps powers positive and errors small, where
    subtracting window from window would add them up.
    """
    windows = 10.0 ** (loud / 10.0)
    power: Points = np.minimum.reduce([_shifted(windows, by) for by in range(_WINDOW)]) + 1e-12
    for _ in range(_ROUNDS):
        padded = np.concatenate([np.zeros(_WINDOW - 1), power])
        sums = sum(padded[by : by + power.size] for by in range(_WINDOW))
        ratio = windows / (sums / _WINDOW)
        power *= sum(_shifted(ratio, by) for by in range(_WINDOW)) / _WINDOW
    return power


def _shifted(values: Points, by: int) -> Points:
    """The values `by` places on; at the end the last one."""
    return np.concatenate([values[by:], np.full(min(by, values.size), values[-1])])
