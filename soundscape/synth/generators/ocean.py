"""`ocean`: waves that come in, break on a beach and run back, over the sea's own murmur."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.loudness_normaliser import LoudnessNormaliser
from soundscape.synth.machinery.noise_bed import HOP, SIZE, NoiseBed, even, hump, within
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

PARAMETERS: tuple[Parameter, ...] = (
    amount("intensity", 0.4, "How big the waves are: a lapping bay to heavy, deep surf."),
    amount("brightness", 0.4, "How much foam hisses: far off to at one's feet."),
    amount("density", 0.5, "How often waves come: every 16 seconds or so to every 8."),
    amount("motion", 0.4, "How far the waves stand out of the murmur, and differ."),
    amount("width", 0.8, "How far it spreads between left and right; 0 is mono."),
)

# A wave's life from 0 to 1, band by band: where the band is strongest, and how long it takes to
# come and to go. The deep arrives first, the breaking is in the middle, the foam seethes longest.
_PEAK = np.array([0.36, 0.42, 0.46, 0.52])
_COMING = np.array([0.13, 0.11, 0.10, 0.11])
_GOING = np.array([0.12, 0.11, 0.14, 0.19])
_BEFORE = 0.4  # share of a life that is over at the time that chance gives the wave
_TRAINS = 2  # waves of two trains overlap, each train in its own time
_REST = 0.24  # share of the power that is the sea's murmur, at the least


class Ocean:
    """An `ocean`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "ocean")
        self._bed = NoiseBed(chance.derive(key, "bed"), params["width"])
        self._bands = even(_bands(params["brightness"], params["intensity"]))
        wave, murmur = _mixed(params["brightness"], params["intensity"])
        calm = _REST + 0.3 * (1.0 - params["motion"])
        every = _TRAINS * 16.0 * (8.0 / 16.0) ** params["density"]
        self._keys = [chance.derive(key, "train", number) for number in range(_TRAINS)]
        self._every = [every, 1.13 * every]
        self._trains = [
            chance.Cells(own, period) for own, period in zip(self._keys, self._every, strict=True)
        ]
        self._size_db = 1.5 + 2.0 * params["motion"]
        steps = np.linspace(0.0, 1.0, 257)
        sizes = 10.0 ** (self._size_db * (steps - 0.5) / 10.0)
        mean = np.array([_life(through) for through in steps]).mean(axis=0) * sizes.mean()
        self._wave = (1.0 - calm) * wave / mean / _TRAINS
        self._murmur = calm * murmur
        self._lean = 0.35 * params["width"]
        self._swell = chance.keys(chance.derive(key, "swell"), len(murmur))
        self._power = power_at(NOMINAL_LUFS)
        self._steady = LoudnessNormaliser(weak_method(self._sea_power), 1.4 * every)
        self._sound = OverlapAdd(weak_method(self._frame), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        power, leaning = self._sea(time)
        lean = self._lean * leaning / float(power.sum())
        level = self._power / self._steady.mean(time)
        shape = np.einsum("b,bf->f", (level * power).astype(np.float32), self._bands)
        return self._bed.frame(index, shape, lean)

    def _sea_power(self, time: float) -> float:
        return float(self._sea(time)[0].sum())

    def _sea(self, time: float) -> tuple[NDArray[np.float64], float]:
        """Return the power in each band, and how much of it leans to the left."""
        power = self._murmur * 10.0 ** (0.2 * chance.swell(self._swell, np.full(4, time / 6.0)))
        leaning = 0.0
        for train in range(_TRAINS):
            for wave, side in self._waves(train, time):
                power += wave
                leaning += side * float(wave.sum())
        return power, leaning

    def _waves(self, train: int, time: float) -> Iterator[tuple[NDArray[np.float64], float]]:
        """Yield the waves of a train that sound: the power in each band, and the side, −1 to 1."""
        cells, every, key = self._trains[train], self._every[train], self._keys[train]
        now = cells.at(time)[0]
        for number in range(now - 1, now + 3):
            through = (time - cells.start(number)) / every + _BEFORE
            if 0.0 < through < 1.0:
                size, side = chance.units(chance.derive(key, "wave"), 2 * number + np.arange(2))
                level = 10.0 ** (self._size_db * (size - 0.5) / 10.0)
                # It breaks to one side and runs along the beach to the other.
                yield (
                    self._wave * _life(through) * level,
                    (2.0 * side - 1.0) * np.cos(np.pi * through),
                )


def _life(through: float) -> NDArray[np.float64]:
    """Return the power of a wave in each band, 0 to 1, so far through its time."""
    away = through - _PEAK
    pace = np.where(away < 0.0, _COMING, _GOING)
    edge = np.sin(np.pi * through) ** 2  # it begins and ends at nothing
    return np.asarray(np.exp(-((away / pace) ** 2)) * edge)


def _bands(bright: float, full: float) -> NDArray[np.float64]:
    """Return the power of each band in each bin, shape (4, bins): deep, body, wash, foam."""
    humps = [
        hump(90.0 + 40.0 * (1.0 - full), 0.8),
        hump(300.0, 0.9),
        hump(900.0, 1.1),
        hump(2600.0 + 1600.0 * bright, 1.2),
    ]
    return np.array(humps) * within(45.0, 2200.0 * 5.0**bright)


def _mixed(bright: float, full: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of each band in a wave and in the murmur, each adding up to 1."""
    wave = np.array([0.25 + 0.5 * full, 1.0, 0.8, 0.08 + 0.8 * bright])
    murmur = np.array([0.6 + 0.5 * full, 1.0, 0.5, 0.06 + 0.3 * bright])
    return wave / wave.sum(), murmur / murmur.sum()
