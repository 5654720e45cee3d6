from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.lighting.dimmer_curve import DimmerCurve, dimmer_curve
from soundscape.lighting.fixture import fixture
from soundscape.scene.models import LightSpec, PortSpec, Room

MEASURED = ((0.0, 0.0), (0.08, 0.0), (0.5, 0.2), (1.0, 1.0))


@st.composite
def curves(draw: st.DrawFn) -> DimmerCurve:
    low, high = sorted(draw(st.tuples(st.floats(0.0, 0.45), st.floats(0.5, 1.0))))
    inner = draw(st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(0.0, 1.0)), max_size=4))
    sent = sorted({round(at, 3) for at, _ in inner})
    light = sorted(light for _, light in inner)[: len(sent)]
    return dimmer_curve(low, high, ((0.0, 0.0), *zip(sent, light, strict=False), (1.0, 1.0)))


def test_without_a_curve_a_level_is_what_is_sent() -> None:
    curve = dimmer_curve(0.0, 1.0)
    assert [curve.sent(level) for level in (0.0, 0.3, 1.0)] == [0.0, 0.3, 1.0]


def test_a_light_with_a_min_and_a_max_stays_between_them() -> None:
    curve = dimmer_curve(0.08, 0.9)
    assert [curve.sent(level) for level in (0.0, 0.5, 1.0)] == pytest.approx([0.08, 0.49, 0.9])
    assert [curve.level(sent) for sent in (0.0, 0.08, 0.49, 0.9, 1.0)] == pytest.approx(
        [0.0, 0.0, 0.5, 1.0, 1.0]
    )


def test_a_measured_curve_gives_the_light_that_a_level_asks_for() -> None:
    curve = dimmer_curve(0.0, 1.0, MEASURED)
    assert [curve.sent(level) for level in (0.0, 0.1, 0.6, 1.0)] == pytest.approx(
        [0.08, 0.29, 0.75, 1.0]
    )


def test_within_min_and_max_full_is_what_the_lamp_gives_there() -> None:
    curve = dimmer_curve(0.29, 0.75, MEASURED)
    assert [curve.sent(level) for level in (0.0, 0.2, 1.0)] == pytest.approx([0.29, 0.5, 0.75])


@given(curves(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_curve_rises_and_leads_back(curve: DimmerCurve, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert curve.low <= curve.sent(low) <= curve.sent(high) <= curve.high
    assert curve.level(curve.sent(one)) == pytest.approx(one, abs=1e-6)


def test_codes_and_levels_of_a_light_follow_its_curve() -> None:
    lights = {"led": LightSpec(port="desk", cc=1, min=0.08, max=0.9)}
    light = fixture("led", Room(midi={"desk": PortSpec(output="x")}, lights=lights))
    assert [light.code(level) for level in (0.0, 0.5, 1.0)] == [10, 62, 114]
    assert light.level(62) == pytest.approx(0.5, abs=0.005)
    known = fixture("led", Room(midi={"desk": PortSpec(output="x")}, lights=lights), last=0.49)
    assert known.start == pytest.approx(0.5)
