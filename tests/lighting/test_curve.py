from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.lighting.curve import kelvin_fraction, lightness, luminance, steepness


@pytest.mark.parametrize(
    ("level", "lstar"),
    [
        (0.0, 0.0),
        (0.18418651851244416, 50.0),  # ((50 + 16) / 116)³
        (0.001, 0.9032962962962963),  # 24389 / 27 · 0.001, below the corner
        (((8.5 + 16.0) / 116.0) ** 3, 8.5),  # just above the corner
        (1.0, 100.0),
    ],
)
def test_lightness_is_the_cie_formula(level: float, lstar: float) -> None:
    assert lightness(level) == pytest.approx(lstar, abs=1e-9)
    assert luminance(lstar) == pytest.approx(level, abs=1e-9)


@given(st.floats(0.0, 1.0))
def test_luminance_undoes_lightness(level: float) -> None:
    assert luminance(lightness(level)) == pytest.approx(level, abs=1e-12)


@given(st.floats(0.01, 99.99))
def test_steepness_is_the_slope_of_luminance(lstar: float) -> None:
    slope = (luminance(lstar + 1e-4) - luminance(lstar - 1e-4)) / 2e-4
    assert steepness(lstar) == pytest.approx(slope, rel=1e-3)


def test_kelvin_becomes_a_part_of_the_range() -> None:
    assert kelvin_fraction(2700.0, (2200.0, 4000.0)) == pytest.approx(500.0 / 1800.0)
    assert kelvin_fraction(2700.0, (4000.0, 2200.0)) == pytest.approx(1300.0 / 1800.0)


def test_kelvin_outside_the_range_is_its_nearer_end() -> None:
    assert kelvin_fraction(1800.0, (2200.0, 4000.0)) == 0.0
    assert kelvin_fraction(6500.0, (2200.0, 4000.0)) == 1.0
