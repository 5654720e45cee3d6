"""The choir and the strings."""

from __future__ import annotations

import numpy as np
import pytest

from soundscape import synth

RATE = 48_000
NAMES = ["choir", "strings"]


def _power(sound: synth.Block) -> np.ndarray:
    """Return the power in each tenth of a hertz."""
    return np.asarray(np.abs(np.fft.rfft(sound[:, 0] * np.blackman(len(sound)))) ** 2)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_sounds_above_the_highest_harmonic(name: str) -> None:
    params = {"brightness": 1.0, "intensity": 1.0, "root": "C5"}
    power = _power(synth.create(name, params, 1).render(0, 10 * RATE))
    assert power[10 * 8000 :].max() < 1e-8 * power.max()


@pytest.mark.parametrize("name", NAMES)
def test_brightness_moves_the_spectrum_up(name: str) -> None:
    centroids = []
    for brightness in (0.0, 0.5, 1.0):
        power = _power(synth.create(name, {"brightness": brightness}, 1).render(0, 10 * RATE))
        centroids.append(float(power @ np.arange(len(power)) / power.sum()))
    assert centroids == sorted(centroids)
    assert centroids[-1] > 1.2 * centroids[0]


@pytest.mark.parametrize("name", NAMES)
def test_breath_and_bows_are_heard_faintly_even_where_the_tones_are_dark(name: str) -> None:
    power = _power(synth.create(name, {"brightness": 0.0}, 1).render(0, 10 * RATE))
    high = 10.0 * np.log10(power[10 * 3000 :].sum() / power.sum())
    assert -44.0 < high < -25.0


@pytest.mark.parametrize("name", NAMES)
def test_no_step_where_hops_meet(name: str) -> None:
    sound = synth.create(name, {}, 4).render(0, 100 * 4096).astype(np.float64)
    bends = np.abs(np.diff(sound, 2, axis=0))
    others = bends[np.arange(len(bends)) % 4096 != 4094]
    assert bends[4094::4096].max() <= others.max()
    assert bends[4094::4096].mean() == pytest.approx(bends.mean(), rel=0.3)
