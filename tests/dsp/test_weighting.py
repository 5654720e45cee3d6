from __future__ import annotations

import numpy as np
import pytest

from soundscape.dsp.weighting import (
    KWeighting,
    from_steps,
    in_steps,
    k_power,
    power_at,
    trailing_mean,
)

# BS.1770-5, tables 1 and 2: the coefficients at 48 kHz, b0 to b2 and a1, a2.
SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (-1.69065929318241, 0.73248077421585),
)
HIGH_PASS = (1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)


def filtered(sound: np.ndarray, section: tuple[tuple[float, ...], tuple[float, ...]]) -> np.ndarray:
    """A biquad by its difference equation, frame by frame."""
    (b0, b1, b2), (a1, a2) = section
    x, y = np.zeros((len(sound) + 2, 2)), np.zeros((len(sound) + 2, 2))
    x[2:] = sound
    for n in range(2, len(x)):
        y[n] = b0 * x[n] + b1 * x[n - 1] + b2 * x[n - 2] - a1 * y[n - 1] - a2 * y[n - 2]
    return y[2:]


def test_a_full_scale_sine_at_997_hz_in_one_channel_is_minus_3_01_lufs() -> None:
    # BS.1770-4, the note below equation 2.
    power = 0.5 * float(k_power(np.array([997.0]))[0])
    assert power == pytest.approx(power_at(-3.01), rel=0.002)


@pytest.mark.parametrize("block", [64, 192, 1536])
def test_a_stream_is_filtered_as_the_standard_writes_it_whatever_the_blocks(block: int) -> None:
    sound = np.random.default_rng(1).normal(0.0, 0.3, (1536, 2)).astype(np.float32)
    sound[700:] = 0.0  # what rings on then comes from the state alone
    weighting = KWeighting()
    blocks = [weighting.apply(sound[at : at + block]) for at in range(0, len(sound), block)]
    wanted = filtered(filtered(sound.astype(np.float64), SHELF), HIGH_PASS)
    np.testing.assert_allclose(np.concatenate(blocks), wanted, rtol=0, atol=1e-9)


def test_silence_ends_in_zeros_not_in_slow_denormal_numbers() -> None:
    weighting = KWeighting()
    weighting.apply(np.ones((64, 2), np.float32))
    for _ in range(200):
        weighting.apply(np.zeros((1536, 2), np.float32))
    assert not weighting.apply(np.zeros((1536, 2), np.float32)).any()


def test_loudness_is_kept_in_hundredths() -> None:
    loudness = np.array([-23.004, -23.006, 0.0, 5.5, -400.0, 400.0], np.float32)
    steps = in_steps(loudness)
    assert steps.dtype == np.int16
    assert steps.tolist() == [-2300, -2301, 0, 550, -32768, 32767]
    back = from_steps(steps[:4])
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, [-23.0, -23.01, 0.0, 5.5], atol=1e-5)
    np.testing.assert_allclose(from_steps(steps[:4], -3.0), [-26.0, -26.01, -3.0, 2.5], atol=1e-5)


@pytest.mark.parametrize("count", [1, 3, 9])
def test_a_trailing_mean_is_of_the_last_values_and_silence_before_them(count: int) -> None:
    power = np.random.default_rng(2).uniform(0.0, 1.0, 6)
    wanted = [power[max(0, last - count) : last].sum() / count for last in range(1, 7)]
    np.testing.assert_allclose(trailing_mean(power, count), wanted, rtol=1e-12)
