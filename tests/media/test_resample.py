"""The resampler: exact in length and phase, flat where it is heard, clean beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from sounds import tone

from soundscape.media.resample import Resampler, output_frames, per_phase, reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soundscape.mixer.source import Block

RATES = [8000, 11_025, 22_050, 32_000, 44_100, 47_999, 48_000, 88_200, 96_000, 192_000]


def frames(sound: Block, rate: int, size: int) -> Iterator[av.AudioFrame]:
    for start in range(0, len(sound), size):
        part = np.ascontiguousarray(sound[start : start + size]).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(part, "flt", "stereo")
        frame.sample_rate = rate
        yield frame


def resampled(
    sound: Block, rate: int, *, size: int = 1152, skip: int = 0, first: bool = True
) -> Block:
    template = next(frames(sound, rate, size))
    resampler = Resampler(template, skip, first=first, lossy=False)
    return np.concatenate(list(resampler.blocks(frames(sound, rate, size))))


@examples(80)
@given(rate=st.sampled_from(RATES), count=st.integers(1, 30_000), size=st.integers(200, 9000))
def test_the_length_is_a_function_of_the_number_of_samples(
    rate: int, count: int, size: int
) -> None:
    sound = np.full((count, 2), 0.25, np.float32)
    got = resampled(sound, rate, size=size)
    assert len(got) == output_frames(count, rate) == -(-count * 48_000 // rate)
    assert np.allclose(got, 0.25, rtol=0, atol=2e-3)


@pytest.mark.parametrize("rate", RATES)
def test_begun_at_a_whole_phase_it_gives_the_same_frames(rate: int) -> None:
    noise = np.random.default_rng(1).standard_normal((2 * rate, 2)).astype(np.float32) * 0.1
    whole = resampled(noise, rate)
    inputs, outputs = per_phase(rate)
    phases = rate // 2 // inputs or 1
    lead = -(-reach(rate) * 48_000 // rate) + 1
    later = resampled(noise[phases * inputs :], rate, size=500, skip=lead, first=False)
    assert np.array_equal(later, whole[phases * outputs + lead :])


@pytest.mark.parametrize("rate", [22_050, 44_100, 88_200, 96_000, 192_000])
def test_what_is_heard_passes_flat_and_in_place(rate: int) -> None:
    for hz in (20, 1000, 7000, 10_000, 15_000, 19_000):
        if hz > 0.45 * rate:
            break
        got = resampled(tone(0.5, rate, hz), rate)
        error = got - tone(0.5, 48_000, hz)
        # 0.05 dB is an error of 0.6 %; the ends are within it too, by linear prediction.
        assert np.abs(error[2000:-2000]).max() < 0.5 * 0.006


@pytest.mark.parametrize(("rate", "hz"), [(44_100, 19_500), (96_000, 27_000), (96_000, 40_000)])
def test_images_and_aliases_stay_below_90_db(rate: int, hz: int) -> None:
    got = resampled(tone(1.0, rate, hz), rate)[4000:-4000, 0].astype(np.float64)
    window = np.kaiser(len(got), 22)
    level = np.abs(np.fft.rfft(got * window)) * 2 / window.sum()
    away = np.abs(np.fft.rfftfreq(len(got), 1 / 48_000) - hz) > 30
    assert 20 * np.log10(level[away].max() / 0.5) < -90


def test_a_frame_of_another_format_is_refused() -> None:
    sound = tone(0.5)
    several = [*frames(sound, 44_100, 1000), *frames(sound, 22_050, 1000)]
    resampler = Resampler(several[0], 0, first=True, lossy=False)
    made = sum(len(block) for block in resampler.blocks(iter(several)))
    assert made == output_frames(len(sound), 44_100)
    assert resampler.refused is several[24]
