from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from soundscape import synth
from soundscape.scene.fields import EnvelopeSpec
from soundscape.synth.machinery.automation import (
    LOUDER,
    AutomatedGenerator,
    ParameterAutomation,
    automation_over,
)
from soundscape.units import At

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RATE = 48_000


def to(first: float, last: float) -> EnvelopeSpec:
    return EnvelopeSpec(points=((At(), first), (At(fraction=1.0), last)))


class Still:
    """A generator whose every frame is its brightness; it counts how many are made."""

    made = 0

    def __init__(self, values: Mapping[str, float]) -> None:
        type(self).made += 1
        self.value = values["brightness"]

    def render(self, start: int, count: int) -> synth.Block:
        return np.full((count, 2), self.value, np.float32)


def levels(sound: synth.Block) -> np.ndarray:
    return sound[:, 0]


def test_the_sound_follows_within_a_sixteenth_and_never_steps() -> None:
    sound = levels(
        AutomatedGenerator(Still, {"brightness": to(0.2, 0.9)}, 100.0).render(0, 100 * RATE)
    )
    wanted = np.linspace(0.2, 0.9, len(sound))
    assert np.abs(sound - wanted).max() < 2.0 / 16.0
    assert np.abs(np.diff(sound)).max() < 1e-5
    assert sound[0] == np.float32(0.2)
    end = AutomatedGenerator(Still, {"brightness": to(0.2, 0.9)}, 100.0).render(110 * RATE, 1)
    assert end[0, 0] == np.float32(0.9)


def test_a_jump_in_an_envelope_takes_two_seconds() -> None:
    automation = ParameterAutomation(((9.99, 0.1), (10.0, 1.0)))
    sound = levels(AutomatedGenerator(Still, {"brightness": automation}, 60.0).render(0, 20 * RATE))
    assert np.diff(sound).max() < 1.5 * 0.9 / (2 * RATE) + 1e-6
    assert sound[-1] == np.float32(1.0)


def test_what_does_not_move_is_made_once() -> None:
    Still.made = 0
    AutomatedGenerator(Still, {"brightness": to(0.5, 0.5)}, 600.0).render(0, 60 * RATE)
    assert Still.made == 1


@pytest.mark.parametrize("name", synth.NAMES)
def test_any_start_and_any_block_is_as_if_played_through_to_it(name: str) -> None:
    names = {p.name for p in synth.PARAMETERS[name]}
    params = {
        key: value
        for key, value in {"brightness": to(0.8, 0.1), "density": to(0, 1)}.items()
        if key in names
    }
    whole = synth.create(name, params, 5, 20.0).render(0, 7 * RATE)
    for start in (7, 3 * RATE, 6 * RATE + 99):
        jumped = synth.create(name, params, 5, 20.0).render(start, 3000)
        assert np.allclose(jumped, whole[start : start + 3000], atol=1e-6)
    blocks = synth.create(name, params, 5, 20.0)
    parts = [blocks.render(start, 1000) for start in range(0, 80_000, 1000)]
    assert np.allclose(np.concatenate(parts), whole[:80_000], atol=1e-6)


# One of each kind: partials, chords, a bed, events in it, played sounds.
@pytest.mark.parametrize("name", ["drone", "pad", "wind", "ocean", "choir"])
def test_brightness_and_density_leave_the_loudness_where_it_was(
    name: str, loudness: Callable[[synth.Block], Any]
) -> None:
    moving = {"brightness": to(0.1, 0.9), "density": to(1.0, 0.0)}
    params = {k: v for k, v in moving.items() if k in {p.name for p in synth.PARAMETERS[name]}}
    sound = synth.create(name, params, 11, 40.0).render(0, 40 * RATE)
    measured = loudness(sound)
    assert measured.integrated == pytest.approx(synth.NOMINAL_LUFS, abs=1.0)
    heard = np.maximum(measured.momentary[4:], synth.NOMINAL_LUFS - 20.0)
    assert (heard[10:] - heard[:-10]).max() <= 6.0
    halves = [loudness(half).integrated for half in np.split(sound, 2)]
    assert abs(halves[0] - halves[1]) < 2.5


def test_an_intensity_that_moves_makes_it_gently_louder_about_the_same_mean(
    loudness: Callable[[synth.Block], Any],
) -> None:
    sound = synth.create("drone", {"intensity": to(0.0, 1.0)}, 11, 120.0).render(0, 120 * RATE)
    assert loudness(sound).integrated == pytest.approx(synth.NOMINAL_LUFS, abs=1.0)
    first, last = loudness(sound[: 20 * RATE]), loudness(sound[-20 * RATE :])
    assert last.integrated - first.integrated == pytest.approx(LOUDER * 5 / 6, abs=1.5)


def test_an_intensity_that_a_phase_plans_leaves_the_loudness_to_the_phase(
    loudness: Callable[[synth.Block], Any],
) -> None:
    automation = ParameterAutomation(((0.0, 0.0), (60.0, 1.0)))
    sound = synth.create("drone", {"intensity": automation}, 11, 60.0).render(0, 60 * RATE)
    first, last = loudness(sound[: 20 * RATE]), loudness(sound[-20 * RATE :])
    assert last.integrated == pytest.approx(first.integrated, abs=1.0)


def test_an_intensity_whose_phase_is_not_known_is_the_default() -> None:
    known = synth.create("rain", {}, 5).render(0, 5000)
    assert np.array_equal(synth.create("rain", {"intensity": "phase"}, 5).render(0, 5000), known)


def test_an_envelope_is_laid_over_the_tracks_length() -> None:
    envelope = EnvelopeSpec(
        points=((At(), 0.2), (At(60.0), 0.8), (At(fraction=0.5), 0.4), (At(30.0, from_end=True), 0))
    )
    automation = automation_over(envelope, 600.0)
    assert automation.points == ((0.0, 0.2), (60.0, 0.8), (300.0, 0.4), (570.0, 0.0))
    assert np.allclose(automation.at(np.array([30.0, 60.0, 180.0, 599.0])), [0.5, 0.8, 0.6, 0.0])


def test_an_automation_is_level_before_its_first_point_and_after_its_last() -> None:
    automation = ParameterAutomation(((10.0, 0.3), (20.0, 0.5)))
    assert list(automation.at(np.array([0.0, 99.0]))) == [0.3, 0.5]
