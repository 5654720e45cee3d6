import numpy as np
import pytest
from ebu import TRUE_PEAKS, peak_burst, peak_tone
from hypothesis import given
from hypothesis import strategies as st
from properties import examples
from truepeak import annex_2_peak

from soundscape.dsp.limiter import APART, LATENCY, Limiter, true_peaks
from soundscape.units import SAMPLE_RATE, db_to_gain

CEILING = db_to_gain(-1.0)


def stereo(sound):
    return np.stack([sound, 0.5 * sound], axis=1).astype(np.float32)


def tone(hertz, amplitude, seconds=1.0, phase=0.0):
    t = np.arange(int(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    edge = np.minimum(1.0, np.minimum(t, t[::-1]) / 0.05)
    return stereo(amplitude * edge * np.sin(2 * np.pi * hertz * t + phase))


def limited(sound, size=1024):
    limiter = Limiter()
    padded = np.concatenate([sound, np.zeros((LATENCY, 2), np.float32)])
    first = size + LATENCY
    parts = [limiter.push(padded[:first])]
    parts += [limiter.push(padded[at : at + size]) for at in range(first, len(padded), size)]
    return np.concatenate(parts), limiter


def true_peak(sound):
    return max(np.abs(sound).max(), true_peaks(np.pad(sound, ((40, 40), (0, 0)))).max())


@pytest.mark.parametrize("hertz", [30, 440, 997, 6000, 12_000])
def test_no_true_peak_passes_the_ceiling(hertz):
    out, limiter = limited(tone(hertz, 2.5, phase=0.7))
    assert true_peak(out) <= CEILING
    assert len(limiter.take_onsets()) == 1
    assert limiter.deepest_db == pytest.approx(9.1, abs=0.3)


def test_a_peak_between_samples_is_seen():
    between = tone(12_000, 1.2, phase=np.pi / 4)  # samples at 0.85, peaks at 1.2
    assert np.abs(between).max() < CEILING < true_peak(between)
    assert true_peak(limited(between)[0]) <= CEILING


@pytest.mark.parametrize("case", [*TRUE_PEAKS, 20, 21, 22, 23])
def test_true_peaks_are_detected_as_the_standard_says(case):
    sound = peak_tone(case) if case in TRUE_PEAKS else peak_burst(case)
    expected = TRUE_PEAKS[case][-1] if case in TRUE_PEAKS else 0.0
    found = 20 * np.log10(true_peak(sound))
    assert expected - 0.3 <= found <= expected + 0.2


@pytest.mark.parametrize("over_db", [3, 10, 20])
def test_white_noise_far_over_the_ceiling_is_held(over_db):
    noise = np.random.default_rng(over_db).standard_normal((2 * SAMPLE_RATE, 2))
    loud = noise / np.abs(noise).max() * CEILING * db_to_gain(over_db)
    out, _ = limited(loud.astype(np.float32))
    assert annex_2_peak(out) <= CEILING
    assert true_peak(out) <= CEILING


def test_what_stays_under_the_ceiling_passes_bit_for_bit():
    sound = tone(997, 0.85)
    out, limiter = limited(sound)
    assert np.array_equal(out, sound)
    assert (limiter.take_onsets(), limiter.deepest_db) == ([], 0.0)


def test_some_time_after_a_peak_the_sound_passes_bit_for_bit_again():
    sound = tone(220, 0.3, seconds=6)
    sound[20_000] = 1.5
    out, _ = limited(sound)
    assert not np.array_equal(out[20_000:21_000], sound[20_000:21_000])
    assert np.array_equal(out[:19_000], sound[:19_000])
    assert np.array_equal(out[5 * SAMPLE_RATE :], sound[5 * SAMPLE_RATE :])


def test_a_peak_in_the_very_first_frame_is_held_too():
    sound = tone(220, 0.3)
    sound[0] = 2.0
    assert true_peak(limited(sound)[0]) <= CEILING


def test_both_channels_get_the_same_gain():
    out, _ = limited(tone(440, 2.0))
    assert np.allclose(out[:, 1], 0.5 * out[:, 0], rtol=0, atol=1e-6)


def test_the_gain_moves_without_a_step():
    sound = tone(220, 0.3, seconds=2)
    sound[40_000] = 4.0
    out, _ = limited(sound)
    heard = np.abs(sound[:, 0]) > 0.01
    heard[40_000] = False
    gain = out[heard, 0] / sound[heard, 0]
    assert np.abs(np.diff(gain)).max() < 0.05  # 13 dB within 2.5 ms


def test_a_bass_tone_far_over_the_ceiling_is_not_distorted():
    """A gain that moves within a period would bend it; `HOLD` is longer than half of one."""
    out, _ = limited(tone(40, 2.5, seconds=3))
    steady = out[SAMPLE_RATE : 2 * SAMPLE_RATE, 0].astype(float)
    power = np.abs(np.fft.rfft(steady * np.hanning(len(steady)))) ** 2
    own = power[38:43].sum()
    assert 10 * np.log10((power.sum() - own) / own) < -60.0


def test_after_a_peak_the_reduction_is_held_and_then_falls_to_a_tenth_in_seven_tenths_of_a_second():
    sound = np.full((3 * SAMPLE_RATE, 2), 0.1, np.float32)
    sound[SAMPLE_RATE] = 3.5
    out, _ = limited(sound)
    reduction = -20 * np.log10(out[:, 0] / sound[:, 0])
    at = SAMPLE_RATE
    deepest = reduction[at]
    assert deepest == pytest.approx(12.03, abs=0.2)
    assert reduction[at + 1000] == pytest.approx(deepest, abs=0.01)  # 21 ms
    assert reduction[at + 1200 + 14_400] == pytest.approx(deepest / np.e, rel=0.03)
    assert reduction[at + 1200 + 33_157] == pytest.approx(deepest / 10, rel=0.03)


def test_every_occurrence_is_counted_once_with_its_frame():
    sound = tone(220, 0.3, seconds=4)
    for frame in (30_000, 30_500, 30_000 + 2 * APART, 30_000 + 5 * APART):
        sound[frame] = 1.2
    _, limiter = limited(sound)
    onsets = limiter.take_onsets()
    assert all(
        0 <= at - frame <= LATENCY
        for at, frame in zip(onsets, (30_000, 78_000, 150_000), strict=True)
    )
    assert limiter.take_onsets() == []


def test_what_is_no_number_does_not_silence_what_comes_after():
    sound = tone(220, 0.3, seconds=8)
    sound[10_000] = np.nan
    sound[20_000] = np.inf
    out, _ = limited(sound)
    assert np.array_equal(out[-1000:], sound[-1000:])


@examples(25)
@given(
    st.integers(0, 1000),
    st.floats(0.1, 6.0),
    st.sampled_from([1, 7, 64, 100, 1000, 4096]),
    st.integers(0, 400),
)
def test_any_sound_is_held_and_is_the_same_for_every_block_size(seed, loud, size, spikes):
    rng = np.random.default_rng(seed)
    count = 9000 if size > 10 else 1500
    sound = np.convolve(rng.normal(size=count), np.hanning(9) / 4, "same") * loud * 0.2
    sound[rng.integers(0, count, spikes % 7)] += loud
    out, limiter = limited(stereo(sound), size)
    whole, same = limited(stereo(sound), 65_536)
    assert np.allclose(out, whole, rtol=0, atol=1e-6)
    assert limiter.take_onsets() == same.take_onsets()
    assert len(out) == count
    assert np.abs(out).max() <= CEILING
    assert true_peak(out) <= CEILING
    assert annex_2_peak(out) <= CEILING
