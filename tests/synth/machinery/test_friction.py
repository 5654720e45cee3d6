"""The noise of what rubs."""

from __future__ import annotations

import numpy as np
import pytest

from soundscape.dsp.weighting import KWeighting
from soundscape.synth.machinery.friction import Friction
from soundscape.synth.machinery.modal import Stroke, loud

RATE = 48_000
FREQUENCY = np.array([440.0])
SUNG = loud(FREQUENCY, np.full((1, 2), 1.0 + 0j), 0.01)
STROKE = Stroke(20.0, 4.0, FREQUENCY, np.array([0.01]), SUNG)


def rubbing(first: float, last: float) -> list[Stroke]:
    return [STROKE] if first <= STROKE.begin < last else []


def test_it_has_its_share_of_the_power_of_what_is_rubbed_and_is_silent_without() -> None:
    friction = Friction(rubbing, lambda _: 0.5, 0.02, key=3, width=0.8)
    assert not friction.render(15 * RATE, 2 * RATE).any()
    noise = friction.render(26 * RATE, 9600 * 20)
    power = float((KWeighting().apply(noise) ** 2).sum(axis=1).mean())
    lost = np.exp(-2.0 * 0.01 * 8.0)  # the tone dies away slowly
    assert power == pytest.approx(0.01 * lost * 0.02 * 0.25, rel=0.1)


def test_it_is_the_same_from_anywhere() -> None:
    whole, other = (Friction(rubbing, lambda _: 1.0, 0.02, key=3, width=0.8) for _ in range(2))
    sound = whole.render(22 * RATE, RATE)
    assert np.array_equal(other.render(22 * RATE + 12_345, 5000), sound[12_345:17_345])
