from __future__ import annotations

import numpy as np
import pytest

from soundscape import synth

RATE = 48_000


def _spectrum(sound: synth.Block) -> np.ndarray:
    window = np.blackman(len(sound))
    return np.abs(np.fft.rfft(sound.mean(axis=1) * window)) / window.sum()


def test_the_root_and_its_octaves_sound_at_their_pitch() -> None:
    sound = synth.create("drone", {"root": 100.0, "density": 0.0}, 1).render(0, 4 * RATE)
    spectrum = _spectrum(sound)
    for hertz in (100, 200):
        near = spectrum[4 * hertz - 60 : 4 * hertz + 61]
        assert abs(int(near.argmax()) - 60) <= 2  # within half a hertz
        assert near.max() > 10.0 * np.median(near)


def test_nothing_sounds_above_seven_kilohertz_at_any_moment() -> None:
    """So there is no click either: a click is heard at every pitch."""
    params = {"brightness": 1.0, "intensity": 1.0, "density": 1.0, "motion": 1.0}
    sound = synth.create("drone", params, 3).render(12_345, 20 * RATE)
    moments = np.lib.stride_tricks.sliding_window_view(sound[:, 0], 2048)[::512]
    spectra = np.abs(np.fft.rfft(moments * np.blackman(2048))) / 860.0
    assert spectra[:, 7000 * 2048 // RATE :].max() < 10.0 ** (-100.0 / 20.0)


def test_brightness_moves_the_spectrum_up() -> None:
    centroids = []
    for brightness in (0.0, 0.5, 1.0):
        generator = synth.create("drone", {"brightness": brightness}, 1)
        power = _spectrum(generator.render(0, 30 * RATE)) ** 2
        centroids.append(float(power @ np.arange(len(power)) / 30.0 / power.sum()))
    assert centroids == sorted(centroids)
    assert centroids[-1] > 1.3 * centroids[0]


@pytest.mark.parametrize("key", ["root", "mode", "intensity", "density", "motion"])
def test_each_parameter_makes_another_piece(key: str) -> None:
    other = {"root": "A2", "mode": "minor", "intensity": 1.0, "density": 1.0, "motion": 1.0}[key]
    plain, changed = (synth.create("drone", p, 1).render(0, 30 * RATE) for p in ({}, {key: other}))
    assert np.abs(plain - changed).max() > 0.02


def test_its_tones_come_and_go() -> None:
    generator = synth.create("drone", {"mode": "major"}, 1)
    powers = [_spectrum(generator.render(k * 30 * RATE, RATE)) ** 2 for k in range(6)]
    loudest = np.array([power[100:700] for power in powers])
    alike = np.corrcoef(loudest)
    assert alike[np.triu_indices(6, 1)].min() < 0.8
