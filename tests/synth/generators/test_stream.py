from __future__ import annotations

import numpy as np

from soundscape import synth

RATE = 48_000


def _power(params: dict[str, float], seconds: int = 20) -> np.ndarray:
    """Return the power in each tenth of a second and each 10 Hz."""
    sound = synth.create("stream", params, 1).render(0, seconds * RATE)[:, 0]
    return np.asarray(
        np.abs(np.fft.rfft(sound.reshape(10 * seconds, -1) * np.blackman(RATE // 10))) ** 2
    )


def test_it_neither_rumbles_nor_hisses() -> None:
    mean = _power({}).mean(axis=0)
    body = mean[30:120].mean()
    assert mean[1:4].mean() < 0.01 * body
    assert mean[1000:1600].mean() < 0.01 * body
    assert mean[2300:].mean() < 1e-8 * body


def test_density_makes_it_babble() -> None:
    """Bubbles are tones: they stand out of the bins beside them."""
    unevenness = []
    for density in (0.0, 1.0):
        bins = np.log(_power({"density": density, "intensity": 0.0})[:, 80:200])
        unevenness.append(float(bins.mean(axis=1).std()))
    assert unevenness[1] > 1.1 * unevenness[0]


def test_brightness_moves_the_spectrum_up() -> None:
    centroids = []
    for brightness in (0.0, 0.5, 1.0):
        mean = _power({"brightness": brightness}).mean(axis=0)
        centroids.append(float(mean @ np.arange(len(mean)) / mean.sum()))
    assert centroids == sorted(centroids)
    assert centroids[-1] > 1.2 * centroids[0]


def test_more_water_is_deeper() -> None:
    shares = []
    for intensity in (0.0, 1.0):
        mean = _power({"intensity": intensity}).mean(axis=0)
        shares.append(float(mean[10:30].sum() / mean.sum()))
    assert shares[1] > 1.2 * shares[0]
