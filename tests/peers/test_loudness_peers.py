"""Loudness and true peak beside the ffmpeg program's own `ebur128`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from peers import need
from sounds import Sound, encode, pink, tone

from soundscape.media.measure import measure

pytestmark = pytest.mark.peer


def steps(*parts: tuple[float, float], hz: float = 1000, rate: int = 48_000) -> Sound:
    return np.concatenate([tone(seconds, rate, hz, 10 ** (db / 20)) for db, seconds in parts])


SIGNALS = {
    "tone": (steps((-23, 20)), 48_000),
    "steps": (steps((-36, 10), (-23, 30), (-36, 10), hz=997), 48_000),
    "gated": (steps((-72, 10), (-23, 20), (-144, 10), (-30, 5)), 48_000),
    "44100": (steps((-26, 10), (-20, 10), rate=44_100), 44_100),
    "mono": (steps((-23, 10))[:, :1], 48_000),
    "noise": (pink(20), 48_000),
    "high": (steps((-6, 5), hz=11_000), 48_000),
}


@pytest.mark.parametrize("name", SIGNALS)
def test_it_reads_as_ffmpegs_meter_does(tmp_path: Path, name: str) -> None:
    ffmpeg = need("ffmpeg")
    sound, rate = SIGNALS[name]
    file = encode(tmp_path / "x.wav", sound, rate, codec="pcm_f32le")
    command = [ffmpeg, "-nostdin", "-hide_banner", "-i", str(file)]
    meter = "ebur128=peak=true:dualmono=true"
    ran = subprocess.run(
        [*command, "-af", meter, "-f", "null", "-"], capture_output=True, text=True, check=True
    )
    summary = ran.stderr[ran.stderr.rindex("Summary:") :]
    lufs, peak = (float(re.search(rf"{key}:\s+(\S+)", summary)[1]) for key in ("I", "Peak"))
    found = measure(file)
    assert found.lufs == pytest.approx(lufs, abs=0.1)
    assert found.peak == pytest.approx(peak, abs=0.3)
