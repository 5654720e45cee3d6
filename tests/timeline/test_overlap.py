from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shows import generated, silence, track

from soundscape.dsp.weighting import in_steps
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.timeline.overlap import kept_for, plan_overlap
from soundscape.timeline.show import FadeFrames, GeneratedSource, Voice
from soundscape.units import frames

FADE, PHASE = frames(8), frames(25)
FADES = FadeFrames(FADE, PHASE, frames(6), frames(20), frames(60))


def measured(name, *stretches):
    """A track with a curve: (seconds, from LU, to LU)."""
    parts = [np.linspace(low, high, round(10 * seconds)) for seconds, low, high in stretches]
    curve = np.concatenate(parts).astype(np.float32)
    return replace(track(name, sum(s for s, _, _ in stretches)), momentary=in_steps(curve))


STEADY = measured("Steady", (120, 0, 0))
FADING = measured("Fading", (100, 0, 0), (20, -6, -50))
SLOW = measured("Slow", (12, -40, -7), (100, 0, 0))


def test_without_curves_it_is_the_scenes_own():
    assert plan_overlap(track("a", 60), track("b", 60), FADES).frames == FADE


def test_between_steady_tracks_it_is_the_scenes_own():
    one = plan_overlap(STEADY, STEADY, FADES)
    assert (one.frames, one.reason) == (FADE, "as the scene says")


def test_half_the_shorter_track_is_the_most():
    one = plan_overlap(FADING, track("b", 10), FADES)
    assert (one.frames, one.reason) == (frames(5), "half the shorter track")


def test_a_track_that_fades_out_by_itself_is_met_where_it_begins_to():
    one = plan_overlap(FADING, STEADY, FADES)
    assert one.frames == 2 * FADE
    assert one.reason == "Fading fades out by itself for 16 s"
    short = measured("Short", (100, 0, 0), (10, -7, -50))
    assert plan_overlap(short, STEADY, FADES).frames == frames(10)


def test_what_is_far_below_the_target_is_no_part_of_how_loud_a_track_is():
    """A quiet half lowered the mean by 3 dB: then an end at -7 LU would count as loud."""
    half_quiet = measured("Half", (60, -25, -25), (60, 0, 0), (10, -7, -7))
    assert plan_overlap(half_quiet, STEADY, FADES).frames == frames(10)


def test_an_edge_at_six_lu_below_the_track_is_loud_and_a_softer_one_is_not():
    loud, soft = (measured("Edge", (2000, 0, 0), (10, lu, lu)) for lu in (-5.95, -6.05))
    assert plan_overlap(loud, STEADY, FADES).reason == "as the scene says"
    assert plan_overlap(soft, STEADY, FADES).frames == frames(10)


def test_a_track_is_kept_until_one_that_comes_in_softly_is_near_to_it():
    one = plan_overlap(STEADY, SLOW, FADES)
    # the mean of the 3 s from there on is -6 LU
    assert one.kept == pytest.approx(frames(9.5), abs=frames(0.2))
    assert one.frames == one.kept + FADE
    assert one.reason == "Steady is kept for 10 s, as Slow comes in softly"


def test_near_is_six_db():
    far, near = (measured("Soft", (60, lu, lu), (60, 0, 0)) for lu in (-6.1, -5.9))
    assert plan_overlap(STEADY, near, FADES).kept == 0
    assert plan_overlap(STEADY, far, FADES).kept == PHASE


def test_it_is_kept_for_the_fade_from_phase_to_phase_at_the_most():
    soft = measured("Soft", (600, -15, -15))
    long = measured("Long", (600, 0, 0))
    assert plan_overlap(long, soft, FADES).kept == PHASE
    assert plan_overlap(long, soft, replace(FADES, phase=frames(3))).kept == frames(3)
    assert kept_for(long, frames(300), soft, 0) == 0


def test_both_together_add_up_to_half_the_shorter_track_at_the_most():
    one = plan_overlap(measured("Short", (100, 0, 0), (10, -7, -50)), SLOW, FADES)
    assert one.frames == frames(10) + one.kept
    assert one.reason == (
        "Short fades out by itself for 10 s and Short is kept for 10 s, as Slow comes in softly"
    )
    brief = plan_overlap(measured("Brief", (24, 0, 0)), SLOW, FADES)
    assert (brief.frames, brief.kept) == (frames(12), frames(4))


