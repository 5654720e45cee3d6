from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from soundscape import synth

if TYPE_CHECKING:
    from collections.abc import Callable

RATE = 48_000


def _tone(hertz: float, seconds: float = 30.0) -> synth.Block:
    wave = 0.1 * np.sin(2.0 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def _plucks() -> synth.Block:
    """Plucked strings with silence between them."""
    rng = np.random.default_rng(1)
    sound = np.zeros((40 * RATE, 2), np.float32)
    time = np.arange(RATE) / RATE
    for _ in range(80):
        begin, hertz = int(rng.integers(0, 39 * RATE)), rng.uniform(200.0, 900.0)
        pluck = 0.4 * np.exp(-6.0 * time) * np.sin(2.0 * np.pi * hertz * time)
        sound[begin : begin + RATE] += pluck[:, None] * rng.uniform(0.3, 1.0, 2)
    return sound


def _swells() -> synth.Block:
    rng = np.random.default_rng(2)
    level = 0.2 * np.sin(2.0 * np.pi * np.arange(30 * RATE) / RATE / 7.0) ** 2
    return np.asarray(rng.standard_normal((30 * RATE, 2)) * level[:, None], np.float32)


@pytest.mark.parametrize("recording", [_plucks, _swells, lambda: _tone(220.0)])
@pytest.mark.parametrize("params", [{}, {"motion": 1.0, "density": 0.0}, {"motion": 0.0}])
def test_whatever_is_recorded_it_has_the_nominal_loudness_and_never_startles(
    recording: Callable[[], synth.Block],
    params: dict[str, Any],
    loudness: Callable[[synth.Block], Any],
) -> None:
    grains = synth.create("grains", {**params, "recording": recording()}, 3)
    measured = loudness(grains.render(100 * RATE, 60 * RATE))
    assert measured.integrated == pytest.approx(synth.NOMINAL_LUFS, abs=1.0)
    assert measured.true_peak < -7.0
    heard = np.maximum(measured.momentary[4:], synth.NOMINAL_LUFS - 20.0)
    assert (heard[10:] - heard[:-10]).max() <= 6.0


def test_it_goes_on_for_hours_after_the_recording_is_over_and_is_of_its_tones_alone() -> None:
    sound = synth.create("grains", {"recording": _tone(440.0)}, 3).render(7200 * RATE, 4 * RATE)
    spectrum = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound))))
    assert abs(int(spectrum.argmax()) / 4.0 - 440.0) < 1.0
    assert spectrum[4 * 600 :].max() < 1e-3 * spectrum.max()


def test_a_silent_recording_is_silence() -> None:
    silent = np.zeros((20 * RATE, 2), np.float32)
    assert not synth.create("grains", {"recording": silent}, 3).render(0, RATE).any()


def test_a_short_recording_is_used_too() -> None:
    sound = synth.create("grains", {"recording": _tone(300.0, 5.0)}, 3).render(60 * RATE, RATE)
    assert np.abs(sound).max() > 0.01


def test_what_is_low_in_it_is_on_both_sides() -> None:
    rng = np.random.default_rng(3)
    recording = rng.standard_normal((20 * RATE, 2)).astype(np.float32)
    params = {"recording": recording, "width": 1.0, "intensity": 1.0}
    sound = synth.create("grains", params, 3).render(30 * RATE, 10 * RATE)
    left, right = np.fft.rfft(sound[:, 0]), np.fft.rfft(sound[:, 1])

    def alike(low: int, high: int) -> float:
        one, two = left[10 * low : 10 * high], right[10 * low : 10 * high]
        return float(np.vdot(one, two).real / (np.linalg.norm(one) * np.linalg.norm(two)))

    assert alike(40, 80) > 0.7
    assert abs(alike(500, 2000)) < 0.3
