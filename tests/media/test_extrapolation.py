"""Cutting, ramping and continuing frames in their own formats."""

from __future__ import annotations

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from sounds import tone, white

from soundscape.media.extrapolation import continued, cut, frame_of, ramped, samples_of, silence

FORMATS = ["u8", "s16", "s32", "flt", "dbl", "u8p", "s16p", "s32p", "fltp", "dblp"]


def frame(form: str, samples: NDArray[np.float64]) -> av.AudioFrame:
    like = av.AudioFrame(format=form, layout="stereo", samples=1)
    like.sample_rate = 48_000
    return frame_of(samples, like)


@pytest.mark.parametrize("form", FORMATS)
def test_samples_survive_going_into_a_frame_and_out(form: str) -> None:
    samples = np.array([[0, 1], [-100, 100], [7, -8]], dtype=np.float64)
    made = frame(form, samples)
    assert made.format.name == form
    assert made.sample_rate == 48_000
    assert np.array_equal(samples_of(made), samples)


@pytest.mark.parametrize("form", FORMATS)
def test_silence_is_zero_in_every_format(form: str) -> None:
    made = silence(100, frame(form, np.ones((1, 2))))
    assert made.samples == 100
    assert not samples_of(made).any()


@pytest.mark.parametrize("form", FORMATS)
def test_a_cut_gives_the_samples_between(form: str) -> None:
    samples = np.arange(40, dtype=np.float64).reshape(-1, 2)
    assert np.array_equal(samples_of(cut(frame(form, samples), 3, 9)), samples[3:9])


def test_too_big_for_the_format_is_clipped() -> None:
    assert samples_of(frame("s16", np.array([[1e9, -1e9]]))).tolist() == [[32767, -32768]]


@pytest.mark.parametrize("rising", [True, False])
def test_a_ramp_meets_silence_and_leaves_the_rest(rising: bool) -> None:
    got = samples_of(ramped(frame("flt", np.ones((1000, 2))), rising=rising))
    got = got if rising else got[::-1]
    assert got[0, 0] < 1e-4
    assert (np.diff(got[:240, 0]) > 0).all()
    assert (got[240:] == 1).all()


def test_a_ramp_fits_into_a_frame_shorter_than_itself() -> None:
    assert samples_of(ramped(frame("flt", np.ones((3, 2))), rising=False))[-1, 0] < 0.1


@pytest.mark.parametrize("hz", [30.0, 441.0, 5000.0])
def test_a_sine_goes_on_as_it_was(hz: float) -> None:
    sine = tone(0.1, 44_100, hz).astype(np.float64)
    assert np.abs(continued(sine[:2000], 100) - sine[2000:2100]).max() < 1e-3


def test_noise_goes_on_within_its_bounds() -> None:
    for seed in range(20):
        noise = white(0.1, seed=seed).astype(np.float64)
        assert np.abs(continued(noise, 500)).max() <= np.abs(noise).max()


def test_silence_goes_on_as_silence() -> None:
    assert not continued(np.zeros((1000, 2)), 50).any()


@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_little_is_continued_too(count: int) -> None:
    assert continued(np.full((count, 2), 0.5), 10) == pytest.approx(np.full((10, 2), 0.5), abs=0.01)
