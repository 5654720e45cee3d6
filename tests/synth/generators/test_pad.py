from __future__ import annotations

import functools

import numpy as np
import pytest

from soundscape import synth

RATE = 48_000


def _spectrum(sound: synth.Block) -> np.ndarray:
    window = np.blackman(len(sound))
    return np.asarray(np.abs(np.fft.rfft(sound.mean(axis=1) * window)) / window.sum())


def _peaks(sound: synth.Block) -> np.ndarray:
    """Return the frequencies (Hz) from 130 to 700 that stand out of their surroundings."""
    spectrum = _spectrum(sound)
    hertz = np.arange(len(spectrum)) * RATE / len(sound)
    middle = spectrum[1:-1]
    found = (middle > spectrum[:-2]) & (middle > spectrum[2:]) & (middle > 0.1 * spectrum.max())
    return np.asarray([f for f in hertz[1:-1][found] if 130.0 < f < 700.0])


def test_it_sings_the_tones_of_its_mode() -> None:
    generator = synth.create("pad", {"root": 100.0, "mode": "fifths", "brightness": 0.0}, 1)
    fits = np.log2([1.0, 3 / 2, 9 / 8])
    peaks = _peaks(generator.render(15 * RATE, 4 * RATE))
    assert len(peaks) >= 3
    for peak in peaks:
        away = np.abs((np.log2(peak / 100.0) - fits + 0.5) % 1.0 - 0.5)
        assert away.min() < 0.02


def test_chords_change() -> None:
    generator = synth.create("pad", {"mode": "minor", "motion": 1.0}, 1)
    powers = [_spectrum(generator.render(k * 8 * RATE + 7 * RATE, RATE))[100:700] for k in range(6)]
    alike = np.corrcoef(powers)
    assert alike[np.triu_indices(6, 1)].min() < 0.8


def test_no_attack_is_shorter_than_seconds() -> None:
    """At its fastest no band rises by more than 10 dB in half a second, both sides together."""
    sound = synth.create("pad", {"motion": 1.0, "density": 1.0}, 2).render(0, 60 * RATE)
    frames = sound.T.reshape(2, -1, RATE // 2)
    power = (np.abs(np.fft.rfft(frames * np.hanning(RATE // 2))) ** 2).sum(axis=0)
    bands = power[:, 50:350].reshape(len(power), 6, 50).sum(axis=2)
    level = 10.0 * np.log10(np.maximum(bands, bands.max() * 0.03))
    assert np.diff(level, axis=0).max() < 10.0


@pytest.mark.parametrize("key", ["root", "mode", "intensity", "density", "motion"])
def test_each_parameter_makes_another_piece(key: str) -> None:
    other = {"root": "A2", "mode": "minor", "intensity": 1.0, "density": 1.0, "motion": 1.0}[key]
    changed = synth.create("pad", {key: other}, 1).render(0, 10 * RATE)
    assert np.abs(_plain() - changed).max() > 0.02


@functools.cache
def _plain() -> synth.Block:
    return synth.create("pad", {}, 1).render(0, 10 * RATE)
