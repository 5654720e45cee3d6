from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from properties import examples

from soundscape.dsp import calm
from soundscape.dsp.meter import LoudnessMeter
from soundscape.dsp.weighting import from_steps
from soundscape.units import SAMPLE_RATE

TARGET = -24.0


def noise(*parts, seed=1):
    """Stretches of noise: (seconds, LU over the target)."""
    rng = np.random.default_rng(seed)
    sound = [10 ** (db / 20) * rng.normal(size=round(SAMPLE_RATE * s)) for s, db in parts]
    both = np.repeat(np.concatenate(sound)[:, np.newaxis], 2, axis=1) * 10 ** ((TARGET - 5.9) / 20)
    return both.astype(np.float32)


def loudness(sound):
    return np.array(LoudnessMeter().push(sound), np.float32) - TARGET


def calmed(sound, gain, size=5000):
    starts = range(0, len(sound), size)
    parts = [(sound[at : at + size], at) for at in starts]
    gains = [calm.gains(gain, at, len(part)) for part, at in parts]
    return np.concatenate(
        [
            part * (g if isinstance(g, float) else g[:, np.newaxis])
            for (part, _), g in zip(parts, gains, strict=True)
        ]
    )


def test_a_sudden_entry_is_softened_before_it_sounds_and_comes_back_slowly():
    sound = noise((5, -60), (6, 0))
    gain = calm.points(loudness(sound))
    assert not gain[:50].any()
    assert gain[50] == pytest.approx(-11, abs=0.3)
    assert gain[50:60].max() < -10.7
    assert np.diff(gain[50:]).max() <= 0.3 + 1e-9
    assert not gain[100:].any()


@pytest.mark.parametrize(
    "curve",
    [
        np.zeros(100),
        np.linspace(-60, 0, 1200),  # a crescendo of two minutes
        np.repeat([0.0, -70.0], 50),
        np.repeat([-19.0, -10.5], 50),
        np.repeat([0.0, -30.0, 2.0], 50),  # a breath between two phrases
        np.repeat([-3.0, -40.0, -3.0], [50, 130, 50]),
        np.zeros(0),
        np.zeros(2),
    ],
)
def test_what_keeps_the_rule_is_left_alone(curve):
    assert calm.points(curve.astype(np.float32)) is None
    assert calm.places(None) == []


def test_a_track_that_begins_loud_is_left_alone():
    assert calm.points(loudness(noise((5, 5)))) is None


def test_the_second_and_the_depth_of_each_place_are_told():
    found = calm.places(calm.points(loudness(noise((5, -60), (6, 0), (16, -50), (5, 4)))))
    assert [place.second for place in found] == [
        pytest.approx(5, abs=0.15),
        pytest.approx(27, abs=0.15),
    ]
    assert [place.db for place in found] == [
        pytest.approx(-11, abs=0.4),
        pytest.approx(-15, abs=0.4),
    ]


def test_where_nothing_is_touched_the_gain_is_exactly_one():
    gain = calm.points(loudness(noise((5, -60), (6, 0))))
    assert calm.gains(gain, 0, 4 * SAMPLE_RATE) == 1.0
    assert calm.gains(gain, 10 * SAMPLE_RATE, SAMPLE_RATE) == 1.0
    assert calm.gains(gain, 99 * SAMPLE_RATE, SAMPLE_RATE) == 1.0


def test_beyond_the_curves_end_the_gain_stays():
    gain = calm.points(loudness(noise((3, -60), (0.5, 0))))
    assert gain[-1] < -5
    assert calm.gains(gain, 9 * SAMPLE_RATE, 10) == pytest.approx(10 ** (gain[-1] / 20))


def test_no_number_in_a_curve_is_silence():
    curve = np.zeros(100, np.float32)
    curve[:50] = -np.inf
    curve[20] = np.nan
    assert calm.points(curve)[55] == pytest.approx(-11, abs=1)


@pytest.mark.parametrize(("quiet", "lowest"), [(5, 0.0), (13, 0.0), (17, -11.0)])
def test_an_entry_is_softened_only_once_what_was_loud_is_forgotten(quiet, lowest):
    gain = calm.points(loudness(noise((6, 0), (quiet, -60), (6, 0))))
    assert (0.0 if gain is None else gain.min()) == pytest.approx(lowest, abs=0.4)


def test_what_comes_far_louder_than_before_a_breath_is_softened():
    gain = calm.points(loudness(noise((6, -10), (5, -60), (6, 3))))
    # 9 LU over the remembered −16
    assert gain.min() == pytest.approx(-10, abs=0.4)


