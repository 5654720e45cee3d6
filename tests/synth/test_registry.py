from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from soundscape import synth

if TYPE_CHECKING:
    from collections.abc import Callable


class Steady:
    """A generator whose every frame is one number."""

    def __init__(self, value: float) -> None:
        self.value = value

    def render(self, start: int, count: int) -> synth.Block:
        return np.full((count, 2), self.value, np.float32)


def test_levels_are_against_each_other_and_the_powers_add_up_to_one() -> None:
    stack = synth.Stack([(Steady(1.0), 6.0), (Steady(0.0), 0.0)])
    loud = stack.render(0, 1)[0, 0]
    soft = synth.Stack([(Steady(0.0), 6.0), (Steady(1.0), 0.0)]).render(0, 1)[0, 0]
    assert loud / soft == pytest.approx(10.0 ** (6.0 / 20.0))
    assert loud**2 + soft**2 == pytest.approx(1.0)


def test_a_voice_that_is_off_leaves_the_others_as_they_are() -> None:
    stack = synth.Stack([(Steady(0.3), -12.0), (Steady(1.0), -120.0)])
    assert stack.render(0, 1)[0, 0] == np.float32(0.3)


@pytest.mark.parametrize("levels", [[], [-120.0]])
def test_a_stack_that_nobody_hears_is_refused(levels: list[float]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        synth.Stack([(Steady(1.0), level) for level in levels])


def test_like_voices_of_a_stack_differ_by_their_place() -> None:
    single = synth.create_stack([("rain", {}, 0.0)], 4).render(0, 4096)
    twin = synth.create_stack([("rain", {}, 0.0), ("rain", {}, 0.0)], 4).render(0, 4096)
    assert not np.allclose(twin, single * np.sqrt(2.0), atol=1e-3)


def test_a_stack_has_the_nominal_loudness(loudness: Callable[[synth.Block], Any]) -> None:
    voices = [("drone", {"root": "A1"}, 0.0), ("drone", {"root": "E3"}, -6.0), ("rain", {}, -10.0)]
    measured = loudness(synth.create_stack(voices, 3).render(0, 60 * 48_000))
    assert measured.integrated == pytest.approx(synth.NOMINAL_LUFS, abs=1.0)
    assert measured.true_peak < -3.0
