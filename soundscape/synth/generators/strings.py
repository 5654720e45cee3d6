"""`strings`: a small string orchestra, bowed in slow swells."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.ensemble import Articulation, Ensemble
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from soundscape.synth.machinery.generator import Block

PARAMETERS: tuple[Parameter, ...] = (
    *tonal("D2", "The tone that the chords stand on.", "minor", "Which chords they play."),
    amount("brightness", 0.35, "How near the bridge: muted over the fingerboard to open."),
    amount("intensity", 0.4, "How full: wider swells, deeper strings, more vibrato."),
    amount("density", 0.5, "How many sections play: three to six, three desks each."),
    amount("motion", 0.4, "How long a bow is: 22 seconds to 7."),
    amount("width", 0.8, "How far they spread between left and right; 0 is mono."),
)

# Where a violin's body and air resound, Hz: the air (A0), the body's first pair, and the hill of
# the bridge (Fletcher and Rossing, "The Physics of Musical Instruments", 1998, chapter 10); larger
# bodies lie lower.
_BODY = np.array([275.0, 460.0, 550.0, 2300.0])
_BODY_OCTAVES = np.array([0.12, 0.15, 0.15, 0.45])
_BODY_LEVEL = np.array([0.9, 0.7, 0.7, 0.5])
_HIGHEST = 7000.0  # Hz


class Strings:
    """`strings`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        self._bright, full = params["brightness"], params["intensity"]
        sections = 3 + round(3.0 * params["density"])
        lowest = 110.0 * 2.0 ** (0.5 - 0.8 * full)
        lasting = 22.0 * (7.0 / 22.0) ** params["motion"]
        manner = Articulation(
            lasting=lasting,
            rise=0.4 * lasting,
            vibrato_hz=5.6,
            vibrato_cents=4.0 + 5.0 * full,
            stray_cents=4.0,
            swell_db=5.0 + 4.0 * full,
            width=params["width"],
            noise=0.0025 + 0.001 * self._bright,
            noise_band=(2500.0, 6000.0),
        )
        self._sound = Ensemble(
            params,
            chance.derive(seed, "strings"),
            math.log2(lowest) + 0.42 * np.arange(sections),
            self._bowed,
            manner,
        )

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _bowed(self, pitch: float, desk: int) -> NDArray[np.float64]:
        """Return the amplitudes of a string's harmonics: a sawtooth's, through its body."""
        hertz = pitch * np.arange(1.0, math.floor(_HIGHEST / pitch) + 1.0)
        size = min(max(pitch / 330.0, 0.3), 1.0) ** 0.7 * (1.0, 1.09, 0.93)[desk]
        away = np.log2(hertz[:, None] / (_BODY * size)) / _BODY_OCTAVES
        body = 0.55 + np.exp(-away * away) @ _BODY_LEVEL
        reach = 900.0 * 5.0**self._bright
        return np.asarray(pitch / hertz * body / (1.0 + (hertz / reach) ** 2))
