"""A ride brings long soft and loud passages slowly nearer to the target."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from shows import phase, playlist, show, track

from soundscape.dsp.weighting import in_steps
from soundscape.timeline import ride
from soundscape.timeline.clip_calm import clip_calm, clip_gain
from soundscape.timeline.loudness_forecast import loudness_forecast
from soundscape.timeline.overlap import plan_overlap
from soundscape.timeline.plan import plan
from soundscape.timeline.ride import MOST_OVER, MOST_RAISED, MOST_UNDER, ride_gain
from soundscape.timeline.show import FadeFrames
from soundscape.timeline.track_levels import track_levels
from soundscape.units import frames


def ridden(*stretches):
    """A track with a ride: (seconds, LU over the target)."""
    curve = np.concatenate([np.full(round(10 * s), lu) for s, lu in stretches])
    momentary = in_steps(curve.astype(np.float32))
    return replace(track("a", curve.size / 10), momentary=momentary, ride=True)


def test_without_a_ride_nothing_moves():
    assert ride_gain(replace(ridden((60, -20.0), (60, 9.0)), ride=False)) is None
    assert ride_gain(replace(ridden((60, -20.0)), momentary=None)) is None


def test_what_lies_within_the_bounds_is_left_alone():
    assert ride_gain(ridden((60, -7.5), (60, 4.5), (60, -7.5))) is None


def test_a_soft_passage_is_raised_and_a_loud_one_lowered_to_the_bounds():
    gain = ride_gain(ridden((60, 0.0), (60, -12.0), (60, 0.0), (60, 9.0), (60, 0.0)))
    assert gain[900] == pytest.approx(-8 + 12, abs=0.01)
    assert gain[2100] == pytest.approx(5 - 9, abs=0.01)
    assert gain[300] == gain[1500] == gain[2700] == 0


def test_it_begins_before_a_loud_passage_and_never_moves_faster_than_half_a_db_a_second():
    gain = ride_gain(ridden((60, 0.0), (60, 9.0), (60, 0.0)))
    assert np.abs(np.diff(gain)).max() <= 0.05 + 1e-9
    assert gain[600] == pytest.approx(-3.25, abs=0.2)
    assert gain[620] == pytest.approx(-4, abs=0.2)
    assert gain[500] == 0


def test_nothing_is_raised_by_more_than_six_db_and_rests_stay():
    assert ride_gain(ridden((60, 0.0), (60, -20.0), (60, 0.0))).max() == MOST_RAISED
    assert ride_gain(ridden((60, 0.0), (60, -45.0), (60, 0.0)))[900] == 0


def test_a_breath_is_not_filled():
    gain = ride_gain(ridden((60, 0.0), (3, -25.0), (60, 0.0)))
    assert gain is None or gain.max() < 1.0


def test_it_is_nothing_at_both_ends_so_that_a_gapless_join_has_no_seam():
    gain = ride_gain(ridden((60, -12.0), (60, 9.0)))
    assert gain[0] == gain[-1] == 0
    assert gain.size == 1201


def test_the_session_plays_it_and_the_forecast_knows_it():
    soft = ridden((20, 0.0), (100, -12.0))
    planned = plan(show(phase("one", 100, playlist("m", soft))))
    clip = planned.clips[0].clip
    assert clip_gain(clip)[600] == pytest.approx(4, abs=0.01)
    assert loudness_forecast(planned).momentary[600] == pytest.approx(-8, abs=0.1)
    assert track_levels(soft, 600, 602) == pytest.approx([-8, -8], abs=0.01)


def test_calm_goes_by_what_is_heard():
    jumps = ridden((60, 0.0), (60, -16.0), (60, 9.0))
    plain = replace(jumps, ride=False)
    gains = [
        clip_calm(plan(show(phase("p", 170, playlist("m", one)))).clips[0].clip)
        for one in (jumps, plain)
    ]
    assert gains[0].min() > gains[1].min() + 3  # the ride is down already


stretches = st.lists(st.tuples(st.integers(3, 90), st.floats(-28.0, 15.0)), min_size=2, max_size=6)


@given(stretches)
@examples(60)
def test_in_the_middle_of_a_minute_the_bounds_hold(parts):
    one = ridden(*parts)
    gain, after = ride_gain(one), track_levels(one)
    if gain is not None:
        assert np.abs(np.diff(gain)).max() <= 0.05 + 1e-9
        assert gain.max() <= MOST_RAISED
        assert gain[0] == gain[-1] == 0
    at = 0
    for seconds, lu in parts:
        middle, at = 10 * at + 5 * seconds, at + seconds
        if seconds >= 60:
            wanted = min(max(lu, MOST_UNDER), MOST_OVER, lu + MOST_RAISED)
            assert after[middle] == pytest.approx(wanted, abs=0.02)


def test_a_ride_is_planned_once_however_often_joins_ask_for_it(monkeypatch):
    """An hour's ride takes milliseconds, and fitting an order looks at hundreds of joins."""
    planned = []
    measure = ride._short_term
    monkeypatch.setattr(ride, "_short_term", lambda curve: planned.append(1) or measure(curve))
    fades = FadeFrames(track=frames(8), phase=frames(45), skip=0, start=0, end=0)
    one, other = ridden((61, 0.0), (60, -12.0), (60, 0.0)), ridden((60, -9.0), (62, 0.0))
    for _ in range(5):
        plan_overlap(one, other, fades)
    assert len(planned) == 2
