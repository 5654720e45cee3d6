"""Drops of rain: short sounds, many shapes of them, strewn over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import bin_frequencies, k_power
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import Planes
from soundscape.units import SAMPLE_RATE

Shapes = NDArray[np.float32]
"""Sounds of drops, shape (shapes, frames), each of K-weighted energy 1 a frame of 48 kHz."""


def patter(key: int, count: int, brightness: float) -> Shapes:
    """Return drops that fall on leaves and ground: dull ticks of a few milliseconds.

    Each is a handful of quickly dying resonances between 500 Hz and 5 kHz.
    """
    length = 768
    time = np.arange(length) / SAMPLE_RATE
    modes = 4
    where = _spread(key, "where", (count, modes))
    frequency = 450.0 * 2.0 ** (where * (2.0 + 1.2 * brightness))
    decay = 0.0018 + 0.0032 * _spread(key, "decay", (count, modes))
    level = (450.0 / frequency) ** 0.35 * (0.3 + _spread(key, "level", (count, modes)))
    phase = 2.0 * np.pi * _spread(key, "phase", (count, modes))
    tones = level[..., None] * np.exp(-time / decay[..., None])
    tones = tones * np.sin(2.0 * np.pi * frequency[..., None] * time + phase[..., None])
    return _finished(tones.sum(axis=1), attack=0.0013)


def plinks(key: int, count: int, brightness: float, lowest: float = 720.0) -> Shapes:
    """Return drops that fall into water: the air bubble under each rings, and rises a little.

    A bubble of radius r rings at 3.26 / r Hz (Minnaert, "On musical air-bubbles and the sounds of
    running water", 1933): from 720 Hz up, radii of 4.5 to 1.2 mm, the small ones the shorter.
    """
    length = 4000
    time = np.arange(length) / SAMPLE_RATE
    where = _spread(key, "where", (count, 1))
    frequency = lowest * 2.0 ** (where * (1.2 + 0.8 * brightness))
    decay = (0.013 + 0.012 * _spread(key, "decay", (count, 1))) * (lowest / frequency) ** 0.5
    rise = 0.06 + 0.16 * _spread(key, "rise", (count, 1))
    climb = time + rise * 0.5 * time**2 / 0.02
    tones = np.exp(-time / decay) * np.sin(2.0 * np.pi * frequency * climb)
    return _finished(tones, attack=0.003)


def cracks(key: int, count: int, brightness: float) -> Shapes:
    """Return the larger crackles of a fire: wood that gives way, dull and short.

    Each is a handful of resonances between 280 Hz and 2 kHz, that die away in some hundredths of a
    second.
    """
    length = 2400
    time = np.arange(length) / SAMPLE_RATE
    modes = 5
    where = _spread(key, "where", (count, modes))
    frequency = 280.0 * 2.0 ** (where * (1.8 + brightness))
    decay = 0.004 + 0.007 * _spread(key, "decay", (count, modes))
    level = (280.0 / frequency) ** 0.5 * (0.3 + _spread(key, "level", (count, modes)))
    phase = 2.0 * np.pi * _spread(key, "phase", (count, modes))
    tones = level[..., None] * np.exp(-time / decay[..., None])
    tones = tones * np.sin(2.0 * np.pi * frequency[..., None] * time + phase[..., None])
    return _finished(tones.sum(axis=1), attack=0.003)


@dataclass(frozen=True, slots=True)
class GrainCloud:
    """Drops of some shapes, at most `most` beginning in a hop, placed by chance alone."""

    key: int
    shapes: Shapes
    most: int
    spread: float  # how far from the middle they fall, 0 to 1
    range_db: float  # how much fainter the faintest are

    def energy(self) -> float:
        """Return the mean K-weighted energy of a drop, both channels summed."""
        steps = np.linspace(0.0, 1.0, 64)
        return float(np.mean(10.0 ** (-self.range_db * steps / 10.0)))

    def hop(self, index: int, share: float, hop: int) -> Planes:
        """Return the drops that begin in hop `index`, shape (2, 2 hops), to overlap with the next.

        `share` (0 to 1) of the most there may be fall. A drop is no longer than a hop.
        """
        out = np.zeros((2, 2 * hop), np.float32)
        chances = chance.units(chance.derive(self.key, index), np.arange(5 * self.most))
        falls, when, kind, how, where = chances.reshape(5, self.most)
        drops = np.flatnonzero(falls < share)
        angle = 0.25 * np.pi * (1.0 + self.spread * (2.0 * where[drops] - 1.0))
        level = 10.0 ** (-self.range_db / 20.0 * how[drops])
        gains = (level * np.stack([np.cos(angle), np.sin(angle)])).astype(np.float32)
        kinds = (kind[drops] * len(self.shapes)).astype(np.int64)
        begins = (when[drops] * hop).astype(np.int64)
        for gain, number, begin in zip(gains.T, kinds.tolist(), begins.tolist(), strict=True):
            sound = self.shapes[number]
            out[:, begin : begin + len(sound)] += gain[:, None] * sound
        return out


def _finished(tones: NDArray[np.float64], attack: float) -> Shapes:
    """Return the shapes with a soft beginning and end, no DC, and a K-weighted energy of 1."""
    length = tones.shape[1]
    rise = int(attack * SAMPLE_RATE)
    fall = length // 4
    edge = np.ones(length)
    edge[:rise] = np.sin(0.5 * np.pi * (np.arange(rise) + 0.5) / rise) ** 2
    edge[-fall:] = np.cos(0.5 * np.pi * (np.arange(fall) + 0.5) / fall) ** 2
    shapes = tones * edge
    shapes -= (shapes.sum(axis=1) / edge.sum())[:, None] * edge
    spectrum = np.abs(np.fft.rfft(shapes, 2 * length)) ** 2
    heard = k_power(bin_frequencies(2 * length))
    energy = (spectrum * heard).sum(axis=1) / length
    return np.asarray(shapes / np.sqrt(energy)[:, None], np.float32)


def _spread(key: int, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return numbers evenly spread over 0 to 1 along the first axis, in no order."""
    numbers = chance.units(chance.derive(key, name), np.arange(np.prod(shape))).reshape(shape)
    return np.asarray((np.argsort(np.argsort(numbers, axis=0), axis=0) + numbers) / shape[0])