def test_what_was_softened_itself_is_remembered_as_it_was_heard():
    gain = calm.points(loudness(noise((16, -60), (0.4, 6), (3, -60), (4, 6))))
    second = gain[195:205].min()
    # the first was heard at −11, remembered as −17, so the second may reach −8
    assert second == pytest.approx(-14, abs=1.0)


stretches = st.lists(st.tuples(st.floats(0.05, 3.0), st.floats(-70, 12)), min_size=2, max_size=12)


@examples(40)
@given(stretches, st.integers(0, 99))
def test_measured_again_nothing_rises_by_more_than_the_rule_allows(parts, seed):
    sound = noise((1.5, 0), *parts, (1, -10), seed=seed)
    curve = loudness(sound)
    gain = calm.points(curve)
    if gain is None:
        assert calm.rises(curve.astype(float)).max() <= 10.0
        return
    assert gain.max() <= 0.0
    heard = calmed(sound, gain)
    for shift in (0, 1440, 3360):  # other grids than its own
        assert calm.rises(loudness(heard[shift:]).astype(float)).max() <= 10.0


tenths = st.lists(st.tuples(st.integers(1, 5), st.floats(-70, 12)), min_size=2, max_size=8)


@given(tenths)
@example([(3, -15.8), (2, -49.0), (3, 11.9), (5, -32.5)])
def test_the_gain_comes_back_by_three_decibels_a_second_at_most(parts):
    lengths, levels = zip((50, -60.0), *parts, strict=True)
    power = 10 ** (np.repeat(levels, lengths) / 10)
    momentary = 10 * np.log10(np.convolve(power, np.full(4, 0.25))[: power.size])
    gain = calm.points(momentary.astype(np.float32))
    assert gain is None or np.diff(gain).max() <= 0.3 + 1e-9


@examples(20)
@given(stretches, st.integers(1, 20_000))
def test_any_block_size_gives_the_same_gains(parts, size):
    gain = calm.points(loudness(noise((1, -60), *parts, (1, 5))))
    ones = np.ones((5 * SAMPLE_RATE, 2))
    if gain is not None:
        assert np.abs(calmed(ones, gain, size) - calmed(ones, gain)).max() <= 1e-9


@given(st.lists(st.integers(-7000, 0), max_size=60), st.integers(-20, 40))
def test_no_track_that_calm_touches_is_taken_for_calm(steps, gain):
    momentary = np.array(steps, np.int16)
    if calm.places(calm.points(from_steps(momentary, gain))):
        assert calm.may_touch(momentary, gain)


def test_a_track_that_is_loud_for_a_moment_at_its_very_start_is_not_taken_for_calm():
    momentary = np.array([*[-6000] * 5, *[0] * 3], np.int16)
    assert calm.places(calm.points(from_steps(momentary, 0.0)))
    assert calm.may_touch(momentary, 0.0)


def entry(seconds):
    """A curve that is soft for some seconds, and then is not, for 60 s in all."""
    curve = np.full(600, -60.0, np.float32)
    curve[10 * seconds :] = 0.0
    return curve


def test_what_sounded_before_a_track_is_remembered_for_fifteen_seconds():
    assert calm.points(entry(10), memory=0.0) is None
    late = entry(20)
    assert np.array_equal(calm.points(late, memory=0.0), calm.points(late))


def test_a_track_out_of_silence_counts_from_silence_for_its_first_second():
    curve = entry(0)
    assert calm.points(curve) is None
    gain = calm.points(curve, before=calm.FLOOR)
    assert gain[:13].max() == pytest.approx(-11, abs=0.3)  # windows that reach back to it too
    assert np.diff(gain).max() <= 0.3 + 1e-9


def test_a_curve_under_a_steady_fade_counts_as_it_is_heard():
    curve = loudness(noise((5, -60), (6, 0)))
    under = calm.points(curve, swell=np.full(curve.size, 10 ** (-6 / 10)))
    assert np.allclose(under, calm.points(curve - 6.0), atol=0.05)


def test_a_steady_track_is_taken_for_calm_at_once():
    assert not calm.may_touch(np.full(2000, -2000, np.int16), 0.0)
    assert not calm.may_touch(np.zeros(0, np.int16), 0.0)


def test_between_points_the_mean_power_is_that_of_a_line_in_decibels():
    gain = np.array([0.0, -6.0, -6.0, -1.5])
    fine = [np.linspace(*ends, 10_001) for ends in pairwise(gain)]
    means = [np.mean(10.0 ** (stretch / 10.0)) for stretch in fine]
    assert np.allclose(calm.passing(gain), means, rtol=1e-3)
