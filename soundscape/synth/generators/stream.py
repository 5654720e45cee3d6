"""`stream`: a brook over stones, bubbles by the hundred over the rush of the water."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.dsp.weighting import power_at
from soundscape.synth.machinery import chance
from soundscape.synth.machinery.droplets import GrainCloud, plinks
from soundscape.synth.machinery.generator import NOMINAL_LUFS, Block, OverlapAdd, Planes
from soundscape.synth.machinery.noise_bed import HOP, SIZE, NoiseBed, even, hump, within
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PARAMETERS: tuple[Parameter, ...] = (
    amount("intensity", 0.4, "How much water: a trickle to a full stream."),
    amount("brightness", 0.4, "How much it sparkles: deep pools to shallow stones."),
    amount("density", 0.5, "How much it babbles: more bubbles, and more of them heard."),
    amount("motion", 0.4, "How fast and how far its voices change."),
    amount("width", 0.7, "How far it spreads between left and right; 0 is mono."),
)

_LOWEST = (460.0, 680.0, 1000.0)  # Hz, the biggest bubbles of each eddy
_EDDIES = len(_LOWEST)


class Stream:
    """A `stream`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "stream")
        bright, full, motion = params["brightness"], params["intensity"], params["motion"]
        self._bed = NoiseBed(chance.derive(key, "bed"), params["width"])
        self._bands = even(_bands(bright, full))
        rush = np.array([0.2 + 0.6 * full, 1.0, 0.2 + 0.5 * bright])
        babble = (0.25 + 0.4 * params["density"]) * (1.15 - 0.5 * full)
        self._rush = (1.0 - babble) * rush / rush.sum()
        # Eddies, each at its own place with its own bubbles: now one babbles, now another.
        self._eddies = [
            GrainCloud(
                key=chance.derive(key, "eddy", number),
                shapes=plinks(chance.derive(key, "bubbles", number), 40, bright, lowest),
                most=8 + int(10 * params["density"]),
                spread=0.8 * params["width"],
                range_db=20.0,
            )
            for number, lowest in enumerate(_LOWEST)
        ]
        self._energy = self._eddies[0].energy()  # of a drop: the same in each
        self._babble = babble / _EDDIES
        pace = 2.0 ** (2.0 * motion - 1.0)
        self._turn = chance.keys(chance.derive(key, "turn"), _EDDIES + len(rush))
        self._turn_rate = pace / (2.5 + 1.1 * np.arange(_EDDIES + len(rush)))
        self._turn_db = np.array([3.0 + 3.0 * motion] * _EDDIES + [0.8 + 1.6 * motion] * len(rush))
        self._excess = np.array([chance.swell_excess(depth[None]) for depth in self._turn_db])
        self._power = power_at(NOMINAL_LUFS)
        self._sound = OverlapAdd(weak_method(self._frame), HOP, SIZE // HOP)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _frame(self, index: int) -> Planes:
        time = (index + 1) * HOP / SAMPLE_RATE
        swells = self._turn_db * chance.swell(self._turn, time * self._turn_rate) - self._excess
        turns = self._power * 10.0 ** (swells / 10.0)
        bands = (turns[_EDDIES:] * self._rush).astype(np.float32)
        out = self._bed.frame(index, np.einsum("b,bf->f", bands, self._bands))
        for strewn, turn in zip(self._eddies, turns[:_EDDIES], strict=True):
            # A louder eddy has more bubbles and louder ones.
            falling = float(np.clip(0.5 * (turn / self._power) ** 0.5, 0.15, 1.0))
            rate = falling * strewn.most / HOP
            level = (turn * self._babble / (rate * self._energy)) ** 0.5
            out += np.float32(level) * strewn.hop(index, falling, HOP)
        return out


def _bands(bright: float, full: float) -> NDArray[np.float64]:
    """Return the power of each band in each bin, shape (3, bins): deep, body, sparkle."""
    humps = [
        hump(220.0 - 60.0 * full, 0.8),
        hump(650.0 + 250.0 * bright, 1.0),
        hump(2400.0 + 1200.0 * bright, 1.0),
    ]
    return np.array(humps) * within(90.0, 2500.0 * 4.0**bright)
