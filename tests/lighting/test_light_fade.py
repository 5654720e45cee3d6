from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.lighting.curve import lightness
from soundscape.lighting.light_fade import light_fade

S = 48_000
levels = st.floats(0.0, 1.0)
times = st.integers(0, 600 * S)
speeds = st.sampled_from([0.05, 0.1, 0.2])


def test_a_slow_fade_is_linear_in_lightness() -> None:
    way = light_fade(0.35, 0.05, 100, 180 * S, 0.1, perceptual=True)
    for tenth in range(11):
        expected = lightness(0.35) + (lightness(0.05) - lightness(0.35)) * tenth / 10
        level = way.level(100 + 18 * S * tenth)
        assert lightness(level) == pytest.approx(expected, abs=1e-9)


def test_a_linear_fade_is_linear() -> None:
    way = light_fade(0.2, 0.8, 0, 10 * S, 0.1, perceptual=False)
    assert [way.level(n * S) for n in (0, 5, 10)] == pytest.approx([0.2, 0.5, 0.8])


def test_a_limit_stretches_a_fade_no_more_than_it_must() -> None:
    assert light_fade(0.1, 0.6, 0, 2 * S, 0.1, perceptual=True).end == 5 * S
    assert light_fade(0.05, 0.6, 0, 3 * S, 0.2, perceptual=True).end == 3 * S


def test_a_fade_that_is_too_bright_too_fast_is_still_even_in_the_dark() -> None:
    way = light_fade(0.05, 0.6, 0, 3 * S, 0.2, perceptual=True)
    early = [lightness(way.level(n * S // 10)) for n in range(5)]
    steps = [after - before for before, after in itertools.pairwise(early)]
    assert max(steps) - min(steps) < 1e-6


@given(levels, levels, times, speeds, st.booleans())
def test_any_fade_ends_on_time_or_as_soon_as_its_speed_allows(
    origin: float, target: float, over: int, speed: float, perceptual: bool
) -> None:
    way = light_fade(origin, target, 7, over, speed, perceptual=perceptual)
    assert way.level(7) == origin
    assert way.level(way.end) == target
    needed = abs(target - origin) / speed * S
    assert way.end - 7 <= max(over, math.ceil(needed), 1)
    assert way.end - 7 >= needed - 1e-3


@given(levels, levels, times, speeds, st.booleans())
def test_any_fade_is_monotone_and_never_faster_than_its_speed(
    origin: float, target: float, over: int, speed: float, perceptual: bool
) -> None:
    way = light_fade(origin, target, 0, over, speed, perceptual=perceptual)
    frames = [way.end * n // 200 for n in range(201)]
    path = [way.level(frame) for frame in frames]
    sign = 1 if target >= origin else -1
    for (f0, v0), (f1, v1) in zip(
        zip(frames, path, strict=True), list(zip(frames, path, strict=True))[1:], strict=False
    ):
        assert (v1 - v0) * sign >= -1e-9
        assert abs(v1 - v0) <= speed * (f1 - f0) / S + 1e-9
    assert way.speed <= speed * (1 + 1e-9)


@given(levels, levels, times, speeds, st.booleans(), st.floats(0.0, 1.0))
def test_when_is_the_frame_at_which_a_level_is_reached(
    origin: float, target: float, over: int, speed: float, perceptual: bool, part: float
) -> None:
    way = light_fade(origin, target, 0, over, speed, perceptual=perceptual)
    level = origin + (target - origin) * part
    frame = way.when(level)
    assert 0 <= frame <= way.end
    assert abs(way.level(frame) - level) <= 2 * speed / S + 1e-9 or frame == way.end
