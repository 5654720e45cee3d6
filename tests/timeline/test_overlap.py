from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shows import track

from soundscape.dsp.weighting import in_steps
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.timeline.overlap import plan_overlap
from soundscape.timeline.show import GeneratedSource, Voice
from soundscape.units import frames

FADE = frames(8)


def measured(name, *stretches):
    """A track with a curve: (seconds, from LU, to LU)."""
    parts = [np.linspace(low, high, round(10 * seconds)) for seconds, low, high in stretches]
    curve = np.concatenate(parts).astype(np.float32)
    return replace(track(name, sum(s for s, _, _ in stretches)), momentary=in_steps(curve))


STEADY = measured("Steady", (120, 0, 0))
FADING = measured("Fading", (100, 0, 0), (20, -6, -50))
SLOW = measured("Slow", (12, -40, -7), (100, 0, 0))


def test_without_curves_it_is_the_scenes_own():
    assert plan_overlap(track("a", 60), track("b", 60), FADE).frames == FADE


def test_between_steady_tracks_it_is_the_scenes_own():
    one = plan_overlap(STEADY, STEADY, FADE)
    assert (one.frames, one.reason) == (FADE, "as the scene says")


def test_half_the_shorter_track_is_the_most():
    one = plan_overlap(FADING, track("b", 10), FADE)
    assert (one.frames, one.reason) == (frames(5), "half the shorter track")


def test_a_track_that_fades_out_by_itself_is_met_where_it_begins_to():
    one = plan_overlap(FADING, STEADY, FADE)
    assert one.frames == 2 * FADE
    assert one.reason == "Fading fades out by itself for 16 s"
    short = measured("Short", (100, 0, 0), (10, -7, -50))
    assert plan_overlap(short, STEADY, FADE).frames == frames(10)


def test_what_is_far_below_the_target_is_no_part_of_how_loud_a_track_is():
    """A quiet half lowered the mean by 3 dB: then an end at -7 LU would count as loud."""
    half_quiet = measured("Half", (60, -25, -25), (60, 0, 0), (10, -7, -7))
    assert plan_overlap(half_quiet, STEADY, FADE).frames == frames(10)


def test_an_edge_at_six_lu_below_the_track_is_loud_and_a_softer_one_is_not():
    loud, soft = (measured("Edge", (2000, 0, 0), (10, lu, lu)) for lu in (-5.95, -6.05))
    assert plan_overlap(loud, STEADY, FADE).reason == "as the scene says"
    assert plan_overlap(soft, STEADY, FADE).frames == frames(10)


def test_a_track_that_comes_in_slowly_starts_earlier():
    one = plan_overlap(STEADY, SLOW, FADE)
    assert one.frames == frames(12 - 0.3)  # a value also hears the 0.3 s before its own
    assert one.reason == "Slow comes in slowly for 12 s"


def test_both_together_add_up_and_never_pass_twice_the_scenes_fade():
    one = plan_overlap(measured("Short", (100, 0, 0), (3, -7, -50)), SLOW, FADE)
    assert frames(14) < one.frames <= 2 * FADE
    assert one.reason == "Short fades out by itself for 3 s and Slow comes in slowly for 12 s"
    assert plan_overlap(FADING, SLOW, FADE).frames == 2 * FADE


def composed(name, seconds, harmony=HarmonySpec(key="D")):  # noqa: B008 - it never changes
    return replace(track(name, seconds), source=GeneratedSource((Voice("pad", {}),), 1, harmony))


def test_two_pieces_with_a_harmony_go_over_in_48_seconds_or_six_times_the_scenes_fade():
    first, second = composed("First", 600), composed("Second", 600)
    one = plan_overlap(first, second, FADE)
    assert (one.frames, one.reason) == (frames(48), "two pieces with a harmony go over slowly")
    assert plan_overlap(first, second, frames(2)).frames == frames(12)
    assert plan_overlap(first, second, frames(20)).frames == frames(48)
    assert plan_overlap(first, second, frames(60)).frames == frames(60)
    assert plan_overlap(first, composed("Short", 60), FADE).frames == frames(30)
    assert plan_overlap(first, second, 0).frames == 0
    assert plan_overlap(first, composed("Drone", 600, None), FADE).frames == FADE
    assert plan_overlap(first, STEADY, FADE).frames == FADE


def test_a_gapless_join_stays_gapless():
    assert plan_overlap(FADING, SLOW, 0).frames == 0


def test_a_track_that_never_sounds_is_joined_as_the_scene_says():
    silent = measured("Silent", (60, -90, -90))
    assert plan_overlap(silent, silent, FADE).frames == FADE


curves = st.lists(
    st.tuples(st.floats(0.1, 40), st.floats(-90, 15), st.floats(-90, 15)), min_size=1, max_size=6
)


@given(curves, curves, st.floats(0, 20))
def test_any_overlap_lies_between_the_scenes_fade_and_twice_it_or_is_half_a_track(a, b, seconds):
    before, after, fade = measured("a", *a), measured("b", *b), frames(seconds)
    half = min(before.frames, after.frames) // 2
    assert min(fade, half) <= plan_overlap(before, after, fade).frames <= min(2 * fade, half)


def test_a_track_that_goes_on_from_the_one_before_is_joined_without_overlap():
    one, other = track("one", 60), replace(track("two", 60), continues="one")
    assert one.key == "one"
    assert plan_overlap(one, other, frames(8)).frames == 0
    assert plan_overlap(track("three", 60), other, frames(8)).frames == frames(8)


def test_how_loud_a_track_is_is_the_mean_of_its_power():
    """Half at 0 LU and half at -10 are -2.6 LU together: an edge is soft below -8.6."""
    soft, loud = (measured("Two", (60, 0, 0), (60, -10, -10), (10, lu, lu)) for lu in (-8.9, -8.3))
    assert plan_overlap(soft, STEADY, FADE).frames == 2 * FADE  # what is before it is soft, too
    assert plan_overlap(loud, STEADY, FADE).reason == "as the scene says"
