"""Tracks that mean harm, rendered whole and measured by ffmpeg's own meter."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from ebur128 import expected, heard
from sounds import encode, pink, tone

from soundscape.cli import run

pytestmark = pytest.mark.peer

TARGET = -21.0
RATE = 48_000
SCENE = """
fades: {start: 12s, end: 5s}
phases:
  peak:
    duration: 6m30s
    loudness: -21 LUFS
    music: {playlist: harm}
"""


def harm() -> dict[str, np.ndarray]:
    """What a clinic's folder may hold at its worst: half a minute of each, of the crescendo two."""
    noise = pink(30, rms=0.1, seed=1)
    at = np.arange(len(noise))[:, np.newaxis] / 48_000
    long = np.arange(4 * len(noise))[:, np.newaxis] / 48_000
    clicks = pink(30, rms=0.01, seed=2)
    clicks[::48_000] = 0.9
    one_side = noise.copy()
    one_side[:, 1] = 0.0
    under_the_start = np.select([at < 6, at < 9], [0.5, 1.58], 1.0)
    return {
        "under the start": noise * under_the_start,
        "silence then full scale": noise * np.where(at < 12, 0.0, 8.0).clip(-1, 1),
        "crescendo": np.tile(noise, (4, 1)) * (10 ** ((long / 120 - 1) * 60 / 20) * 6),
        "clicks": clicks,
        "offset": noise + 0.2,
        "hole": noise * ((at < 10) | (at > 20)),
        "one side": one_side,
        "clipped": np.clip(noise * 30, -1, 1),
        "hum": tone(30, hz=50, amplitude=0.002),
        "loop": np.tile(noise[:48_000] * np.linspace(0, 3, 48_000)[:, np.newaxis], (30, 1)),
    }


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("harm")
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


def test_they_neither_pass_the_ceiling_nor_what_the_ear_expects_by_over_ten_and_a_half(rendered):
    found = heard(rendered)
    loud = np.maximum(np.nan_to_num(found.momentary, nan=-120.0), TARGET - 20)
    rises = loud - np.maximum(expected(loud, TARGET - 20), TARGET - 20)
    assert len(loud) > 3500
    assert rises.max() <= 10.5, f"{rises.argmax() / 10} s"
    assert found.peak <= -1.0


def test_they_have_no_click_that_the_source_had_not(rendered, capsys):
    """Between its crossfades a clip is its source times a gain that goes without a step."""
    root = rendered.parent
    capsys.readouterr()
    assert run(["--library", str(root), "plan", "x", "--json"]) == 0
    clips = json.loads(capsys.readouterr().out)["clips"]
    assert run(["--library", str(root), "scan", "--json"]) == 0
    begins = {row["path"]: row["sound_from"] for row in json.loads(capsys.readouterr().out)}
    out, _ = soundfile.read(rendered, dtype="float64")
    seen = 0
    for clip, following in pairwise(clips[:11]):
        source, _ = soundfile.read(clip["source"], dtype="float64")
        first = round((clip["start"] + clip["kept"] + clip["fade_in"]) * RATE)
        last = round(following["start"] * RATE)
        offset = round((clip["start"] - begins[clip["source"]]) * RATE)
        played, own = out[first:last].T, source[first - offset : last - offset].T
        for side in range(2):
            at = np.flatnonzero(np.abs(own[side]) > 0.001)
            if at.size < RATE:  # a side that is silent
                continue
            gain = played[side][at] / own[side][at]
            steps = np.abs(np.diff(gain)) / np.diff(at) / gain.max()
            assert steps.max() < 0.005, f"{clip['title']} at {(first + at[steps.argmax()]) / RATE}"
            seen += 1
    assert seen >= 16
