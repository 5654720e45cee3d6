"""From float to integers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import stereo, white

from soundscape.media.dither import PERIOD, Dither


@pytest.mark.parametrize("bits", [16, 24])
def test_the_error_has_no_mean_and_the_power_of_triangular_dither(bits: int) -> None:
    scale = 2 ** (bits - 1)
    for level in (0.0, 0.1, 0.1 + 0.3 / scale, -0.5 - 0.5 / scale):
        error = Dither(bits)(np.full((200_000, 2), level, np.float32)) - np.float32(level) * scale
        assert np.mean(error) == pytest.approx(0, abs=0.02)
        # Rounding has 1/12 of a step squared, triangular noise two steps wide 2/12.
        assert np.var(error) == pytest.approx(3 / 12, rel=0.02)


@pytest.mark.parametrize(("bits", "most"), [(16, 32_767), (24, 8_388_607)])
def test_only_what_is_beyond_full_scale_is_clipped(bits: int, most: int) -> None:
    got = Dither(bits)(stereo(np.array([1.0, -1.0, 5.0, -5.0, 0.999])))
    assert got[0, 0] >= most - 1
    assert got[2].tolist() == [most, most]
    assert got[3].tolist() == [-most - 1, -most - 1]
    assert got[4, 0] == pytest.approx(0.999 * (most + 1), abs=2)


@given(st.lists(st.integers(0, 400), max_size=6))
def test_the_noise_does_not_depend_on_the_blocks(cuts: list[int]) -> None:
    sound = white(400 / 48_000)
    dither = Dither(16)
    edges = [0, *sorted(cuts), 400]
    parts = [dither(sound[a:b]) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(parts), Dither(16)(sound))


def test_the_noise_goes_on_over_the_end_of_its_ring() -> None:
    sound = white((PERIOD + 300) / 48_000)
    dither = Dither(16)
    parts = [dither(sound[: PERIOD - 100]), dither(sound[PERIOD - 100 :])]
    assert np.array_equal(np.concatenate(parts), Dither(16)(sound))
    silence = Dither(24)(np.zeros((2 * PERIOD, 2), np.float32))
    assert np.array_equal(silence[:PERIOD], silence[PERIOD:])
