"""A clip that would open far louder than what sounded before it comes in slowly."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from shows import generated, level, phase, playlist, show, silence, track

from soundscape.dsp.weighting import in_steps
from soundscape.timeline.clip_calm import clip_gain
from soundscape.timeline.loudness_forecast import loudness_forecast
from soundscape.timeline.opening_limit import opening_gain
from soundscape.timeline.plan import plan


def measured(name, *stretches):
    """A track by (seconds, LU over the target)."""
    power = np.concatenate([np.full(round(10 * s), 10 ** (lu / 10)) for s, lu in stretches])
    windows = np.convolve(power, np.full(4, 0.25))[: power.size]
    windows[:3] = windows[3]
    momentary = in_steps((10 * np.log10(windows)).astype(np.float32))
    return replace(track(name, sum(s for s, _ in stretches)), momentary=momentary)


SOFT = measured("soft", (120, -15.0))
LOUD = measured("loud", (300, 0.0))


def opened(planned, name):
    return next(one.clip for one in planned.clips if one.clip.track.key == name)


def rise(planned, name):
    """The loudest 3 s of a clip's first 30 s over the mean of the 30 s before it."""
    start = next(one.start for one in planned.clips if one.clip.track.key == name) // 4800
    power = 10 ** (loudness_forecast(planned).momentary / 10)
    before = power[max(0, start - 300) : start].mean()
    short = np.convolve(power, np.full(30, 1 / 30))[start : start + 300]
    return 10 * np.log10(short.max() / before)


def test_a_loud_track_after_a_soft_one_comes_in_slowly():
    planned = plan(show(phase("one", 400, playlist("m", SOFT, LOUD))))
    assert rise(planned, "loud") <= 6.1
    clip = opened(planned, "loud")
    assert clip.prior == -15
    gain = opening_gain(clip)
    assert gain.min() == pytest.approx(-9, abs=0.6)
    assert gain[-1] == 0
    assert np.diff(gain).max() <= 0.0501  # half a dB a second
    assert gain.size == pytest.approx(490, abs=10)


def test_its_own_level_is_reached_in_the_end():
    planned = plan(show(phase("one", 400, playlist("m", SOFT, LOUD))))
    assert loudness_forecast(planned).momentary[2000] == pytest.approx(0, abs=0.1)


def test_a_track_as_loud_as_the_one_before_is_left_alone():
    planned = plan(show(phase("one", 400, playlist("m", LOUD, measured("other", (300, 4.0))))))
    assert opening_gain(opened(planned, "other")) is None


def test_what_the_fade_in_keeps_down_is_not_lowered_once_more():
    struck = measured("struck", (4, 0.0), (200, -15.0))
    clip = opened(plan(show(phase("one", 400, playlist("m", SOFT, struck)))), "struck")
    assert opening_gain(clip).min() > -4
    assert opening_gain(replace(clip, fade_in=None)).min() == pytest.approx(-9, abs=0.6)


def test_after_a_planned_silence_the_fade_in_is_enough():
    planned = plan(show(phase("one", 400, playlist("m", SOFT, silence(60), LOUD))))
    assert opened(planned, "loud").prior is None


def test_a_gapless_join_is_left_alone():
    planned = plan(show(phase("one", 400, playlist("m", SOFT, LOUD)), track=0))
    assert clip_gain(opened(planned, "loud")) is None


def test_the_sessions_first_track_has_nothing_before_it():
    planned = plan(show(phase("one", 400, playlist("m", LOUD))))
    assert opened(planned, "loud").prior is None


def test_generated_sound_is_lowered_too():
    after = generated("after", 400)
    after = after.at_gain(23.0)  # at its nominal loudness of -23 LUFS
    planned = plan(show(phase("one", 500, playlist("m", SOFT, after))))
    assert opening_gain(opened(planned, "after")).min() == pytest.approx(-9, abs=0.6)
    assert rise(planned, "after") <= 6.1


def test_what_counts_is_all_that_sounded_at_the_level_it_had():
    soft = phase("one", 120, playlist("m", LOUD), loudness=level((0, -40)))
    rain = playlist("r", measured("rain", (900, 0.0)))
    loud = phase("two", 200, playlist("n", measured("next", (300, 0.0))), loudness=level((0, -22)))
    assert opened(plan(show(soft, loud)), "next").prior == -18
    with_rain = replace(
        soft, layers={**soft.layers, "ambience": phase("x", 1, rain).layers["music"]}
    )
    assert opened(plan(show(with_rain, loud)), "next").prior == -15


stretches = st.lists(st.tuples(st.integers(20, 120), st.floats(-19.0, 3.0)), min_size=1, max_size=4)


@given(stretches, stretches, st.sampled_from([4.0, 8.0, 20.0]))
@examples(60)
def test_no_opening_is_far_louder_than_what_sounded(first, second, fade):
    one, two = measured("first", (60, -10.0), *first), measured("second", *second, (60, 0.0))
    planned = plan(show(phase("p", 900, playlist("m", one, two)), track=fade))
    gain = opening_gain(opened(planned, "second"))
    assert gain is None or ((gain <= 0).all() and gain[-1] == 0)
    assert rise(planned, "second") <= 6.6


def test_it_hangs_on_whole_numbers_so_that_a_clip_that_waits_keeps_its_sound():
    made = [plan(show(phase("p", 400 + 0.05 * n, playlist("m", SOFT, LOUD)))) for n in range(3)]
    assert {opened(one, "loud").prior for one in made} == {-15}
