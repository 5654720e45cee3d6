"""Whole sessions rendered and measured by ffmpeg's own meter, beside what was reckoned of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from ebur128 import expected, heard
from sounds import Sound, encode, pink, tone

from soundscape.cli import run

pytestmark = pytest.mark.peer

RATE = 48_000


def library(root: Path, scene: str, playlists: dict[str, str], music: dict[str, Sound]) -> Path:
    for folder in ("scenes", "playlists", "music"):
        (root / folder).mkdir()
    (root / "scenes/x.yaml").write_text(scene)
    for name, text in playlists.items():
        (root / f"playlists/{name}.yaml").write_text(text)
    for name, sound in music.items():
        encode(root / "music" / name, sound.astype(np.float32), RATE, codec="pcm_f32le")
    return root


def rendered(root: Path) -> Path:
    out = root / "out.wav"
    assert run(["--library", str(root), "render", "x", "-o", str(out)]) == 0
    return out


# Matching -----------------------------------------------------------------------------------------

EVEN = """
fades: {track: 4s, start: 7s, end: 5s}
phases:
  one: {duration: 1m30s, loudness: -24 LUFS, music: {playlist: apart, order: sequential}}
"""


def chord(seconds: float, lufs: float) -> Sound:
    """A chord with little crest: 20 LU over another it is still no louder than full scale."""
    sound = sum(tone(seconds, hz=hz, amplitude=0.25) for hz in (330.0, 415.3, 880.0))
    return np.asarray(sound * 10 ** ((lufs + 14.6) / 20), np.float32)


def test_tracks_of_20_lu_apart_play_within_half_a_unit_of_the_target(tmp_path: Path) -> None:
    music = {f"{n} {lufs}.wav": chord(30, lufs) for n, lufs in enumerate((-29.5, -9.5, -19.5))}
    music["3 noise.wav"] = pink(30, rms=0.03, seed=3)
    root = library(tmp_path, EVEN, {"apart": "tracks: [{folder: music}]"}, music)
    sources = [heard(root / "music" / name).lufs for name in music]
    assert sources[1] - sources[0] == pytest.approx(20, abs=0.2)
    out = rendered(root)
    for first in (8, 31, 57, 83):  # between the crossfades
        assert heard(out, first=first, last=first + 7).lufs == pytest.approx(-24, abs=0.5)


# The figures of a whole session -------------------------------------------------------------------

LIVELY = """
fades: {track: 6s, phase: 10s, start: 15s, end: 10s}
phases:
  one:
    duration: 1m40s
    loudness: -26 to -22
    music: {playlist: lively, order: sequential}
    ambience: {playlist: low, level: -8 dB}
    voice: [{file: music/voice.wav}]
  two:
    duration: 50s
    loudness: -28 LUFS
    music: lively
"""


def swelling(seconds: float, seed: int, period: float, depth_db: float) -> Sound:
    """Noise that swells and falls."""
    noise = pink(seconds, rms=0.05, seed=seed)
    at = np.arange(len(noise))[:, np.newaxis] / RATE
    gain = 10 ** (depth_db * np.sin(2 * np.pi * at / period) / 20)
    return np.asarray(noise * gain, np.float32)


def jumping(seconds: float, seed: int) -> Sound:
    """Soft, then suddenly 25 dB louder: calm lowers the entry."""
    noise = pink(seconds, rms=0.005, seed=seed)
    noise[3 * len(noise) // 4 :] *= 10 ** (25 / 20)
    return noise


@pytest.mark.parametrize("calm", ["true", "false"])
def test_the_figures_of_a_session_are_what_ffmpeg_reads_of_its_render(tmp_path, capsys, calm):
    music = {
        "1.wav": swelling(40, 1, 9.0, 6.0),
        "2.wav": jumping(40, 2),
        "3.wav": swelling(40, 3, 2.5, 4.0),
        "low.wav": pink(200, rms=0.1, seed=4),
        "voice.wav": swelling(12, 5, 3.0, 5.0),
    }
    playlists = {
        "lively": "tracks: [{file: music/1.wav}, {file: music/2.wav}, {file: music/3.wav}]",
        "low": "tracks: [{file: music/low.wav}]",
    }
    root = library(tmp_path, f"calm: {calm}\n{LIVELY}", playlists, music)
    momentary = np.maximum(heard(rendered(root)).momentary, -120)
    capsys.readouterr()
    assert run(["--library", str(root), "plan", "x", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["loudness"]
    at = np.arange(1, len(momentary) + 1) / 10
    target = np.interp(at, [0, 100, 100, 110, 110, 150], [-26, -22, -22, -22, -28, -28])
    before = expected(momentary, -120.0)
    rises = np.maximum(momentary, target - 20) - np.maximum(before, target - 20)
    over = momentary - target
    for key, read in (("largest_rise", rises), ("most_over_target", over)):
        assert told[key]["lu"] == pytest.approx(read.max(), abs=0.2)
        assert read[round(told[key]["at"] * 10) - 1] == pytest.approx(read.max(), abs=0.2)
    assert (rises.max() <= 10.5) == (calm == "true")
