"""Loudness and true peak beside meters that no one here wrote: ffmpeg's `ebur128`, pyloudnorm."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import ebu
import numpy as np
import pytest
from ebur128 import Heard, heard
from sounds import Sound, encode, pink, tone, white

from soundscape.dsp.limiter import LATENCY, Limiter
from soundscape.dsp.meter import LoudnessMeter
from soundscape.media.measure import measure
from soundscape.media.types import Measured

pytestmark = pytest.mark.peer

RATE = 48_000


def both(folder: Path, sound: Sound, rate: int = RATE) -> tuple[Measured, Heard]:
    """What we measure of a sound, and what ffmpeg does."""
    file = encode(folder / "x.wav", sound, rate, codec="pcm_f32le")
    return measure(file), heard(file)


SIGNALS: dict[str, Callable[[], Sound]] = {
    **{f"3341-{case}": partial(ebu.steps, levels) for case, (levels, _) in ebu.INTEGRATED.items()},
    **{f"3342-{case}": partial(ebu.steps, levels) for case, (levels, _) in ebu.RANGES.items()},
    "3341-9": partial(ebu.steps, ebu.SHORT_TERM),
    "3341-12": partial(ebu.steps, ebu.MOMENTARY),
    "gated": partial(ebu.steps, ((-72, 10), (-23, 20), (-144, 10), (-30, 5))),
    "44100": lambda: np.concatenate([tone(10, 44_100, 997, a) for a in (0.05, 0.1)]),
    "mono": lambda: ebu.steps(((-23, 10),))[:, :1],
    "noise": partial(pink, 20),
    "high": partial(ebu.steps, ((-6, 5),), hz=11_000),
}


@pytest.mark.parametrize("name", SIGNALS)
def test_it_reads_as_other_meters_do(tmp_path: Path, name: str) -> None:
    sound, rate = SIGNALS[name](), 44_100 if name == "44100" else RATE
    found, theirs = both(tmp_path, sound, rate)
    assert found.lufs == pytest.approx(theirs.lufs, abs=0.1)
    assert found.peak == pytest.approx(theirs.peak, abs=0.3)
    if len(sound) >= 6 * rate:
        assert found.range == pytest.approx(theirs.range, abs=0.5)
    sides = np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound  # heard on both
    import pyloudnorm  # noqa: PLC0415  # takes seconds, in each process that collects tests

    whole = pyloudnorm.Meter(rate).integrated_loudness(sides.astype(np.float64))
    assert found.lufs == pytest.approx(whole, abs=0.1)


@pytest.mark.parametrize("case", [*ebu.TRUE_PEAKS, 20, 21, 22, 23])
def test_true_peaks_are_ffmpegs(tmp_path: Path, case: int) -> None:
    sound = ebu.peak_tone(case) if case in ebu.TRUE_PEAKS else ebu.peak_burst(case)
    found, theirs = both(tmp_path, sound)
    assert found.peak == pytest.approx(theirs.peak, abs=0.3)


@pytest.mark.parametrize("case", [10, 11, 13, 14])
def test_the_highest_short_term_and_momentary_readings_are_ffmpegs(tmp_path, case) -> None:
    for number in (0, 3, 19):
        sound = ebu.burst(case, number)
        found, theirs = both(tmp_path, sound)
        meter = LoudnessMeter()
        momentary = meter.push(sound)
        assert found.curve.max() == pytest.approx(np.nanmax(theirs.momentary), abs=0.1)
        assert max(momentary) == pytest.approx(np.nanmax(theirs.momentary), abs=0.1)
        if case in {10, 11}:
            assert found.short_term == pytest.approx(np.nanmax(theirs.short_term), abs=0.1)


@pytest.mark.parametrize("over_db", [3, 10, 20])
def test_white_noise_over_the_ceiling_is_held_by_ffmpegs_meter(tmp_path, over_db) -> None:
    noise = white(4, seed=over_db)
    loud = noise * np.float32(10 ** ((-1 + over_db) / 20) / np.abs(noise).max())
    end = np.zeros((LATENCY, 2), np.float32)
    limited = Limiter(-1.0).push(np.concatenate([loud, end]))
    file = encode(tmp_path / "x.wav", limited, RATE, codec="pcm_f32le")
    assert heard(file).peak <= -1.0
