"""`choir`: voices without words, that breathe in turn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.synth.machinery import chance
from soundscape.synth.machinery.ensemble import Articulation, Ensemble
from soundscape.synth.machinery.weak_method import weak_method
from soundscape.synth.parameters import Parameter, amount, tonal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from soundscape.synth.machinery.generator import Block

PARAMETERS: tuple[Parameter, ...] = (
    *tonal("D2", "The tone that the chords stand on.", "major", "Which chords they sing."),
    amount("brightness", 0.35, "How open the mouths are: oo to ah."),
    amount("intensity", 0.4, "How full: hushed to full-throated, with deeper voices."),
    amount("density", 0.5, "How many sections sing: three to six, three voices each."),
    amount("motion", 0.4, "How long a breath is: 18 seconds to 6."),
    amount("width", 0.8, "How far the voices spread between left and right; 0 is mono."),
)

# The first three formants of oo and ah, Hz, between men's and women's (Peterson and Barney,
# "Control methods used in a study of the vowels", 1952), and how wide they are.
_OO = np.array([320.0, 900.0, 2450.0])
_AH = np.array([760.0, 1150.0, 2600.0])
_BANDWIDTH = np.array([90.0, 110.0, 180.0])
_FORMANT_LEVEL = np.array([1.0, 0.45, 0.12])
_HIGHEST = 6000.0  # Hz: above it a choir turns harsh


class Choir:
    """A `choir`, from complete parameters."""

    def __init__(self, params: Mapping[str, Any], seed: int) -> None:
        self._open, self._full = params["brightness"], params["intensity"]
        sections = 3 + round(3.0 * params["density"])
        lowest = 175.0 * 2.0 ** (-0.5 * self._full)
        lasting = 18.0 * (6.0 / 18.0) ** params["motion"]
        manner = Articulation(
            lasting=lasting,
            rise=0.3 * lasting,
            vibrato_hz=5.1,
            vibrato_cents=9.0 + 9.0 * self._full,
            stray_cents=5.5,
            swell_db=4.0 + 3.0 * self._full,
            width=params["width"],
            noise=0.003 + 0.001 * self._open,
            noise_band=(2500.0, 6000.0),
        )
        self._sound = Ensemble(
            params,
            chance.derive(seed, "choir"),
            math.log2(lowest) + 0.36 * np.arange(sections),
            weak_method(self._sung),
            manner,
        )

    def render(self, start: int, count: int) -> Block:
        """Return frames `start` (≥ 0) to `start + count`."""
        return self._sound.render(start, count)

    def _sung(self, pitch: float, desk: int) -> NDArray[np.float64]:
        """Return the amplitudes of a voice's harmonics: its throat's, through its mouth's formants.

        The voices of a section differ: one is rounder, one more open.
        """
        opened = min(max(self._open + (0.0, -0.2, 0.2)[desk], 0.0), 1.0)
        mouth = _OO * (_AH / _OO) ** opened * (1.0, 1.06, 0.95)[desk]
        hertz = pitch * np.arange(1.0, math.floor(_HIGHEST / pitch) + 1.0)
        # A formant is a resonance; high voices open their mouths until it meets their pitch.
        mouth[0] = max(mouth[0], 1.05 * pitch)
        width = _BANDWIDTH + 0.12 * pitch
        near = 1.0 / (1.0 + ((hertz[:, None] - mouth) / width) ** 2)
        formants = (near**0.5) @ (_FORMANT_LEVEL * (1.0, 0.5 + opened, 0.4 + self._full))
        throat = (hertz / pitch) ** -(1.25 - 0.45 * self._full)
        top = 1.0 / (1.0 + (hertz / (1500.0 * 2.5**opened)) ** 4)
        return np.asarray(throat * formants * top)
