from __future__ import annotations

import numpy as np
import pytest

from soundscape import synth
from soundscape.synth.machinery.droplets import patter, plinks

RATE = 48_000


def _band(sound: synth.Block, low: int, high: int) -> float:
    """Return the power between two frequencies (Hz), in dB."""
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    return float(
        10.0 * np.log10(power[low * len(sound) // RATE : high * len(sound) // RATE].mean())
    )


def test_it_is_soft_neither_rumbling_nor_hissing() -> None:
    sound = synth.create("rain", {}, 1).render(0, 20 * RATE)
    body = _band(sound, 200, 800)
    assert _band(sound, 10, 40) < body - 20.0
    assert _band(sound, 2000, 4000) < body - 3.0
    assert _band(sound, 8000, 12_000) < body - 20.0


def test_nothing_reaches_the_edge_of_the_band() -> None:
    sound = synth.create("rain", {"brightness": 1.0}, 1).render(0, 20 * RATE)
    assert _band(sound, 22_500, 24_000) < _band(sound, 200, 800) - 80.0


def test_no_step_where_frames_meet() -> None:
    sound = synth.create("rain", {}, 4).render(0, 400 * 4096).astype(np.float64)
    steps = np.abs(np.diff(sound, axis=0))
    meetings = steps[4095::4096]
    assert meetings.mean() == pytest.approx(steps.mean(), rel=0.15)
    others = steps[np.arange(len(steps)) % 4096 != 4095]
    assert meetings.max() <= others.max()


def test_brightness_moves_the_spectrum_up() -> None:
    tilts = []
    for brightness in (0.0, 0.5, 1.0):
        sound = synth.create("rain", {"brightness": brightness}, 1).render(0, 10 * RATE)
        tilts.append(_band(sound, 4000, 8000) - _band(sound, 200, 800))
    assert tilts == sorted(tilts)
    assert tilts[-1] > tilts[0] + 10.0


@pytest.mark.parametrize("shapes", [patter(3, 16, 0.5), plinks(3, 16, 0.5)])
def test_a_drop_begins_and_ends_at_silence_and_has_no_dc(shapes: np.ndarray) -> None:
    peak = np.abs(shapes).max(axis=1)
    assert (np.abs(shapes[:, 0]) < 0.02 * peak).all()
    assert (np.abs(shapes[:, -1]) < 0.001 * peak).all()
    assert (np.abs(shapes.sum(axis=1)) < 1e-3 * peak).all()
