"""`flute`: a wooden flute, one line, with breath in it and between its phrases."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.wind_line import WindArticulation, WindLine
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PARAMETERS: tuple[Parameter, ...] = (
    *tonal("D3", "The tone that is home.", "major", "Which chords it plays on."),
    amount("brightness", 0.35, "How much of it is above its tone: hollow to clear, with breath."),
    amount("intensity", 0.4, "How full: a deeper register, stronger harmonics."),
    amount("density", 0.4, "How much it plays: long rests to nearly always."),
    amount("motion", 0.4, "How far and how soon the line moves."),
    amount("width", 0.5, "How far its breath spreads between left and right; 0 is mono."),
)

# A flute's low register has a strong octave, and its harmonics fall by some 12 dB an octave above
# (Fletcher and Rossing, "The Physics of Musical Instruments", 1998, chapter 16.8).
_LEVEL = np.array([1.0, 0.42, 0.2, 0.07, 0.05, 0.025, 0.015, 0.008])


class Flute(WindLine):
    """A `flute`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        bright, full = params["brightness"], params["intensity"]
        wind = WindArticulation(
            low=math.log2(440.0) - 0.7 * full,
            span=1.2 + 0.3 * params["motion"],
            gap=5.0 * 0.5 ** params["motion"],
            breath=0.003 + 0.025 * bright,
            breath_band=(900.0, 5000.0),
            vibrato_hz=4.6,
            vibrato_cents=11.0,
        )
        timbre = partial(_blown, bright, full)
        super().__init__(params, chance.derive(seed, "flute"), timbre, wind)


def _blown(bright: float, full: float, pitch: float) -> NDArray[np.float64]:
    """Return the amplitudes of a note's harmonics."""
    hertz = pitch * np.arange(1.0, len(_LEVEL) + 1.0)
    reach = 900.0 * 4.0**bright
    level = _LEVEL ** (1.3 - 0.4 * full)
    return np.asarray((level / (1.0 + (hertz / reach) ** 2))[hertz < 8000.0])
