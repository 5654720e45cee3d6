from __future__ import annotations

import itertools
import math

import pytest

from soundscape.synth.machinery.loudness_normaliser import LoudnessNormaliser


def test_a_steady_power_is_its_own_mean() -> None:
    assert LoudnessNormaliser(lambda _: 3.0, 10.0).mean(123.4) == pytest.approx(3.0)


def test_a_mean_follows_slow_changes_and_hides_fast_ones() -> None:
    steady = LoudnessNormaliser(
        lambda time: 2.0 + math.sin(math.pi * 0.9 * time) + time / 1000.0, 20.0
    )
    assert steady.mean(0.0) == pytest.approx(2.0, abs=0.05)
    assert steady.mean(1000.0) == pytest.approx(3.0, abs=0.05)


def test_a_mean_has_no_steps_and_any_order_of_asking_gives_the_same() -> None:
    steady = LoudnessNormaliser(lambda time: float(time // 7 % 2), 9.0)
    times = [0.01 * step for step in range(3000)]
    means = [steady.mean(time) for time in times]
    assert max(abs(b - a) for a, b in itertools.pairwise(means)) < 0.01
    assert [steady.mean(time) for time in reversed(times)] == means[::-1]
