from __future__ import annotations

import numpy as np

from soundscape import synth

RATE = 48_000


def _power(params: dict[str, float], seconds: int = 40) -> np.ndarray:
    """Return the power of each second in each Hz, shape (seconds, 24 001)."""
    sound = synth.create("wind", params, 1).render(0, seconds * RATE)[:, 0]
    return np.asarray(np.abs(np.fft.rfft(sound.reshape(seconds, -1))) ** 2)


def _decibels(power: np.ndarray) -> np.ndarray:
    return np.asarray(10.0 * np.log10(power))


def test_gusts_go_further_with_motion() -> None:
    still, moving = (_decibels(_power({"motion": m}, 90).sum(axis=1)) for m in (0.0, 1.0))
    assert moving.std() > 1.5 * still.std()


def test_brightness_brings_leaves() -> None:
    tilts = []
    for brightness in (0.0, 0.5, 1.0):
        mean = _power({"brightness": brightness}).mean(axis=0)
        tilts.append(float(_decibels(mean[3000:8000].mean() / mean[200:800].mean())))
    assert tilts == sorted(tilts)
    assert tilts[-1] > tilts[0] + 8.0


def test_density_makes_it_sing_in_bands_and_never_whistle() -> None:
    ripple = []
    for density in (0.0, 1.0):
        mean = _power({"density": density, "motion": 0.0}).mean(axis=0)[150:1200]
        around = np.convolve(mean, np.ones(25) / 25.0, "valid")
        ripple.append(float(np.abs(np.diff(_decibels(around[::25]))).mean()))
        assert (mean[12:-12] / around).max() < 3.0  # no hertz stands out of those beside it
    assert ripple[1] > ripple[0]
