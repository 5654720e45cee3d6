"""`piano`: an upright with felt between hammers and strings, played softly."""

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
    amount("brightness", 0.35, "How hard the felt is: a murmur to clear strings."),
    amount("intensity", 0.4, "How full: deeper notes among them, and longer ringing."),
    amount("density", 0.4, "How many notes: one in 4 seconds or so to one in 1.2."),
    amount("motion", 0.4, "How far the notes go up and down, and differ in strength."),
    amount("width", 0.7, "How far they are spread between left and right; 0 is mono."),
)

_PARTIALS = np.arange(1.0, 13.0)
_STRUCK_AT = 1.0 / 8.0  # where on the string the hammer strikes
# Strings are stiff: partial k lies at k f √(1 + B k²) (Fletcher, "Normal vibration frequencies of a
# stiff piano string", 1964). B of an upright around middle C, growing to the treble.
_STIFFNESS = 3.5e-4
# Two strings of a note are never quite in tune: a first sound that dies away fast, and an
# after-sound that stays (Weinreich, "Coupled piano strings", 1977).
_AFTER_LEVEL = 0.3
_AFTER_LONGER = 3.2
_APART = 0.35  # Hz between the two


class Piano(StruckInstrument):
    """A `piano`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        bright, full = params["brightness"], params["intensity"]
        ring = 2.4 + 1.4 * full
        figures = Figures(
            low=math.log2(230.0) - 0.9 * full,
            span=1.6 + 0.6 * params["motion"],
            gap=2.6 * 0.36 ** params["density"],
            activity=0.55 + 0.2 * params["density"],
            ring=ring,
            step_db=3.0,
            range_db=4.0 + 3.0 * params["motion"],
        )
        super().__init__(
            params,
            chance.derive(seed, "piano"),
            figures,
            partial(_body, bright, ring),
            attack=0.055 - 0.02 * bright,
            noise=0.004 + 0.01 * bright,
            noise_band=(1800.0, 6500.0),
            along=0.3,
        )


def _body(bright: float, ring: float, note: MelodyNote) -> tuple[NDArray[np.float64], ...]:
    """Return the partials of a note: of the struck strings, and of their after-sound."""
    stiff = _STIFFNESS * (note.pitch / 262.0) ** 1.2
    frequency = note.pitch * _PARTIALS * np.sqrt(1.0 + stiff * _PARTIALS**2)
    reach = 420.0 * 6.0**bright * (0.5 + 0.5 * note.force) * (note.pitch / 262.0) ** 0.4
    level = np.abs(np.sin(np.pi * _STRUCK_AT * _PARTIALS)) / _PARTIALS**0.6
    level /= 1.0 + (frequency / reach) ** 2
    decay = (note.pitch / 262.0) ** 0.5 * (1.0 + 0.16 * (_PARTIALS - 1.0)) / ring
    return (
        np.concatenate([frequency, frequency + _APART]),
        np.concatenate([level, _AFTER_LEVEL * level]),
        np.concatenate([1.6 * decay, decay / _AFTER_LONGER * 1.6]),
    )
