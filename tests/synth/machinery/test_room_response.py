from __future__ import annotations

import numpy as np
import pytest

from soundscape.synth.machinery.room_response import PART, Response

RATE = 48_000


def sound(response: Response) -> np.ndarray:
    parts = [np.fft.irfft(response.part(n))[:, :PART] for n in range(response.parts)]
    return np.concatenate(parts, axis=1)


def decay(left: np.ndarray, around: float) -> float:
    """Return the seconds to −60 dB around a frequency, from the slope of −5 to −15 dB."""
    hertz = np.fft.rfftfreq(len(left), 1 / RATE)
    band = np.exp(-((np.log2(np.maximum(hertz, 1.0) / around) / 0.4) ** 2))  # it hardly rings
    energy = np.cumsum(np.fft.irfft(np.fft.rfft(left) * band)[::-1] ** 2)[::-1]
    level = 10.0 * np.log10(np.maximum(energy / energy[0], 1e-12))
    return 6.0 * float(np.argmax(level < -15.0) - np.argmax(level < -5.0)) / RATE


@pytest.mark.parametrize(
    ("space", "seconds"), [(0.1, 0.65), (0.25, 0.95), (0.5, 1.8), (0.75, 3.4), (1.0, 6.5)]
)
def test_a_larger_space_rings_longer_up_to_a_cathedral(space: float, seconds: float) -> None:
    assert decay(sound(Response(space, 0.8))[0], 250.0) == pytest.approx(seconds, rel=0.2)


def test_the_high_dies_away_faster_than_the_deep() -> None:
    left = sound(Response(0.8, 0.8))[0]
    assert decay(left, 6000.0) < 0.6 * decay(left, 250.0)


@pytest.mark.parametrize("space", [0.4, 1.0])
def test_its_energy_is_one_in_the_octaves_that_carry_sound(space: float) -> None:
    left = sound(Response(space, 0.8))[0]
    spectrum = np.abs(np.fft.rfft(left)) ** 2
    hertz = np.fft.rfftfreq(len(left), 1 / RATE)
    for low in (125, 250, 500, 1000, 2000):
        octave = spectrum[(hertz >= low) & (hertz < 2 * low)]
        assert octave.mean() == pytest.approx(1.0, abs=0.3)


def test_without_width_the_sides_are_one_and_with_it_they_differ_but_for_the_deep() -> None:
    left, right = sound(Response(0.5, 0.0))
    assert np.array_equal(left, right)
    left, right = sound(Response(0.5, 1.0))
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.3


def test_the_shares_of_its_parts_add_up_to_one() -> None:
    assert Response(0.9, 0.5).energy.sum() == pytest.approx(1.0)
