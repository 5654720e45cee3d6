"""The ceiling: a look-ahead true-peak limiter for the master.

It works only when something is wrong; at rest it passes every frame bit for bit. All it does is a
function of the frames alone, so the sound does not depend on the block size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from soundscape.units import SAMPLE_RATE, db_to_gain, frames

Frames = NDArray[np.float32]
Decibels = NDArray[np.float64]

# ITU-R BS.1770-4, annex 2, asks for at least fourfold interpolation and leaves the filter open.
# This is eightfold (no dearer: fetching the frames takes longer), for meters that look between
# those four; a windowed sinc (Kaiser, β = 9) of 32 taps for each of the seven points between two
# frames, sharper than the annex's example of 12, and open up to half the rate: on white noise one
# that closes at 0.97 of it reads 0.35 dB less than meters do.
_REACH = 32  # frames that one interpolated value is made of
_CENTRE = _REACH // 2  # the values made of frames m − 31 … m lie between frames m − 16 and m − 15
_BETA = 9.0
_AWAY = np.arange(_REACH)[:, np.newaxis] - (_CENTRE - 1 + np.arange(1, 8) / 8)
_TAPS = (
    np.sinc(_AWAY) * np.i0(_BETA * np.sqrt(1.0 - (_AWAY / _CENTRE) ** 2)) / np.i0(_BETA)
).astype(np.float32)

WITHIN = 2.0
"""Frames within 6 dB of the ceiling are interpolated; only a contrived signal rises further."""
MARGIN_DB = 0.15
"""The limiter holds this much more than asked: meters interpolate each in their own way."""

ATTACK = frames(0.0025)
"""The gain comes down within this, before the peak."""
HOLD = frames(0.025)
"""And stays that long: half a period of 20 Hz, or the bass would be bent by its own gain."""
RELEASE = frames(0.3)
"""Then the reduction (dB) falls to 1/e in this time."""
LATENCY = ATTACK + _CENTRE
"""Frames that must be known beyond the last one given out: 2.8 ms."""
APART = frames(0.5)
"""A peak this long after the last one counts as a new occurrence."""

_DECAY = 1.0 / RELEASE
_UNHEARD_DB = 0.001
_MOST_DB = 120.0
_LONGEST = SAMPLE_RATE  # frames worked on at once: keeps the exponent of the release small
_SPAN = ATTACK + 2 + HOLD


class Limiter:
    """Holds the true peak of a stereo stream at `ceiling_db` (dBTP).

    `deepest_db` is the largest reduction.
    """

    def __init__(self, ceiling_db: float = -1.0, frame: int = 0) -> None:
        self.deepest_db = 0.0
        self._ceiling = db_to_gain(ceiling_db - MARGIN_DB)
        window = np.hanning(ATTACK + 3)[1:-1]
        self._smoothing = window / window.sum()
        self._onsets: list[int] = []
        self.restart(frame)

    def restart(self, frame: int) -> None:
        """Start again: the next frame pushed is `frame`, with silence before it."""
        self._frame = frame
        self._held: Frames = np.zeros((0, 2), np.float32)
        self._before: Frames = np.zeros((_REACH, 2), np.float32)
        self._last_peak = frame - APART
        self._wanted: Decibels = np.zeros(HOLD - _CENTRE + 1 + ATTACK)
        self._eased: Decibels = np.zeros(0)
        self._resting = True

    def push(self, block: Frames) -> Frames:
        """Take a block, shape (n, 2). Returns the frames now known to be safe, in their order.

        These are all frames but the last `LATENCY`, so with a first block of n + LATENCY frames
        every later block of n gives n back.
        """
        parts = range(0, len(block), _LONGEST)
        out = [self._push(block[first : first + _LONGEST]) for first in parts]
        return out[0] if len(out) == 1 else np.concatenate([block[:0], *out])

    def take_onsets(self) -> list[int]:
        """Return the frames at which it started to limit since the last call."""
        onsets, self._onsets = self._onsets, []
        return onsets

    def _push(self, block: Frames) -> Frames:
        held = np.concatenate([self._held, block])
        count = max(0, len(held) - LATENCY)
        self._held = held[count:]
        wanted = self._detect(block)
        self._before = np.concatenate([self._before, block[-_REACH:]])[-_REACH:]
        self._frame += len(block)
        if wanted is None and self._resting:
            self._idle(len(block))
            return held[:count]
        self._wanted = np.concatenate(
            [self._wanted, np.zeros(len(block)) if wanted is None else wanted]
        )
        reduction = self._reduction(count)
        return self._apply(held[:count], reduction)

    def _idle(self, came: int) -> None:
        """Nothing is wanted and nothing being released: zeros come and zeros go."""
        if self._eased.size < ATTACK:
            self._wanted = np.concatenate([self._wanted, np.zeros(came)])
            eased = max(0, self._wanted.size - _SPAN + 1)
            self._wanted = self._wanted[eased:]
            self._eased = np.zeros(min(ATTACK, self._eased.size + eased))

    # what is wanted ---------------------------------------------------------------------------

    def _detect(self, block: Frames) -> Decibels | None:
        """The reduction (dB) that frames need, `_CENTRE` frames late; None if none does."""
        limit = self._ceiling / WITHIN
        if _within(block, limit) and _within(self._before, limit):
            return None
        known = np.concatenate([self._before, block])
        sizes = np.abs(known).max(axis=1).astype(np.float64)
        sizes[~np.isfinite(sizes)] = 0.0
        near = np.flatnonzero(_highest(sizes, _REACH)[1:] > limit)
        if not near.size:
            return None
        # Interpolate only between the first frame that is near the ceiling and the last.
        first, last = int(near[0]), int(near[-1]) + 1
        peaks = np.zeros(len(block))
        peaks[first:last] = true_peaks(known[first + 1 : last + _REACH])
        peaks = np.maximum(peaks, _highest(sizes, 2)[_REACH - _CENTRE :][: len(block)])
        over = np.flatnonzero(peaks > self._ceiling)
        if not over.size:
            return None
        wanted = np.zeros(len(block))
        wanted[over] = np.minimum(20.0 * np.log10(peaks[over] / self._ceiling), _MOST_DB)
        self._count(np.flatnonzero(wanted > MARGIN_DB) + self._frame)
        return wanted

    def _count(self, peaks: NDArray[np.intp]) -> None:
        if not peaks.size:
            return
        gaps = np.diff(peaks, prepend=self._last_peak)
        onsets = [int(frame) for frame in peaks[gaps >= APART]]
        self._last_peak = int(peaks[-1])
        self._onsets += onsets

    # what is done -----------------------------------------------------------------------------

    def _reduction(self, count: int) -> Decibels:
        """The reduction (dB) of the next `count` frames."""
        ahead = _highest(self._wanted, _SPAN)
        self._wanted = self._wanted[ahead.size :]
        # An exponential release is, in coordinates that fall with it, a running maximum.
        falls = np.exp(-_DECAY * np.arange(1, ahead.size + 1))
        climbing = np.maximum.accumulate(np.concatenate([self._eased[-1:], ahead / falls]))
        eased = climbing[climbing.size - ahead.size :] * falls
        eased[eased < _UNHEARD_DB] = 0.0
        known = np.concatenate([self._eased, eased])
        self._eased = known[-ATTACK:]
        self._resting = not self._wanted.any() and not self._eased.any()
        return np.convolve(known, self._smoothing, "valid") if count else known[:0]

    def _apply(self, block: Frames, reduction: Decibels) -> Frames:
        deepest = float(reduction.max(initial=0.0))
        if deepest == 0.0:
            return block
        self.deepest_db = max(self.deepest_db, deepest)
        gains = np.exp(reduction * (-np.log(10.0) / 20.0))
        limited: Frames = block * gains.astype(np.float32)[:, np.newaxis]
        return limited


def _within(block: Frames, limit: float) -> bool:
    """Whether all samples are finite and none exceeds the limit."""
    return bool(block.max(initial=0.0) <= limit and block.min(initial=0.0) >= -limit)


def true_peaks(block: Frames) -> NDArray[np.float64]:
    """The highest interpolated sample (either channel) for each 32 frames in a row.

    Shape (n, 2) to (n − 31,); entry k lies between frames k + 15 and k + 16 of the block.
    """
    windows = np.lib.stride_tricks.sliding_window_view(block, _REACH, axis=0)
    interpolated = windows.reshape(-1, _REACH) @ _TAPS
    peaks = np.abs(interpolated).max(axis=1).reshape(-1, 2).max(axis=1)
    sound: Decibels = np.nan_to_num(peaks.astype(np.float64))
    return sound


def _highest(values: Decibels, span: int) -> Decibels:
    """The highest of each `span` values in a row: n values to n − span + 1, by doubling."""
    if values.size < span:
        return values[:0]
    reach = 1
    while reach < span:
        step = min(reach, span - reach)
        values = np.maximum(values[:-step], values[step:])
        reach += step
    return values
