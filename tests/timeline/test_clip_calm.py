from dataclasses import replace

import numpy as np
import pytest
from shows import level, phase, playlist, show, silence, track

from soundscape.dsp.weighting import in_steps
from soundscape.timeline.clip_calm import FadeIn, _power, clip_calm, clip_gain
from soundscape.timeline.commands import Command
from soundscape.timeline.conductor import Conductor
from soundscape.timeline.directives import ClipStarts
from soundscape.timeline.loudness_forecast import loudness_forecast
from soundscape.timeline.opening_limit import opening_gain
from soundscape.timeline.plan import plan
from soundscape.units import frames


def measured(name, *stretches):
    """A track by (seconds, LU over the target), its curve of 400 ms as a meter has it."""
    power = np.concatenate([np.full(round(10 * s), 10 ** (lu / 10)) for s, lu in stretches])
    windows = np.convolve(power, np.full(4, 0.25))[: power.size]
    windows[:3] = windows[3]
    momentary = in_steps((10 * np.log10(windows)).astype(np.float32))
    return replace(track(name, sum(s for s, _ in stretches)), momentary=momentary)


@pytest.mark.parametrize(
    ("fades", "tenths", "length"),
    [
        ((FadeIn(0, 48_000),), 100, 10),
        ((FadeIn(0, 48_001),), 100, 11),  # a tenth that has begun counts
        ((FadeIn(0, 48_000),), 4, 4),  # a short track
        ((FadeIn(24_000, 96_000), FadeIn(0, 24_000)), 100, 15),
    ],
)
def test_the_power_of_fades_is_the_mean_over_each_tenth_of_a_second(fades, tenths, length):
    power = _power(fades, tenths)
    at = np.arange(4800 * length) + 0.5
    gain = np.prod([np.clip((at + f.passed) / f.frames, 0, 1) ** 2 for f in fades], axis=0)
    wanted = (gain**2).reshape(length, 4800).mean(axis=1)
    assert power.shape == (length,)
    np.testing.assert_allclose(power, wanted, rtol=0.02, atol=1e-5)


def clips(a_plan, name):
    return [one.clip for one in a_plan.clips if one.clip.track.key == name]


STEADY = measured("steady", (120, 0.0))
SWELLS = measured("swells", (10, -7.5), (20, 2.5), (60, 0.0))


@pytest.mark.parametrize("start", [7, 15, 20, 30])
def test_what_rises_under_the_start_of_the_session_rises_by_ten_with_it(start):
    planned = plan(show(phase("one", 60, playlist("m", SWELLS)), start=start))
    assert loudness_forecast(planned).largest_rise.lu <= 10.2


def test_what_the_start_keeps_down_is_not_lowered_once_more():
    jumps = measured("jumps", (4, -40.0), (60, 0.0))
    planned = plan(show(phase("one", 100, playlist("m", jumps)), start=40))
    first, second, *_ = clips(planned, "jumps")
    assert clip_calm(first) is None
    assert clip_calm(second) is None  # the end of the first is what it is held against
    assert clip_calm(replace(first, opening=None, fade_in=None)).min() < -9


def test_what_takes_over_while_the_start_is_not_over_is_left_alone():
    short = measured("short", (5, 0.0))
    planned = plan(show(phase("one", 100, playlist("m", short, STEADY)), start=20, track=0))
    clip = clips(planned, "steady")[0]
    assert clip.opening is not None
    assert clip_calm(clip) is None


def test_a_layer_that_comes_in_alone_is_softened_where_its_fade_is_short():
    music = playlist("m", silence(30), STEADY)
    planned = plan(show(phase("one", 90, music), track=1))
    (clip,) = clips(planned, "steady")
    assert clip.fade_in.shape == "square"
    assert loudness_forecast(planned).largest_rise.lu <= 10.2


def test_in_a_crossfade_a_steady_track_is_left_alone():
    music = playlist("m", STEADY, measured("other", (120, 0.0)))
    planned = plan(show(phase("one", 200, music), track=1, closing=0))
    (clip,) = clips(planned, "other")
    assert clip_calm(clip) is None


