"""`kalimba`: tines of a thumb piano, one here and one there."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.melody import Figures
from soundscape.synth.machinery.struck import StruckInstrument
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from soundscape.synth.machinery.melody import MelodyNote

PARAMETERS: tuple[Parameter, ...] = (
    *tonal("D3", "The tone that is home.", "pentatonic", "Which chords it plays on."),
    amount("brightness", 0.35, "How firm the thumb is: its tick, and the tines' overtones."),
    amount("intensity", 0.4, "How full: deeper tines among them, and longer ringing."),
    amount("density", 0.4, "How many notes: one in 4 seconds or so to one a second."),
    amount("motion", 0.4, "How far the notes go up and down, and differ in strength."),
    amount("width", 0.7, "How far they are spread between left and right; 0 is mono."),
)

# A tine is a bar clamped at one end: its modes are at 1 : 6.27 : 17.55, and the box under it
# answers with the octave (Fletcher and Rossing, "The Physics of Musical Instruments", 1998, chapter
# 2.11).
_RATIO = np.array([1.0, 1.0015, 2.0, 6.267, 17.55])
_LEVEL = np.array([1.0, 0.25, 0.12, 0.16, 0.03])
_SHORTER = np.array([1.0, 0.8, 1.6, 5.0, 12.0])


class Kalimba(StruckInstrument):
    """A `kalimba`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        bright, full = params["brightness"], params["intensity"]
        ring = 1.3 + 1.0 * full
        figures = Figures(
            low=math.log2(330.0) - 0.8 * full,
            span=1.3 + 0.5 * params["motion"],
            gap=2.2 * 0.33 ** params["density"],
            activity=0.6,
            ring=ring,
            range_db=3.0 + 3.0 * params["motion"],
        )
        super().__init__(
            params,
            chance.derive(seed, "kalimba"),
            figures,
            partial(_body, bright, ring),
            attack=0.04 - 0.02 * bright,
            noise=0.008 + 0.016 * bright,
            noise_band=(2200.0, 7000.0),
            along=0.16,
        )


def _body(bright: float, ring: float, note: MelodyNote) -> tuple[NDArray[np.float64], ...]:
    """Return the modes of a tine."""
    frequency = note.pitch * _RATIO
    reach = 1500.0 * 4.0**bright * (0.5 + 0.5 * note.force)
    level = _LEVEL / (1.0 + (frequency / reach) ** 2)
    return frequency, level, _SHORTER * (note.pitch / 330.0) ** 0.5 / ring
