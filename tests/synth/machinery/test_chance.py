from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.synth.machinery import chance

KEYS = st.integers(-(2**70), 2**70)


def test_the_numbers_are_those_of_splitmix64() -> None:
    # The first outputs for seed 1234567, as published with the reference implementation.
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    got = chance.words(np.array([1234567], np.uint64), np.arange(1, 4))
    assert got.tolist() == expected


@given(KEYS, st.integers(-(2**40), 2**40))
def test_one_number_and_an_array_of_them_agree(key: int, index: int) -> None:
    key = chance.derive(key)
    assert chance.units(key, np.array([index]))[0] == chance.unit(key, index)


def test_streams_of_neighbouring_seeds_are_unlike() -> None:
    index = np.arange(4000)
    first, second = (chance.units(chance.derive(seed, "x"), index) for seed in (1, 2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.06
    assert abs(first.mean() - 0.5) < 0.02


@given(KEYS, st.floats(-1e6, 1e6))
def test_a_wander_stays_in_range_and_is_smooth(key: int, position: float) -> None:
    streams = chance.keys(key, 2)
    places = position + np.linspace(0.0, 0.01, 11)
    values = chance.wander(streams[:1], places)
    assert np.abs(values).max() <= 1.0
    assert np.abs(np.diff(values)).max() <= 0.0021  # a cubic B-spline's slope is at most 2


def test_a_swell_has_the_stated_deviation_and_averages_out() -> None:
    places = np.arange(0.0, 20_000.0, 0.1)
    values = chance.swell(chance.keys(5, 1), places)
    assert values.std() == pytest.approx(chance.SWELL_SD, rel=0.02)
    assert abs(values[:1000].mean()) < 0.05


def test_swells_raise_the_mean_power_by_the_stated_excess() -> None:
    depth = np.array([3.0])
    values = chance.swell(chance.keys(6, 1), np.arange(0.0, 20_000.0, 0.1))
    raised = 10.0 * np.log10(np.mean(10.0 ** (depth * values / 10.0)))
    assert raised == pytest.approx(chance.swell_excess(depth), abs=0.05)


@given(KEYS, st.floats(-1e5, 1e5))
def test_every_moment_lies_in_exactly_one_cell(key: int, time: float) -> None:
    cells = chance.Cells(chance.derive(key), 7.0)
    cell, through = cells.at(time)
    assert cells.start(cell) <= time < cells.start(cell + 1)
    assert 0.0 <= through < 1.0
