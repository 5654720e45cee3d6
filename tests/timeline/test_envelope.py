import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.timeline.envelope import Contour, contour
from soundscape.timeline.show import Envelope
from soundscape.units import At

corners = st.lists(
    st.tuples(st.integers(0, 1000), st.floats(-40, 0)),
    min_size=1,
    max_size=6,
    unique_by=lambda c: c[0],
)


def of(points) -> Contour:
    rising = sorted(points)
    return Contour(tuple(float(p) for p, _ in rising), tuple(v for _, v in rising))


def test_points_in_time_and_percent_lie_over_the_planned_duration():
    points = ((At(fraction=0), -24.0), (At(seconds=1), -20.0), (At(fraction=1), -22.0))
    laid = contour(Envelope(points), 96_000)
    assert laid.positions == (0.0, 48_000.0, 96_000.0)
    assert laid.at(24_000) == pytest.approx(-22.0)


def test_one_value_holds_everywhere():
    assert contour(Envelope(((At(), -26.0),)), 100).at(77) == -26.0


@given(corners, corners, st.floats(0, 1000))
def test_a_sum_is_the_sum_everywhere(a, b, position):
    assert of(a).plus(of(b)).at(position) == pytest.approx(of(a).at(position) + of(b).at(position))


@given(corners, st.floats(-40, 0), st.floats(0, 1000))
def test_capped_it_is_the_lower_of_the_two_everywhere(a, cap, position):
    assert of(a).capped(cap).at(position) == pytest.approx(min(cap, of(a).at(position)), abs=1e-6)


def test_a_step_up_takes_what_the_limit_on_rising_wants_and_a_step_down_does_not_click():
    steps = Contour((0, 1000, 1001, 500_000, 500_001), (-30, -30, -22, -22, -30)).eased()
    assert steps.positions == (0, 1000, 1000 + 48_000, 500_000, 500_000 + 2400)
    assert steps.values == (-30, -30, -22, -22, -30)


def test_a_rise_from_silence_is_held_over_its_top_only_and_a_slow_one_stays_as_it_is():
    assert Contour((0, 1), (-120, -12)).eased().positions == (0, 120_000)
    slow = Contour((0, 480_000), (-120, -12))
    assert slow.eased() == slow
