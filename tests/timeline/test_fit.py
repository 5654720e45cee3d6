import time
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shows import DRONE, phase, playlist, show, track

from soundscape.timeline.fit import fitted, miss
from soundscape.timeline.plan import plan
from soundscape.timeline.show import Layer
from soundscape.units import SAMPLE_RATE, frames


def overlap(one, other):
    return min(frames(8), one.frames // 2, other.frames // 2)


def tracks(*seconds):
    return [track(f"t{index}", length) for index, length in enumerate(seconds)]


def test_a_miss_is_what_is_left_of_the_track_at_the_end():
    order = tracks(100, 100, 100)  # they start at 0, 92, 184
    assert miss(order, frames(183), overlap) == (False, frames(1))
    assert miss(order, frames(120), overlap) == (True, frames(64))
    assert miss(order, frames(30), overlap) == (False, frames(62))


def test_after_another_track_the_aim_counts_from_its_end():
    before, order = track("before", 300), tracks(100, 100, 100)  # they start at -8, 84, 176
    assert miss(order, frames(175), overlap, before) == (False, frames(1))
    assert miss(order, frames(30), overlap, before) == (True, frames(54))
    again = tracks(200, 210, 400, 250, 180, 300)
    one = fitted(again, frames(592), overlap, before, joined=True)
    assert miss(one, frames(592), overlap, before) < miss(again, frames(592), overlap, before)


def test_an_order_that_ends_within_a_second_is_left_as_it_is():
    order = tracks(100, 100, 300)
    assert fitted(order, frames(184), overlap) == order


def test_a_track_that_ends_near_the_phases_end_is_found():
    order = tracks(200, 210, 400, 250, 180, 300)
    one = fitted(order, frames(600), overlap)
    assert miss(one, frames(600), overlap) < miss(order, frames(600), overlap)
    assert sorted(t.key for t in one) == sorted(t.key for t in order)


def test_of_a_large_library_it_ends_within_a_second():
    chance = Random(3)
    for seed in range(20):
        order = tracks(*(chance.uniform(120, 600) for _ in range(200)))
        cut, over = miss(fitted(order, frames(1800 + seed), overlap), frames(1800 + seed), overlap)
        assert not cut
        assert over <= frames(2)


def test_a_thousand_tracks_take_less_than_a_tenth_of_a_second():
    chance = Random(3)
    order = tracks(*(chance.uniform(120, 600) for _ in range(1000)))
    begun = time.process_time()
    fitted(order, frames(3600), overlap)
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize("count", [0, 1])
def test_of_none_or_one_track_nothing_is_made(count):
    order = tracks(*[100] * count)
    assert fitted(order, frames(50), overlap) == order


def show_of(*seconds, fit):
    chance = Random(5)
    music = playlist("m", *tracks(*(chance.uniform(150, 500) for _ in range(40))), shuffle=True)
    phases = [phase(f"p{n}", length, music) for n, length in enumerate(seconds)]
    layers = {"music": Layer(music, fit=fit)}
    phases = [replace(p, layers=layers) for p in phases]
    return plan(show(*phases, phase("z", 60, DRONE), end=10, closing=0))


def over(planned, end):
    """How far the track that plays at a phase's end would go on, and how long it has played."""
    clip = [p.clip for p in planned.clips if p.clip.phase != "z" and p.start < frames(end)][-1]
    return (clip.end - frames(end)) / SAMPLE_RATE, end - clip.start / SAMPLE_RATE


def test_a_phase_that_fits_ends_as_a_track_ends():
    left, played = over(show_of(1800, fit=True), 1800)
    assert 8 <= left <= 10  # the next one would come in 8 s before that
    assert played >= 90
    assert over(show_of(1800, fit=False), 1800)[0] > 30


def test_a_playlist_that_plays_on_is_fitted_anew_in_each_phase():
    planned = show_of(1500, 1300, fit=True)
    assert 8 <= over(planned, 1500)[0] <= 20
    assert 8 <= over(planned, 2800)[0] <= 20


def test_a_playlist_shorter_than_the_phase_is_fitted_in_its_last_round():
    chance = Random(5)
    music = playlist("m", *tracks(*(chance.uniform(150, 500) for _ in range(12))), shuffle=True)
    one = replace(phase("p", 6000), layers={"music": Layer(music, fit=True)})
    left, played = over(plan(show(one, phase("z", 60, DRONE), end=10)), 6000)
    assert left <= 30
    assert played >= 60


lengths = st.lists(st.floats(1, 900), min_size=1, max_size=25)


@given(lengths, st.floats(0, 4000), st.integers(1, 4))
def test_it_is_never_worse_than_the_shuffle_and_loses_no_track(seconds, aim, twice):
    order = tracks(*seconds) + tracks(*seconds[:twice])  # some are listed twice
    one = fitted(order, frames(aim), overlap)
    assert miss(one, frames(aim), overlap) <= miss(order, frames(aim), overlap)
    assert sorted(t.key for t in one) == sorted(t.key for t in order)
    assert one == fitted(order, frames(aim), overlap)
    repeats = [a.key == b.key for a, b in pairwise(order)]
    if not any(repeats):
        assert all(a.key != b.key for a, b in pairwise(one))


def test_no_track_that_was_just_played_comes_first():
    order = tracks(100, 170, 230, 260, 180, 300)
    for last in order[1:]:
        assert fitted(order, frames(400), overlap, last)[0].key != last.key


def test_a_track_that_is_cut_soon_is_worse_than_any_overrun():
    order = tracks(100, 200, 4000)
    soon, late = miss(order, frames(350), overlap), miss(order[::-1], frames(350), overlap)
    assert soon == (True, pytest.approx(frames(3920), abs=frames(60)))
    assert late < soon
