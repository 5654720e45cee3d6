import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.dsp.fade import Fade, curve

SHAPES = ("equal-power", "equal-gain", "square")
shapes = st.sampled_from(SHAPES)
lengths = st.integers(1, 2_000_000)


def whole(fade: Fade, first: int, count: int) -> np.ndarray:
    gains = fade.gains(first, count)
    return np.full(count, gains) if isinstance(gains, float) else gains


@pytest.mark.parametrize("shape", SHAPES)
def test_a_fade_in_begins_at_exact_silence_and_ends_at_exactly_one(shape):
    fade = Fade(100, 48, shape, rising=True)
    assert fade.gain(100) == 0.0
    assert fade.gain(148) == 1.0
    assert fade.gain(0) == 0.0
    assert fade.gain(10_000) == 1.0


@pytest.mark.parametrize("shape", SHAPES)
def test_a_fade_out_ends_at_exact_silence(shape):
    fade = Fade(0, 480, shape, rising=False)
    assert fade.gain(0) == 1.0
    assert fade.gain(480) == 0.0


def test_an_equal_power_pair_keeps_the_power_at_every_frame():
    rising, falling = (Fade(7, 960_000, "equal-power", rising=r) for r in (True, False))
    power = whole(rising, 0, 970_000) ** 2 + whole(falling, 0, 970_000) ** 2
    assert np.abs(power - 1.0).max() < 1e-12


def test_an_equal_gain_pair_keeps_the_amplitude_at_every_frame():
    rising, falling = (Fade(0, 1000, "equal-gain", rising=r) for r in (True, False))
    assert np.abs(whole(rising, 0, 1000) + whole(falling, 0, 1000) - 1.0).max() < 1e-12


def test_the_curves_are_sine_line_and_square():
    half = np.array([0.5])
    assert curve(half, "equal-power")[0] == pytest.approx(np.sqrt(0.5))
    assert curve(half, "equal-gain")[0] == 0.5
    assert curve(half, "square")[0] == 0.25


@given(shapes, st.booleans(), lengths, st.integers(-1000, 3_000_000), st.integers(1, 5000))
def test_a_fade_is_the_same_however_it_is_cut_into_blocks(shape, rising, length, first, cut):
    fade = Fade(0, length, shape, rising=rising)
    at_once = whole(fade, first, 2 * cut)
    in_two = np.concatenate([whole(fade, first, cut), whole(fade, first + cut, cut)])
    assert np.array_equal(at_once, in_two)


@given(shapes, st.booleans(), st.integers(2, 100_000))
def test_a_fade_never_turns_back(shape, rising, length):
    steps = np.diff(whole(Fade(0, length, shape, rising=rising), 0, length + 1))
    assert (steps >= 0).all() if rising else (steps <= 0).all()


@pytest.mark.parametrize("shape", ["equal-power", "equal-gain", "square"])
@pytest.mark.parametrize("rising", [True, False])
def test_a_fade_sampled_here_and_there_has_the_gains_of_its_frames(shape, rising) -> None:
    fade = Fade(100, 1000, shape, rising=rising)
    at = np.array([0, 99, 100, 101, 600, 1099, 1100, 5000])
    assert fade.sampled(at).tolist() == [fade.gain(int(frame)) for frame in at]
