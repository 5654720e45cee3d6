"""`harp`: plucked strings, in slow broken chords."""

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
    *tonal("D3", "The tone that is home.", "major", "Which chords it plays on."),
    amount("brightness", 0.35, "Where it is plucked: the flesh of the finger to the nail."),
    amount("intensity", 0.4, "How full: deeper strings among them, and longer ringing."),
    amount("density", 0.5, "How many notes: one in 3 seconds or so to two a second."),
    amount("motion", 0.4, "How far the notes go up and down, and differ in strength."),
    amount("width", 0.8, "How far they are spread between left and right; 0 is mono."),
)

_PARTIALS = np.arange(1.0, 10.0)
# A string plucked at a share p of its length has partials of sin(kπp)/k² (Fletcher and Rossing,
# "The Physics of Musical Instruments", 1998, chapter 2); each dies away the sooner the higher it
# is (chapter 2.12).
_PLUCKED_AT = 0.42
_NAIL = 0.22


class Harp(StruckInstrument):
    """A `harp`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        bright, full = params["brightness"], params["intensity"]
        ring = 1.5 + 1.3 * full
        figures = Figures(
            low=math.log2(262.0) - 1.0 * full,
            span=1.8 + 0.6 * params["motion"],
            gap=1.8 * 0.3 ** params["density"],
            activity=0.7,
            ring=ring,
            range_db=3.0 + 3.0 * params["motion"],
        )
        super().__init__(
            params,
            chance.derive(seed, "harp"),
            figures,
            partial(_body, bright, ring),
            attack=0.045 - 0.02 * bright,
            noise=0.006 + 0.012 * bright,
            noise_band=(2000.0, 7500.0),
            along=0.14,
        )


def _body(bright: float, ring: float, note: MelodyNote) -> tuple[NDArray[np.float64], ...]:
    """Return the partials of a note."""
    place = _PLUCKED_AT + (_NAIL - _PLUCKED_AT) * bright
    frequency = note.pitch * _PARTIALS
    reach = 1100.0 * 5.0**bright * (0.5 + 0.5 * note.force)
    level = np.abs(np.sin(np.pi * place * _PARTIALS)) / _PARTIALS ** (2.0 - 0.5 * bright)
    level /= 1.0 + (frequency / reach) ** 2
    decay = (note.pitch / 262.0) ** 0.4 * (1.0 + 0.1 * (_PARTIALS - 1.0) ** 1.3) / ring
    return frequency, level, decay
