"""Chance as a function: the same key and index give the same number, in any order, for ever.

Every number is SplitMix64 at a position (Steele, Lea and Flood, "Fast splittable pseudorandom
number generators", 2014), in integers alone: the same on every machine and numpy version, which
numpy's own distributions do not promise.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from soundscape.synth.machinery.weak_method import weak_method

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_GOLDEN = 0x9E37_79B9_7F4A_7C15
_M1 = 0xBF58_476D_1CE4_E5B9
_M2 = 0x94D0_49BB_1331_11EB

SWELL_SD = 0.41
"""The standard deviation of `swell`."""

JITTER = 0.35
"""How far a boundary of `Cells` strays from its even place, in cells. Under 0.5 keeps the order."""


def derive(key: int, *path: int | str) -> int:
    """Return the 64-bit key of a stream: independent of those of other keys and paths."""
    for step in path:
        word = zlib.crc32(step.encode()) + (1 << 40) if isinstance(step, str) else step
        key = _mixed((key + _GOLDEN * (word + 1)) & _MASK) ^ _GOLDEN
    return key & _MASK


def unit(key: int, index: int) -> float:
    """Return the number in [0, 1) at `index` (any integer) of a stream."""
    return (_mixed((key + _GOLDEN * index) & _MASK) >> 11) * 2.0**-53


def words(keys: NDArray[np.uint64], index: ArrayLike) -> NDArray[np.uint64]:
    """Return 64 random bits for each key and index (int64), broadcast against each other."""
    z = keys + np.uint64(_GOLDEN) * np.asarray(index, np.int64).view(np.uint64)
    z ^= z >> np.uint64(30)
    z *= np.uint64(_M1)
    z ^= z >> np.uint64(27)
    z *= np.uint64(_M2)
    z ^= z >> np.uint64(31)
    return z


def units(key: int, index: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return `unit` for an array of indices."""
    return _to_unit(words(np.array([key], np.uint64), index))


def keys(key: int, count: int) -> NDArray[np.uint64]:
    """Return `count` keys of independent streams."""
    return words(np.array([derive(key, "keys")], np.uint64), np.arange(count))


def wander(streams: NDArray[np.uint64], position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return smooth noise in [−1, 1] at positions counted in cells; shapes broadcast.

    A cubic B-spline over one uniform number a cell: two derivatives are continuous, the standard
    deviation is about 0.4, and positions four cells apart know nothing of each other.
    """
    cell = np.floor(position)
    u = position - cell
    v = 1.0 - u
    first = cell.astype(np.int64)[..., None] + np.arange(-1, 3)
    values = _to_unit(words(streams[..., None], first))
    spline = (
        values[..., 0] * (v * v * v)
        + values[..., 1] * (3.0 * u * u * u - 6.0 * u * u + 4.0)
        + values[..., 2] * (3.0 * v * v * v - 6.0 * v * v + 4.0)
        + values[..., 3] * (u * u * u)
    )
    return np.asarray(spline / 3.0 - 1.0)


def swell(streams: NDArray[np.uint64], position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return smooth noise in [−1.5, 1.5] that soon averages out; the deviation is `SWELL_SD`.

    It is the difference of one `wander` at two places, so what it adds up to over a long time is
    bounded, where a wander's own sum strays as a random walk.
    """
    return np.asarray(0.75 * (wander(streams, position) - wander(streams, position - 2.0)))


def swell_excess(decibels: NDArray[np.float64]) -> float:
    """Return the dB by which swells of these depths together raise the mean power.

    For a gain that is normal in dB with variance s² the mean power is up by s² ln(10) / 20 dB.
    """
    return float((decibels**2).sum() * SWELL_SD**2 * np.log(10.0) / 20.0)


def noise(key: int, index: int, count: int) -> NDArray[np.int16]:
    """Return `count` (a multiple of 4) uniform 16-bit numbers: block `index` of a noise."""
    block = np.array([derive(key, index)], np.uint64)
    return words(block, np.arange(count // 4)).view(np.int16)


class Cells:
    """Time cut into uneven cells of about `period` seconds: places without a beat."""

    def __init__(self, key: int, period: float) -> None:
        self._key = key
        self._period = period
        self.start = lru_cache(8)(weak_method(self._start))

    def at(self, time: float) -> tuple[int, float]:
        """Return the cell that `time` (s) lies in, and how far through it, 0 to 1."""
        cell = int(time // self._period)
        if time < self.start(cell):
            cell -= 1
        elif time >= self.start(cell + 1):
            cell += 1
        start = self.start(cell)
        return cell, (time - start) / (self.start(cell + 1) - start)

    def _start(self, cell: int) -> float:
        """Return the time (s) at which a cell begins."""
        return (cell + JITTER * (2.0 * unit(self._key, cell) - 1.0)) * self._period


def _mixed(z: int) -> int:
    z = ((z ^ (z >> 30)) * _M1) & _MASK
    z = ((z ^ (z >> 27)) * _M2) & _MASK
    return z ^ (z >> 31)


def _to_unit(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    return np.asarray((bits >> np.uint64(11)) * 2.0**-53, np.float64)