def test_what_the_crossfade_keeps_down_is_not_lowered_once_more():
    soft = measured("soft", (120, -12.0))
    brisk = measured("brisk", (0.5, -20.0), (120, -6.0))
    planned = plan(show(phase("one", 200, playlist("m", soft, brisk)), track=8, closing=0))
    (clip,) = clips(planned, "brisk")
    assert clip.prior == -12  # remembered as -18, and -6 is 12 over it
    assert clip_calm(clip) is None
    assert loudness_forecast(planned).largest_rise.lu <= 10.2
    loud = replace(clip, fade_in=None, beside=())  # as if there were no fade
    assert clip_calm(loud).min() == pytest.approx(-3, abs=0.5)


def test_a_track_that_begins_with_a_soft_second_after_another_one_is_left_alone():
    soft_first = measured("other", (1, -25.0), (120, 0.0))
    music = playlist("m", STEADY, soft_first)
    planned = plan(show(phase("one", 200, music), track=8, closing=0))
    (clip,) = clips(planned, "other")
    assert clip.prior == 0
    assert clip_calm(clip) is None
    assert loudness_forecast(planned).largest_rise.lu <= 10.2
    alone = replace(clip, prior=None, fade_in=None, beside=())
    assert clip_calm(alone).min() < -9  # by itself it would be lowered


def test_what_rises_far_over_what_sounded_is_softened_all_the_same():
    loud_later = measured("other", (10, -25.0), (120, 8.0))
    one = phase("one", 200, playlist("m", STEADY, loud_later))
    planned = plan(show(one, phase=0, closing=0))
    (clip,) = clips(planned, "other")
    assert clip_gain(clip).min() == pytest.approx(-5, abs=1)  # −6 + 9 of 8
    late = measured("other", (30, -25.0), (120, 0.0))
    one = phase("one", 200, playlist("m", STEADY, late))
    planned = plan(show(one, phase=0, closing=0))
    (clip,) = clips(planned, "other")
    assert clip_calm(clip).min() < -9  # more than 15 s ago is forgotten


def test_what_enters_while_the_track_before_is_kept_is_held_against_that():
    loud_later = measured("other", (10, -25.0), (120, 8.0))
    planned = plan(show(phase("one", 200, playlist("m", STEADY, loud_later)), closing=0))
    (clip,) = clips(planned, "other")
    assert clip.kept > 0
    assert clip_calm(clip) is None
    assert loudness_forecast(planned).largest_rise.lu <= 9.2


def test_a_track_that_a_command_starts_remembers_the_loudness_of_the_last_half_minute():
    conductor = Conductor(show(phase("one", 200, playlist("m", STEADY, SWELLS)), start=7))
    conductor.advance(frames(60))
    conductor.command(Command("skip"))
    (started,) = [one for one in conductor.advance(frames(61)) if isinstance(one, ClipStarts)]
    assert (started.clip.prior, started.clip.beside) == (0, ())
    assert clip_calm(started.clip) is None
    assert clip_calm(replace(started.clip, prior=None, fade_in=None)).min() < -0.5


def test_what_the_opening_keeps_down_is_not_lowered_once_more():
    soft = measured("soft", (120, -12.0))
    strokes = measured("strokes", *(4 * ((3, -14.0), (3, 0.0))), (90, 0.0))
    planned = plan(show(phase("one", 200, playlist("m", soft, strokes)), closing=0))
    (clip,) = clips(planned, "strokes")
    assert opening_gain(clip).min() < -5
    assert clip_calm(clip) is None
    assert loudness_forecast(planned).largest_rise.lu <= 9.2


def test_a_voice_comes_out_of_the_ducked_music_no_faster_than_all_else():
    words = measured("words", (10, 3.0))
    one = phase("one", 90, playlist("m", STEADY))
    two = phase("two", 60, playlist("m", STEADY), voice=playlist("v", words, loop=False))
    planned = plan(show(one, two))
    (clip,) = clips(planned, "words")
    gain = clip_calm(clip)
    assert gain[:10] == pytest.approx(-6.5, abs=1)
    assert not gain[36:].any()
    assert loudness_forecast(planned).largest_rise.lu <= 10.2


def test_it_goes_with_the_target_wherever_that_is():
    loud = phase("one", 60, playlist("m", SWELLS), loudness=level((0, -20)))
    soft = phase("one", 60, playlist("m", SWELLS), loudness=level((0, -30)))
    gains = [clip_calm(clips(plan(show(one)), "swells")[0]) for one in (loud, soft)]
    assert (gains[0] == gains[1]).all()
