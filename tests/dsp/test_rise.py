import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from soundscape.dsp.rise import (
    RISE_DB_PER_SECOND,
    RiseLimit,
    slowest_square_rise,
)
from soundscape.units import SAMPLE_RATE

STEP_DB = RISE_DB_PER_SECOND / SAMPLE_RATE


def limited(gains: np.ndarray, size: int = 4096) -> np.ndarray:
    limit = RiseLimit()
    parts = []
    for first in range(0, len(gains), size):
        part = gains[first : first + size]
        result = limit.apply(part, len(part))
        parts.append(np.full(len(part), result) if isinstance(result, float) else result)
    return np.concatenate(parts)


def test_a_steady_gain_passes_untouched():
    limit = RiseLimit()
    assert limit.apply(1.0, 1024) == 1.0
    assert limit.apply(1.0, 1024) == 1.0


def test_a_jump_up_becomes_a_rise_of_eight_decibels_a_second_over_the_top_twenty():
    gains = np.concatenate([np.zeros(100), np.ones(4 * SAMPLE_RATE)])
    db = 20 * np.log10(np.maximum(limited(gains), 1e-9))
    assert db[100] == np.float64(-20 + STEP_DB).round(12) or abs(db[100] + 20 - STEP_DB) < 1e-9
    second = db[100 + SAMPLE_RATE]
    assert abs(second - (-12 + STEP_DB)) < 1e-6
    assert abs(db[-1]) < 1e-9


def test_falling_is_free():
    gains = np.concatenate([np.ones(1000), np.zeros(1000)])
    assert np.array_equal(limited(gains), gains)


@given(st.lists(st.floats(0, 1.4), min_size=1, max_size=30), st.integers(1, 3000))
def test_whatever_comes_in_the_rise_is_held_and_the_block_size_does_not_matter(levels, size):
    gains = np.repeat(np.array(levels), 500)
    out = limited(gains, size)
    assert (out <= gains + 1e-12).all()
    db = 20 * np.log10(np.maximum(out, 1e-9))
    top = db[1:] > -20 + STEP_DB
    assert (np.diff(db)[top] <= STEP_DB + np.maximum(0, -20 - db[:-1][top]) + 1e-9).all()
    assert np.abs(out - limited(gains, 4096)).max() < 1e-9


def test_the_slowest_square_fade_just_keeps_the_limit():
    length = int(slowest_square_rise() * SAMPLE_RATE) + 1
    gains = (np.arange(length + 1) / length) ** 2
    assert np.abs(limited(gains) - gains).max() < 1e-4