def test_a_track_that_ends_far_louder_than_before_fades_out_longer():
    loud_end = measured("Rising", (120, -12, -12), (8, 0, 0))
    one = plan_overlap(loud_end, STEADY, FADES)
    assert FADE < one.frames <= PHASE
    assert one.reason == f"Rising ends loudly and fades out for {one.frames / frames(1):.0f} s"


def test_a_loud_end_of_six_lu_is_left_alone():
    for lu, softened in ((-5.8, False), (-7.5, True)):
        longer = plan_overlap(measured("End", (120, lu, lu), (8, 0, 0)), STEADY, FADES)
        assert (longer.frames > FADE) is softened, lu


def test_where_no_fade_is_long_enough_the_one_that_rises_least_is_taken():
    shouting = measured("Shouting", (60, -20, -20), (7, 0, 0))
    one = plan_overlap(shouting, STEADY, FADES)
    assert FADE <= one.frames <= PHASE


def test_what_is_soft_itself_is_not_kept_for_a_soft_one():
    assert plan_overlap(measured("Soft", (120, -20, -20)), SLOW, FADES).kept < frames(7)


def test_what_is_not_measured_keeps_nothing_and_is_not_kept():
    assert plan_overlap(track("a", 60), SLOW, FADES).kept == 0
    assert plan_overlap(STEADY, track("b", 60), FADES).kept == 0
    assert kept_for(silence(60), frames(30), SLOW, PHASE) == 0
    assert kept_for(STEADY, frames(30), silence(60), PHASE) == 0


def test_generated_sound_is_kept_at_its_nominal_loudness():
    sound = generated("Sound", 60).at_gain(23.0)
    assert kept_for(sound, frames(90), SLOW, PHASE) == pytest.approx(frames(9.5), abs=frames(0.2))


def composed(name, seconds, harmony=HarmonySpec(key="D")):  # noqa: B008 - it never changes
    return replace(track(name, seconds), source=GeneratedSource((Voice("pad", {}),), 1, harmony))


def test_two_pieces_with_a_harmony_go_over_in_48_seconds_or_six_times_the_scenes_fade():
    first, second = composed("First", 600), composed("Second", 600)

    def overlap(before, after, fade=FADE):
        return plan_overlap(before, after, replace(FADES, track=fade))

    one = overlap(first, second)
    assert (one.frames, one.reason) == (frames(48), "two pieces with a harmony go over slowly")
    assert overlap(first, second, frames(2)).frames == frames(12)
    assert overlap(first, second, frames(20)).frames == frames(48)
    assert overlap(first, second, frames(60)).frames == frames(60)
    assert overlap(first, composed("Short", 60)).frames == frames(30)
    assert overlap(first, second, 0).frames == 0
    assert overlap(first, composed("Drone", 600, None)).frames == FADE
    assert overlap(first, STEADY).frames == FADE


def test_a_gapless_join_stays_gapless():
    assert plan_overlap(FADING, SLOW, replace(FADES, track=0)).frames == 0


def test_a_track_that_never_sounds_is_joined_as_the_scene_says():
    silent = measured("Silent", (60, -90, -90))
    assert plan_overlap(silent, silent, FADES).frames == FADE


curves = st.lists(
    st.tuples(st.floats(0.1, 40), st.floats(-90, 15), st.floats(-90, 15)), min_size=1, max_size=6
)


@given(curves, curves, st.floats(0, 20))
def test_any_overlap_lies_within_its_bounds_or_is_half_a_track(a, b, seconds):
    before, after, fade = measured("a", *a), measured("b", *b), frames(seconds)
    half = min(before.frames, after.frames) // 2
    found = plan_overlap(before, after, replace(FADES, track=fade))
    assert min(fade, half) <= found.frames <= min(2 * fade + PHASE, half)
    assert 0 <= found.kept <= max(0, min(PHASE, found.frames - fade))


def test_a_track_that_goes_on_from_the_one_before_is_joined_without_overlap():
    one, other = track("one", 60), replace(track("two", 60), continues="one")
    assert one.key == "one"
    assert plan_overlap(one, other, FADES).frames == 0
    assert plan_overlap(track("three", 60), other, FADES).frames == frames(8)


def test_how_loud_a_track_is_is_the_mean_of_its_power():
    """Half at 0 LU and half at -10 are -2.6 LU together: an edge is soft below -8.6."""
    soft, loud = (measured("Two", (60, 0, 0), (60, -10, -10), (10, lu, lu)) for lu in (-8.9, -8.3))
    assert plan_overlap(soft, STEADY, FADES).frames == 2 * FADE  # what is before it is soft, too
    assert plan_overlap(loud, STEADY, FADES).reason == "as the scene says"
