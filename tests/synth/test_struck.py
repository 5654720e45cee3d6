"""Bowls, bells and the pulse: struck, but softly."""

from __future__ import annotations

import numpy as np
import pytest

from soundscape import synth
from soundscape.synth.ringing import Stroke, loud

RATE = 48_000


@pytest.mark.parametrize("name", ["bowls", "bells", "pulse"])
def test_nothing_in_it_comes_at_once(name: str) -> None:
    """No fiftieth of a second is 12 dB above the one before, over the top 17 dB."""
    sound = synth.create(name, {"intensity": 1.0, "brightness": 1.0}, 3).render(0, 30 * RATE)
    power = np.square(sound.mean(axis=1).reshape(-1, RATE // 50)).mean(axis=1)
    level = 10.0 * np.log10(np.maximum(power, 0.02 * power.max()))
    assert np.diff(level).max() < 12.0


@pytest.mark.parametrize("name", ["bowls", "bells"])
def test_nothing_reaches_the_edge_of_the_band(name: str) -> None:
    sound = synth.create(name, {"brightness": 1.0, "root": "C5"}, 1).render(0, 10 * RATE)[:, 0]
    power = np.abs(np.fft.rfft(sound * np.blackman(len(sound)))) ** 2
    assert power[10 * 12_000 :].max() < 1e-8 * power.max()


def test_a_stroke_has_the_power_that_it_is_given_and_dies_away() -> None:
    frequency = np.array([1000.0])
    sides = loud(frequency, np.array([[1.0 + 0j, 1.0]]), 0.01)
    stroke = Stroke(0.0, 0.01, frequency, np.array([0.5]), sides)
    assert stroke.heard.sum() == pytest.approx(0.01)
    assert stroke.power(2.0, 2.001) == pytest.approx(0.01 * np.exp(-2.0), rel=0.01)
    assert stroke.power(-3.0, -2.0) == 0.0
