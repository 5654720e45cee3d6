"""Bowls, bells and the pulse: struck, but softly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from soundscape import synth
from soundscape.synth.machinery.modal import ModalSound, Stroke, loud

if TYPE_CHECKING:
    from collections.abc import Callable

RATE = 48_000
# Found among hours of them: a stroke after a long pause, and into a beat that leaves nothing.
WORST: list[tuple[str, dict[str, Any], int, int]] = [
    ("bowls", {"density": 0, "intensity": 0, "brightness": 0, "motion": 0}, 11, 574),
    ("bowls", {"density": 0, "intensity": 0, "brightness": 0, "motion": 0}, 5, 259),
    ("bowls", {"density": 0, "root": "C5", "mode": "minor"}, 3, 5),
    ("bells", {"density": 0, "intensity": 0, "brightness": 0, "motion": 0}, 11, 542),
]


@pytest.mark.parametrize("name", ["bowls", "bells", "pulse"])
def test_nothing_in_it_comes_at_once(name: str) -> None:
    """No fiftieth of a second is 12 dB above the one before, over the top 17 dB."""
    sound = synth.create(name, {"intensity": 1.0, "brightness": 1.0}, 3).render(0, 30 * RATE)
    power = np.square(sound.mean(axis=1).reshape(-1, RATE // 50)).mean(axis=1)
    level = 10.0 * np.log10(np.maximum(power, 0.02 * power.max()))
    assert np.diff(level).max() < 12.0


@pytest.mark.parametrize(("name", "params", "seed", "second"), WORST)
def test_a_stroke_into_a_pause_or_a_beat_is_soft(
    name: str,
    params: dict[str, Any],
    seed: int,
    second: int,
    loudness: Callable[[synth.Block], Any],
) -> None:
    sound = synth.create(name, params, seed).render(second * RATE, 12 * RATE)
    heard = np.maximum(loudness(sound).momentary[4:], synth.NOMINAL_LUFS - 20.0)
    assert (heard[10:] - heard[:-10]).max() <= 9.0


def test_two_that_beat_against_each_other_never_leave_silence() -> None:
    """As they are they would fall by more than 20 dB, once in two seconds."""
    strokes = [
        Stroke(0.0, 0.1, np.array([hertz]), np.array([0.02]), np.array([[0.1 + 0j, 0.1]]))
        for hertz in (440.0, 440.5)
    ]
    ringing = ModalSound(lambda first, last: strokes if first <= 0.0 < last else [], 60.0, 20.0)
    sound = ringing.render(2 * RATE, 8 * RATE)[:, 0]
    levels = 10.0 * np.log10(np.square(sound.reshape(-1, RATE // 10)).mean(axis=1))
    assert 3.0 < np.ptp(levels) < 15.0


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
    assert stroke.power(2.0) == pytest.approx(0.01 * (np.exp(-2.0) - np.exp(-3.0)))
    assert stroke.power(-2.0) == 0.0
