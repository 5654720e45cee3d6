"""`reed`: a low reed, dark and woody, one slow line."""

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
    *tonal("D2", "The tone that is home.", "minor", "Which chords it plays on."),
    amount("brightness", 0.3, "How open the reed is: a hum to a clear voice."),
    amount("intensity", 0.4, "How full: a deeper register, stronger harmonics."),
    amount("density", 0.4, "How much it plays: long rests to nearly always."),
    amount("motion", 0.3, "How far and how soon the line moves."),
    amount("width", 0.5, "How far its breath spreads between left and right; 0 is mono."),
)

# A cylindrical bore that is closed at the reed has mostly odd harmonics, up to where its tone holes
# let the others through (Fletcher and Rossing, "The Physics of Musical Instruments", 1998, chapter
# 15.4); what leaks of the even ones is to taste.
_ODD, _EVEN = 1.0, 0.12
_THROUGH = 1500.0  # Hz
_HIGHEST = 6000.0  # Hz


class Reed(WindLine):
    """A `reed`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        bright, full = params["brightness"], params["intensity"]
        wind = WindArticulation(
            low=math.log2(165.0) - 0.6 * full,
            span=1.15 + 0.2 * params["motion"],
            gap=5.4 * 0.55 ** params["motion"],
            breath=0.002 + 0.016 * bright,
            breath_band=(1200.0, 5500.0),
            vibrato_hz=4.2,
            vibrato_cents=6.0,
        )
        timbre = partial(_blown, bright, full)
        super().__init__(params, chance.derive(seed, "reed"), timbre, wind)


def _blown(bright: float, full: float, pitch: float) -> NDArray[np.float64]:
    """Return the amplitudes of a note's harmonics."""
    number = np.arange(1.0, min(16.0, _HIGHEST / pitch))
    hertz = pitch * number
    leak = _EVEN + (1.0 - _EVEN) / (1.0 + (_THROUGH / hertz) ** 4)
    level = np.where(number % 2 == 1, _ODD, leak) / number ** (1.5 - 0.5 * full)
    return np.asarray(level / (1.0 + (hertz / (500.0 * 5.0**bright)) ** 2))
