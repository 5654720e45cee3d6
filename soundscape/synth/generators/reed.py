"""`reed`: a low reed, dark and woody, one slow line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.melody import Figures, Melody
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.machinery.wind_line import WindArticulation, WindLine
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from soundscape.synth.machinery.generator import Block

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


class Reed:
    """A `reed`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        key = chance.derive(seed, "reed")
        self._bright, self._full = params["brightness"], params["intensity"]
        figures = Figures(
            low=math.log2(165.0) - 0.6 * self._full,
            span=1.15 + 0.2 * params["motion"],
            gap=5.4 * 0.55 ** params["motion"],
            activity=0.45 + 0.5 * params["density"],
            rests=0.3 * (1.0 - params["density"]),
            ring=2.0,
            bed=1.0,
        )
        wind = WindArticulation(
            entry=5.0,
            breath=0.002 + 0.016 * self._bright,
            breath_band=(1200.0, 5500.0),
            vibrato_hz=4.2,
            vibrato_cents=6.0,
            width=params["width"],
        )
        melody = Melody(params["harmony"], figures, chance.derive(key, "melody"))
        self._sound = WindLine(melody, weak_method(self._blown), chance.derive(key, "sound"), wind)

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _blown(self, pitch: float) -> NDArray[np.float64]:
        """Return the amplitudes of a note's harmonics."""
        number = np.arange(1.0, min(16.0, _HIGHEST / pitch))
        hertz = pitch * number
        leak = _EVEN + (1.0 - _EVEN) / (1.0 + (_THROUGH / hertz) ** 4)
        level = np.where(number % 2 == 1, _ODD, leak) / number ** (1.5 - 0.5 * self._full)
        return np.asarray(level / (1.0 + (hertz / (500.0 * 5.0**self._bright)) ** 2))
