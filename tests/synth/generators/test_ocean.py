from __future__ import annotations

import functools
import itertools

import numpy as np

from soundscape import synth

RATE = 48_000
BANDS = (60, 400, 2000, 8000)


def _levels(params: dict[str, float], seconds: int) -> np.ndarray:
    """Return the level (dB) of three bands in each half second, shape (3, 2 × seconds)."""
    return _levels_once(tuple(params.items()), seconds)


@functools.cache
def _levels_once(items: tuple[tuple[str, float], ...], seconds: int) -> np.ndarray:
    params = dict(items)
    sound = synth.create("ocean", params, 1).render(0, seconds * RATE)[:, 0]
    power = np.abs(np.fft.rfft(sound.reshape(2 * seconds, -1))) ** 2
    bands = [power[:, a // 2 : b // 2].mean(axis=1) for a, b in itertools.pairwise(BANDS)]
    return np.asarray(10.0 * np.log10(bands))


def test_waves_stand_out_of_the_murmur_and_more_so_with_motion() -> None:
    still, moving = (_levels({"motion": motion}, 120)[1] for motion in (0.0, 1.0))
    assert np.ptp(moving) > 8.0
    assert moving.std() > still.std() + 0.5


def test_the_foam_comes_after_the_deep() -> None:
    low, _, high = _levels({"motion": 1.0}, 300)
    low, high = low - low.mean(), high - high.mean()
    late = [float(low[: -shift or None] @ high[shift:]) for shift in range(12)]
    assert int(np.argmax(late)) >= 1  # half a second or more


def test_density_brings_more_waves() -> None:
    def waves(density: float) -> int:
        level = _levels({"density": density, "motion": 1.0}, 300)[1]
        level = np.convolve(level, np.hanning(7) / np.hanning(7).sum(), "same")
        peaks = (
            (level[1:-1] > level[:-2]) & (level[1:-1] > level[2:]) & (level[1:-1] > level.mean())
        )
        return int(peaks.sum())

    assert waves(1.0) > 1.3 * waves(0.0)


def test_brightness_brings_the_foam_near() -> None:
    tilts = [
        float(np.subtract(*_levels({"brightness": b}, 60).mean(axis=1)[[2, 0]])) for b in (0, 1)
    ]
    assert tilts[1] > tilts[0] + 6.0
