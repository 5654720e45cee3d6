"""Nothing folds back from over half the sample rate.

What folds comes out of a series that reaches beyond it: its members just below would be heard too.
So a sound whose last octave is empty has nothing folded in it. Noises have no such series: they are
filtered, windowed and added, which is linear and leaves each frequency in its place.
"""

from __future__ import annotations

import numpy as np
import pytest

from soundscape import synth
from soundscape.synth.machinery.pitch import HIGHEST

RATE = 48_000
TOP = {"root": HIGHEST, "brightness": 1, "intensity": 1, "density": 1, "motion": 1, "rate": 70}
PITCHED = (
    "drone",
    "pad",
    "choir",
    "strings",
    "bowls",
    "bells",
    "pulse",
    "night",
    "piano",
    "harp",
    "kalimba",
    "glass",
    "flute",
    "reed",
)


def last_octave(sound: np.ndarray) -> float:
    """The power over a quarter of the sample rate, in dB of the whole."""
    spectrum = np.fft.rfft(sound[:, :1] * np.blackman(len(sound))[:, None], axis=0)
    power = (np.abs(spectrum) ** 2).sum(axis=1)
    return float(10 * np.log10(power[len(power) // 2 :].sum() / power.sum()))


@pytest.mark.parametrize("name", PITCHED)
def test_the_last_octave_is_empty_at_the_highest_and_brightest(name: str) -> None:
    has = {parameter.name for parameter in synth.PARAMETERS[name]}
    top = {key: value for key, value in TOP.items() if key in has}
    assert last_octave(synth.create(name, top, 3).render(0, 10 * RATE)) < -80.0


def test_an_oscillator_that_folds_would_be_found() -> None:
    turns = np.arange(10 * RATE) * (HIGHEST / RATE) % 1.0
    assert last_octave(2.0 * turns[:, None] - 1.0) > -40.0
