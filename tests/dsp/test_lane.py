import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from soundscape.dsp.lane import Lane, decibels, squared

moves = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(1, 3000), st.floats(-60, 10)), max_size=8
)


def laid_out(moves):
    lane = Lane(0.0)
    for frame, length, value in sorted(moves):
        lane.go(frame, [(frame + length, value)])
    return lane


def whole(lane: Lane, first: int, count: int) -> np.ndarray:
    values = lane.values(first, count)
    return np.full(count, values) if isinstance(values, float) else values


def test_a_lane_that_nobody_moved_is_one_number():
    assert Lane(-3.0).values(0, 1024) == -3.0


def test_a_ramp_goes_straight_to_its_value_and_stays():
    lane = laid_out([(100, 100, 10.0)])
    assert [lane.at(f) for f in (0, 100, 150, 200, 9999)] == [0, 0, 5, 10, 10]
    assert lane.target == 10.0
    assert lane.at(199) < 10.0


def test_an_interrupted_ramp_goes_on_from_the_value_it_had_reached():
    lane = laid_out([(0, 100, 10.0), (50, 50, 0.0)])
    assert lane.at(50) == 5.0
    assert lane.at(75) == 2.5


def test_of_two_values_at_one_frame_the_last_counts():
    lane = Lane(0.0)
    lane.go(0, [(10, 1.0), (10, 2.0)])
    assert [lane.at(f) for f in (5, 10, 99)] == [1.0, 2.0, 2.0]


def test_no_point_makes_a_step_at_the_frame_where_the_ramp_begins():
    lane = Lane(0.0)
    lane.go(10, [(10, 1.0), (20, 2.0)])
    assert [lane.at(f) for f in (9, 10, 15, 20)] == [0.0, 0.0, 1.0, 2.0]


@given(moves)
def test_no_order_of_ramps_makes_a_step(moves):
    lane = laid_out(moves)
    steepest = max((70 / length for _, length, _ in moves), default=0.0)
    assert np.abs(np.diff(whole(lane, 0, 9000))).max() <= steepest + 1e-9


@given(moves, st.integers(1, 997))
def test_a_lane_is_the_same_however_it_is_cut_into_blocks(moves, size):
    at_once = whole(laid_out(moves), 0, 9000)
    lane = laid_out(moves)
    parts = [whole(lane, f, min(size, 9000 - f)) for f in range(0, 9000, size)]
    assert np.abs(np.concatenate(parts) - at_once).max() < 1e-12


def test_decibels_and_roots_become_gains():
    assert decibels(0.0) == 1.0
    assert abs(decibels(np.array([-20.0]))[0] - 0.1) < 1e-15
    assert squared(0.5) == 0.25
