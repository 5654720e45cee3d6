"""`render` of files of every format that a clinic owns: clips, frames, the crossfades' curve."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sounds import FORMATS, tone

from soundscape.media.decoder import FileDecoder

RATE = 48_000
SIX = ("wav", "flac", "mp3", "m4a", "ogg", "opus")
HZ = dict(zip(SIX, (200, 300, 500, 700, 1100, 1300), strict=True))
LENGTH, JOIN = 12, 3
STARTS = [n * (LENGTH - JOIN) * RATE for n in range(6)]
AMPLITUDE = 0.1
GAIN = 10 ** (6 / 20)  # they are softer than the target less 6 LU, and no more is added
REST = 2.5e-4 * AMPLITUDE * GAIN  # what steps of 16 bits and lossy codecs leave beside a tone

SCENE = f"""\
    fades: {{track: {JOIN}s, start: 6s, end: 2s}}
    phases:
      session:
        duration: 54s
        loudness: -12 LUFS
        music:
          - {{file: music/wav.wav}}
          - {{file: music/flac.flac}}
          - {{file: music/mp3.mp3}}
          - {{file: music/m4a.m4a}}
          - {{file: music/ogg.ogg}}
          - {{file: music/opus.opus}}
    """


@pytest.fixture
def six(desk):
    """Six files of one tone each, and a scene that plays them one after the other."""
    for name in SIX:
        kind = FORMATS[name]
        kind.write(desk.root / "music" / name, tone(LENGTH, kind.rate, HZ[name], AMPLITUDE))
    desk.write("scenes/six.yaml", SCENE)
    return desk


def decoded(file: Path) -> np.ndarray:
    """A whole file as the program decodes it, shape (n, 2)."""
    decoder = FileDecoder(str(file), 0)
    try:
        return decoder.read((LENGTH + 1) * RATE)
    finally:
        decoder.close()


def gains(sound: np.ndarray, parts: list[np.ndarray], window: int = 2400) -> np.ndarray:
    """The gain of each part in `sound`, in the middle of each window; and what is left over.

    Least squares, the gains taken as straight within a window of 50 ms. All of shape (n,).
    """
    rows = []
    slope = (np.arange(window) + 0.5) / window - 0.5
    for start in range(0, len(sound) - window + 1, window):
        stretch = slice(start, start + window)
        columns = [column for part in parts for column in (part[stretch], part[stretch] * slope)]
        matrix = np.stack(columns, axis=1).astype(np.float64)
        found, *_ = np.linalg.lstsq(matrix, sound[stretch].astype(np.float64), rcond=None)
        left = np.abs(sound[stretch] - matrix @ found).max()
        rows.append([*found[::2], left])
    return np.array(rows).T


def assert_equal_power(out: np.ndarray, into: np.ndarray) -> None:
    """Two gains over a whole crossfade, within 0.01 dB of the ideal curve; full scale is 1."""
    progress = (np.arange(len(out)) + 0.5) / len(out)
    for found, ideal in (
        (out, np.cos(progress * np.pi / 2)),
        (into, np.sin(progress * np.pi / 2)),
    ):
        assert np.abs(20 * np.log10(found / ideal)).max() < 0.01
    assert np.abs(10 * np.log10(out**2 + into**2)).max() < 0.01


def test_the_planned_clips_sound_at_the_planned_frames(six) -> None:
    plan = six.run("plan", "six", "--json").json
    clips = plan["clips"][:6]
    assert [clip["title"] for clip in clips] == list(SIX)
    assert [round(clip["start"] * RATE) for clip in clips] == STARTS
    ends = [min(start + LENGTH * RATE, 56 * RATE) for start in STARTS]
    assert [round(clip["end"] * RATE) for clip in clips] == ends
    assert {clip["gain_db"] for clip in clips} == {6.0}

    sound, _ = soundfile.read(six.render("six", "--events", "e.jsonl"), dtype="float32")
    events = [json.loads(line) for line in Path("e.jsonl").read_text("utf-8").splitlines()]
    starts = [(e["title"], round(e["t"] * RATE)) for e in events if e["event"] == "clip-start"]
    assert starts[:6] == list(zip(SIX, STARTS, strict=True))

    files = {name: decoded(six.root / f"music/{name}{FORMATS[name].suffix}") for name in SIX}
    for name, start in zip(SIX, STARTS, strict=True):
        assert len(files[name]) == LENGTH * RATE
        # Alone between its crossfades, it is its file's own frames, at its gain.
        alone = slice(start + JOIN * RATE, start + (LENGTH - JOIN) * RATE)
        if name == "wav":
            alone = slice(7 * RATE, 9 * RATE)  # after the session's rise
        if name == "opus":
            alone = slice(start + JOIN * RATE, 54 * RATE)  # before its fall
        own = files[name][alone.start - start : alone.stop - start]
        assert np.abs(sound[alone] - own * np.float32(GAIN)).max() < 1e-6, name
        spectrum = np.abs(np.fft.rfft(own[: 2 * RATE, 0]))
        assert np.argmax(spectrum) / 2 == HZ[name], name

    for (before, one), (start, other) in itertools.pairwise(zip(STARTS, SIX, strict=True)):
        fade = slice(start, start + JOIN * RATE)
        old = files[one][fade.start - before : fade.stop - before, 0]
        new = files[other][: JOIN * RATE, 0]
        out, into, left = gains(sound[fade, 0], [old, new])
        assert left.max() < REST, (one, other)  # nothing else sounds
        assert_equal_power(out / GAIN, into / GAIN)


def test_a_crossfade_of_two_tones_is_the_ideal_curve(six) -> None:
    """Without the program's decoder: the tones by their formula, from WAV at 96 to FLAC at 44.1."""
    sound, _ = soundfile.read(six.render("six", "--to", "20s"))
    at = np.arange(len(sound)) / RATE

    def sides(name: str, start: int) -> list[np.ndarray]:
        turn = 2 * np.pi * HZ[name] * (at - start / RATE)
        return [np.sin(turn), np.cos(turn)]

    def amplitude(name: str, start: int, stretch: slice) -> float:
        """Of a tone alone, and it stands where its file's first frame has phase 0."""
        sine, cosine, left = gains(sound[stretch, 0], [s[stretch] for s in sides(name, start)])
        assert np.abs(cosine / sine).max() < 2e-4
        assert left.max() < REST
        return float(np.median(sine))

    old = amplitude("wav", STARTS[0], slice(7 * RATE, 9 * RATE))
    new = amplitude("flac", STARTS[1], slice(13 * RATE, 17 * RATE))
    assert old == pytest.approx(AMPLITUDE * GAIN, rel=1e-3)
    assert new == pytest.approx(AMPLITUDE * GAIN, rel=1e-3)
    fade = slice(STARTS[1], STARTS[1] + JOIN * RATE)
    parts = [sides("wav", STARTS[0])[0][fade], sides("flac", STARTS[1])[0][fade]]
    out, into, _ = gains(sound[fade, 0], parts)
    assert_equal_power(out / old, into / new)
