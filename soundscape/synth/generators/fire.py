"""`fire`: a small fire, low and warm, that crackles softly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.droplets import GrainCloud, cracks, patter
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.noise_bed import HOP, SIZE, NoiseBed, even, hump, within
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PARAMETERS: tuple[Parameter, ...] = (
    amount("intensity", 0.4, "How big the fire is: embers to a hearth full of flames."),
    amount("brightness", 0.4, "How near it is: its hiss, and how crisp the crackle."),
    amount("density", 0.4, "How much it crackles, and how much of that is heard."),
    amount("motion", 0.4, "How fast and how far the flames lap, and the crackle comes and goes."),
    amount("width", 0.7, "How far it spreads between left and right; 0 is mono."),
)

_LAP_SECONDS = np.array([0.9, 2.1, 6.0])  # flames lap at about 1 Hz, and settle over seconds
_BANDS = 3
_BURST_SECONDS = (2.3, 3.7)  # of the fine crackle, and of the larger cracks


class Fire:
    """A `fire`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "fire")
        bright, full, density = params["brightness"], params["intensity"], params["density"]
        self._bed = NoiseBed(chance.derive(key, "bed"), params["width"])
        self._bands = even(_bands(bright, full))
        flames = np.array([0.5 + 0.7 * full, 1.0, 0.10 + 0.35 * bright])
        self._strewn = (
            GrainCloud(
                key=chance.derive(key, "crackle"),
                shapes=patter(chance.derive(key, "crackles"), 64, 0.2 + 0.8 * bright),
                most=8 + int(18 * density),
                spread=0.8 * params["width"],
                range_db=16.0,
            ),
            GrainCloud(
                key=chance.derive(key, "cracks"),
                shapes=cracks(chance.derive(key, "crack shapes"), 40, bright),
                most=3,
                spread=0.6 * params["width"],
                range_db=12.0,
            ),
        )
        self._energy = [strewn.energy() for strewn in self._strewn]
        self._shares = np.array([0.04 + 0.08 * density, 0.012 + 0.03 * density])
        self._falling = np.array([0.4, 0.06 + 0.14 * density])
        self._flames = (1.0 - self._shares.sum()) * flames / flames.sum()

        pace = 2.0 ** (2.0 * params["motion"] - 1.0)
        self._lap = chance.keys(chance.derive(key, "lap"), _BANDS * len(_LAP_SECONDS))
        self._lap_rate = np.tile(pace / _LAP_SECONDS, (_BANDS, 1))
        self._lap_db = (0.7 + 1.6 * params["motion"]) * np.array([0.9, 1.0, 0.8])
        self._excess = chance.swell_excess(self._lap_db)
        self._burst = chance.keys(chance.derive(key, "burst"), 2)
        self._burst_rate = pace / np.array(_BURST_SECONDS)
        self._power = power_at(NOMINAL_LUFS)
        self._sound = OverlapAdd(weak_method(self._frame), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        keys = self._lap.reshape(_BANDS, -1)
        swells = chance.swell(keys, time * self._lap_rate) @ self._lap_db - self._excess
        flames = self._power * self._flames * 10.0 ** (swells / 10.0)
        shape = np.einsum("b,bf->f", flames.astype(np.float32), self._bands)
        out = self._bed.frame(index, shape)
        burst = chance.wander(self._burst, time * self._burst_rate)
        falls = np.clip(self._falling * (1.0 + 1.3 * burst), 0.0, 1.0)
        for strewn, energy, share, falling, mean in zip(
            self._strewn, self._energy, self._shares, falls, self._falling, strict=True
        ):
            rate = mean * strewn.most / HOP
            level = (self._power * share / (rate * energy)) ** 0.5
            out += np.float32(level) * strewn.hop(index, float(falling), HOP)
        return out


def _bands(bright: float, full: float) -> NDArray[np.float64]:
    """Return the power of each band in each bin, shape (3, bins): rumble, flames, hiss."""
    humps = [
        hump(95.0 - 25.0 * full, 0.7),
        hump(260.0 + 60.0 * bright, 1.0),
        hump(2600.0 + 1400.0 * bright, 1.3),
    ]
    return np.array(humps) * within(42.0, 1600.0 * 5.0**bright)
