"""Fades and joins by their figures: the short forms of two benchmarks, and what these can hear.

They read `render`; that the live session gives the same frames is another test's matter.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

pytestmark = pytest.mark.peer

ROOT = Path(__file__).parents[2]
RATE = 48_000


def _benchmark(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT)
    return importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def fades(monkeypatch):
    return _benchmark("fade_quality", monkeypatch)


@pytest.fixture
def joins(monkeypatch):
    return _benchmark("gapless", monkeypatch)


def test_fades_follow_their_curves_down_to_minus_90_db(fades, tmp_path):
    heard = fades.measuring.heard_offline(fades.tones_library(tmp_path))
    for name, found in fades.tone_qualities(heard).items():
        assert found.deviation <= 0.01, name
        assert found.stairs == 0, name
        assert abs(found.splatter - found.ideal_splatter) <= 0.1, name


def test_a_crossfade_of_unlike_sounds_keeps_its_power(fades, tmp_path):
    heard = fades.measuring.heard_offline(fades.noises_library(tmp_path))
    assert fades.dip(heard, 20 * RATE, 40 * RATE) <= 0.15


@pytest.mark.parametrize("kind", ["FLAC", "MP3"])
def test_no_frame_is_lost_or_added_where_tracks_join(joins, tmp_path, kind):
    seconds = 4
    heard = joins.measuring.heard_offline(joins.cut_sine(tmp_path, kind, seconds))
    found = joins.join(heard, seconds)
    assert abs(found.added) < 0.05
    assert found.roughness < 4.0


def test_the_measures_hear_a_fade_in_128_stairs(fades):
    source = fades.material(30)
    gain = np.clip(np.arange(len(source), 0, -1) / (20 * RATE), 0, 1)
    smooth = fades.quality(source * gain, source, lambda p: p, rising=False, steady=10 * RATE)
    assert smooth.deviation < 0.01
    assert smooth.stairs == 0
    stairs = np.round(gain * 128) / 128
    rough = fades.quality(source * stairs, source, lambda p: p, rising=False, steady=10 * RATE)
    assert rough.deviation > 1.0
    assert rough.stairs > 100
    assert rough.splatter > smooth.splatter + 10


def test_the_measures_hear_a_linear_crossfade_dip(fades):
    noises = np.random.default_rng(1).standard_normal((2, 60 * RATE, 2))
    gain = np.clip((np.arange(60 * RATE) / RATE - 20) / 20, 0, 1)[:, None]
    mixed = noises[0] * (1 - gain) + noises[1] * gain
    assert fades.dip(mixed, 20 * RATE, 40 * RATE) == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize("frames", [7, -3, 1000])
def test_the_measures_hear_frames_lost_and_added(joins, frames):
    seconds = 4
    sine = np.sin(2 * np.pi * np.arange(2 * seconds * RATE) * joins.HZ / RATE)
    middle = seconds * RATE
    if frames > 0:
        sound = np.concatenate([sine[:middle], np.zeros(frames), sine[middle:]])
    else:
        sound = np.delete(sine, slice(middle, middle - frames))
    found = joins.join(np.repeat(sound[:, None], 2, axis=1), seconds)
    assert found.added == pytest.approx(frames, abs=0.1)
    assert found.roughness > 5.0
