from __future__ import annotations

import numpy as np
import pytest

from soundscape import synth

RATE = 48_000


def _slope(colour: str) -> float:
    """Return by how many dB an octave the power falls, from 100 Hz to 6.4 kHz."""
    sound = synth.create("noise", {"colour": colour, "motion": 0.0}, 1).render(0, 20 * RATE)
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    octaves = [power[20 * low : 40 * low].mean() for low in 100 * 2 ** np.arange(6)]
    return float(-np.polyfit(np.arange(6), 10.0 * np.log10(octaves), 1)[0])


@pytest.mark.parametrize(("colour", "decibels"), [("white", 0.0), ("pink", 3.01), ("brown", 6.02)])
def test_a_colour_falls_by_its_decibels_an_octave(colour: str, decibels: float) -> None:
    assert _slope(colour) == pytest.approx(decibels, abs=0.25)


def test_grey_is_white_after_the_a_weighting() -> None:
    """So it has most where the ear hears least: 19.1 dB at 100 Hz (IEC 61672-1, table 3)."""
    sound = synth.create("noise", {"colour": "grey", "motion": 0.0}, 1).render(0, 40 * RATE)
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    low, middle = power[40 * 95 : 40 * 105].mean(), power[40 * 950 : 40 * 1050].mean()
    assert 10.0 * np.log10(low / middle) == pytest.approx(19.1, abs=1.0)


def test_nothing_sounds_at_the_edges_of_the_band() -> None:
    sound = synth.create("noise", {"colour": "white"}, 1).render(0, 20 * RATE)
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    body = power[20 * 200 : 20 * 800].mean()
    assert power[: 20 * 8].mean() < body * 1e-2
    assert power[20 * 23_000 :].mean() < body * 1e-4


def test_without_motion_it_is_still() -> None:
    sound = synth.create("noise", {"motion": 0.0}, 1).render(0, 20 * RATE)
    power = np.square(sound, dtype=np.float64).sum(axis=1).reshape(20, -1).mean(axis=1)
    assert np.ptp(10.0 * np.log10(power)) < 2.0


def test_intensity_puts_a_body_under_the_colour() -> None:
    tilts = []
    for intensity in (0.0, 1.0):
        sound = synth.create("noise", {"intensity": intensity, "motion": 0.0}, 1)
        power = np.abs(np.fft.rfft(sound.render(0, 20 * RATE)[:, 0])) ** 2
        low, high = power[20 * 60 : 20 * 120].mean(), power[20 * 1000 : 20 * 2000].mean()
        tilts.append(10.0 * np.log10(low / high))
    assert tilts[1] - tilts[0] == pytest.approx(6.0, abs=1.0)
