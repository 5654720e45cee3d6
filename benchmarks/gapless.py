"""Whether tracks join without a gap, in the live session.

A 441 Hz sine at 44.1 kHz is cut into two files and played with `fades.track: 0s`.

Frames lost or added at the join: from the sine's phase after it against before it, and from the
count of frames in all, because the phase alone cannot tell whole periods.
Second difference at the join: the largest within 5 ms of it over the largest before that; a click
makes it much more than 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sounds import encode, tone

from benchmarks import measuring
from benchmarks.figures import Figure
from benchmarks.measuring import RATE, Heard, Lab, needs

HZ = 441.0
FILE_RATE = 44_100
PERIOD = RATE / HZ
EDGE = round(0.005 * RATE)
KINDS = {
    "FLAC": (".flac", "flac", None),
    "MP3": (".mp3", "libmp3lame", 256_000),
}

SECONDS = 10
"""Length of each file."""


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure both kinds of file."""
    needs("ffmpeg")
    for kind in KINDS:
        folder = cut_sine(lab.folder / kind, kind, SECONDS)
        found = [join(measuring.heard_live(folder), SECONDS) for _ in range(lab.rounds)]
        peer = [join(ffmpeg(folder, kind), SECONDS)] * lab.rounds
        yield Figure(
            f"two {kind} files: frames lost or added at the join", "frames",
            [abs(one.added) for one in found],
            {"ffmpeg concat": [abs(one.added) for one in peer]}, 0.05,
        )  # fmt: skip
        yield Figure(
            f"two {kind} files: second difference over the sine's own", "×",
            [one.roughness for one in found],
            {"ffmpeg concat": [one.roughness for one in peer]},
        )  # fmt: skip


@dataclass(frozen=True)
class Join:
    """Frames added (lost, if negative) at the join; its second difference over the sine's own."""

    added: float
    roughness: float


def cut_sine(folder: Path, kind: str, seconds: int) -> Path:
    """A library that plays a sine of twice the seconds, cut in the middle."""
    suffix, codec, bit_rate = KINDS[kind]
    names = [f"{half}{suffix}" for half in "ab"]
    measuring.library(
        folder,
        {"track": "0s", "start": "0s", "end": "1s"},
        {
            "duration": f"{2 * seconds}s",
            "loudness": -14,
            "music": {
                "playlist": [*({"file": n} for n in names), {"silence": "1m"}],
                "loop": False,
            },
        },
    )
    sine = tone(2 * seconds, FILE_RATE, HZ)
    half = len(sine) // 2
    for name, sound in zip(names, (sine[:half], sine[half:]), strict=True):
        encode(folder / name, sound, FILE_RATE, codec=codec, bit_rate=bit_rate)
    return folder


def join(heard: Heard, seconds: int) -> Join:
    """What happened at the middle of the sine; `seconds` is a file's length."""
    sound = heard[:, 0].astype(np.float64)
    middle, length = seconds * RATE, seconds * RATE // 2
    audible = np.nonzero(np.abs(sound) > 0.1 * np.abs(sound).max())[0]
    counted = int(audible[-1]) - 2 * seconds * RATE + 1
    before = _phase(sound, middle - EDGE - length, length)
    after = _phase(sound, middle + EDGE, length)
    shift = (before - after + np.pi) % (2 * np.pi) - np.pi
    shift *= PERIOD / (2 * np.pi)
    added = shift + round((counted - shift) / PERIOD) * PERIOD
    bend = np.abs(np.diff(sound[RATE : 2 * seconds * RATE - RATE], 2))
    at = middle - RATE
    around = bend[at - EDGE : at + EDGE].max()
    return Join(float(added), float(around / bend[: at - EDGE].max()))


def _phase(sound: NDArray[np.float64], first: int, count: int) -> float:
    """The sine's phase, as from frame 0, in a stretch of the sound."""
    frames = np.arange(first, first + count)
    window = np.hanning(count)
    turning = np.exp(-2j * np.pi * frames * HZ / RATE)
    return float(np.angle((sound[first : first + count] * window * turning).sum()))


def ffmpeg(folder: Path, kind: str) -> Heard:
    """The same two files as ffmpeg decodes and joins them: what the codec itself leaves there."""
    suffix, out = KINDS[kind][0], folder / "ffmpeg.wav"
    command = ["ffmpeg", "-v", "error", "-y"]
    command += ["-i", str(folder / f"a{suffix}"), "-i", str(folder / f"b{suffix}")]
    command += ["-filter_complex", f"concat=n=2:v=0:a=1,aresample={RATE}"]
    measuring.run([*command, "-ac", "2", "-c:a", "pcm_f32le", str(out)])
    return measuring.read_float_wav(out)
