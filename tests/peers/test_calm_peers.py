"""Tracks that mean harm, rendered whole and measured by ffmpeg's own meter."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from peers import need
from sounds import encode, pink, tone

from soundscape.cli import run

pytestmark = pytest.mark.peer

TARGET = -21.0
SCENE = """
fades: {start: 7s, end: 5s}
phases:
  peak:
    duration: 4m
    loudness: -21 LUFS
    music: {playlist: harm}
"""


def harm() -> dict[str, np.ndarray]:
    """Thirty seconds of each: what a clinic's folder may hold at its worst."""
    noise = pink(30, rms=0.1, seed=1)
    at = np.arange(len(noise))[:, np.newaxis] / 48_000
    clicks = pink(30, rms=0.01, seed=2)
    clicks[::48_000] = 0.9
    one_side = noise.copy()
    one_side[:, 1] = 0.0
    return {
        "silence then full scale": noise * np.where(at < 12, 0.0, 8.0).clip(-1, 1),
        "crescendo": noise * (10 ** ((at / 30 - 1) * 60 / 20) * 6),
        "clicks": clicks,
        "offset": noise + 0.2,
        "hole": noise * ((at < 10) | (at > 20)),
        "one side": one_side,
        "clipped": np.clip(noise * 30, -1, 1),
        "hum": tone(30, hz=50, amplitude=0.002),
    }


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    for folder in ("scenes", "playlists", "music"):
        (tmp_path / folder).mkdir()
    for number, (name, sound) in enumerate(harm().items()):
        path = tmp_path / "music" / f"{number} {name}.flac"
        encode(path, np.clip(sound, -1, 1).astype(np.float32), 48_000)
    (tmp_path / "scenes" / "x.yaml").write_text(SCENE)
    (tmp_path / "playlists" / "harm.yaml").write_text("tracks: [{folder: music}]")
    out = tmp_path / "out.wav"
    assert run(["--library", str(tmp_path), "render", "x", "-o", str(out)]) == 0
    return out


def test_they_neither_pass_the_ceiling_nor_rise_by_more_than_ten_and_a_half_in_a_second(rendered):
    command = [need("ffmpeg"), "-hide_banner", "-nostats", "-i", str(rendered)]
    measured = subprocess.run(
        [*command, "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    momentary = np.array([float(m) for m in re.findall(r"M: *(-?[\d.]+)", measured)])
    heard = np.maximum(momentary, TARGET - 20)
    rises = heard[10:] - heard[:-10]
    peak = float(re.findall(r"Peak: *(-?[\d.]+) dBFS", measured)[-1])
    assert len(momentary) > 2000
    assert rises.max() <= 10.5, f"{(rises.argmax() + 10) / 10} s"
    assert peak <= -1.0
