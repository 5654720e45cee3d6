"""`rain`: soft rain, a bed of shaped noise under patter and single drops, all slowly changing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.droplets import GrainCloud, patter, plinks
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.noise_bed import HOP, SIZE, NoiseBed, heard, hump, within
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PARAMETERS: tuple[Parameter, ...] = (
    amount("intensity", 0.4, "How much rain: a drizzle to a steady downpour."),
    amount("brightness", 0.4, "How open it sounds: from indoors to under the sky."),
    amount("density", 0.5, "How many single drops stand out of the bed."),
    amount("motion", 0.4, "How fast and how far the rain swells and thins."),
    amount("width", 0.8, "How far it spreads between left and right; 0 is mono."),
)

_SWELL_MIX = np.array([0.4, 0.6])


class Rain:
    """A `rain`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "rain")
        bright, full = params["brightness"], params["intensity"]
        bands = _bands(bright, full)
        self._bands = bands.astype(np.float32)
        self._band_power = heard(bands)
        self._noise = NoiseBed(chance.derive(key, "noise"), params["width"])
        density = params["density"]
        self._strewn = (
            GrainCloud(
                key=chance.derive(key, "patter"),
                shapes=patter(chance.derive(key, "patter shapes"), 64, bright),
                most=32 + int(96 * density),
                spread=0.9 * params["width"],
                range_db=24.0,
            ),
            GrainCloud(
                key=chance.derive(key, "plinks"),
                shapes=plinks(chance.derive(key, "plink shapes"), 48, bright),
                most=4,
                spread=0.7 * params["width"],
                range_db=16.0,
            ),
        )
        self._energy = [strewn.energy() for strewn in self._strewn]
        # Shares of the power: the single drops are heard through a drizzle, less in a downpour.
        self._shares = np.array(
            [
                (0.10 + 0.16 * density) * (1.2 - 0.4 * full),
                (0.012 + 0.045 * density) * (1.4 - 0.8 * full),
            ]
        )
        self._falling = np.array([0.6, 0.03 + 0.16 * density])

        pace = 2.0 ** (2.0 * params["motion"] - 1.0)
        self._swell = chance.keys(chance.derive(key, "swell"), 2)
        self._swell_rate = pace / np.array([5.0, 11.0])
        self._swell_db = 1.2 + 3.8 * params["motion"]
        self._power = power_at(NOMINAL_LUFS - chance.swell_excess(self._swell_db * _SWELL_MIX))
        self._gust = chance.keys(chance.derive(key, "gust"), 3)
        self._gust_rate = pace / np.array([19.0, 7.0, 5.0])
        self._sway = chance.keys(chance.derive(key, "sway"), 1)
        self._sway_rate = pace / np.array([13.0])
        self._sway_width = 0.1 * params["width"]
        self._sound = OverlapAdd(weak_method(self._frame), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        swell = float(chance.swell(self._swell, time * self._swell_rate) @ _SWELL_MIX)
        heard = self._power * 10.0 ** (self._swell_db * swell / 10.0)
        fall = np.clip(self._falling * (1.0 + 0.8 * swell), 0.0, 1.0)
        out = self._bed(index, time, heard * (1.0 - self._shares.sum()))
        for strewn, energy, share, falling, mean in zip(
            self._strewn, self._energy, self._shares, fall, self._falling, strict=True
        ):
            rate = mean * strewn.most / HOP
            level = (heard * share / (rate * energy)) ** 0.5
            out += np.float32(level) * strewn.hop(index, float(falling), HOP)
        return out

    def _bed(self, index: int, time: float, power: float) -> Planes:
        """Return a frame of the bed at a K-weighted power, both sides summed."""
        gust = 10.0 ** (0.5 * chance.wander(self._gust, time * self._gust_rate))
        gust *= power / float(gust @ self._band_power)
        # einsum and not a matrix product: that may start threads beside the player's.
        shape = np.einsum("g,gf->f", gust.astype(np.float32), self._bands)
        lean = float(chance.wander(self._sway, time * self._sway_rate)[0])
        return self._noise.frame(index, shape, self._sway_width * lean)


def _bands(bright: float, full: float) -> NDArray[np.float64]:
    """Return the power of the bed's bands in each bin, shape (3, bins): body, rain, air."""
    humps = [
        (2.0 + 2.0 * full) * hump(310.0, 1.1),
        (0.3 + 0.6 * full) * hump(1150.0, 1.3),
        (0.06 + 0.16 * bright) * (0.4 + 0.6 * full) * hump(4300.0, 1.1),
    ]
    return np.array(humps) * within(85.0, 2800.0 * 4.2**bright)
