"""Offline rendering beside ffmpeg: `python benchmarks/offline_render.py [--minutes N]`.

Six tracks (MP3, FLAC, M4A, Opus, WAV, Ogg Vorbis) of ten minutes, joined by equal-power crossfades
of 20 s, to 16-bit WAV: ours (dithered) against ffmpeg's `acrossfade` (not dithered). Both run in
turn in each round, so that other load meets both; the ratios are taken round by round.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

import measuring
import numpy as np
from measuring import RATE, SCENE, Used, soundscape, tell
from sounds import VORBIS, encode, pink

FADE = 20
TRACKS = {
    "one.mp3": (44_100, "libmp3lame", 256_000),
    "two.flac": (44_100, "flac", None),
    "three.m4a": (44_100, "aac", 192_000),
    "four.opus": (48_000, "libopus", 160_000),
    "five.wav": (44_100, "pcm_s16le", None),
    "six.ogg": (44_100, VORBIS, None),
}


def make(folder: Path, minutes: int) -> Path:
    """The tracks, and a scene that plays them once and ends with the last."""
    length = (6 * minutes * 60) - 5 * FADE
    measuring.library(
        folder,
        {"track": f"{FADE}s", "start": "0s", "end": f"{FADE}s"},
        {
            "duration": f"{length - FADE}s",
            "loudness": -20,
            "music": {"playlist": [{"file": name} for name in TRACKS], "loop": False},
        },
    )
    for seed, (name, (rate, codec, bit_rate)) in enumerate(TRACKS.items()):
        minute = pink(60, rate, seed=seed)
        sample_format = "s16" if codec == "flac" else None
        encode(
            folder / name, np.tile(minute, (minutes, 1)), rate,
            codec=codec, bit_rate=bit_rate, sample_format=sample_format,
        )  # fmt: skip
    return folder


def ffmpeg(folder: Path) -> list[str]:
    """The command of one who knows ffmpeg."""
    inputs = [word for name in TRACKS for word in ("-i", str(folder / name))]
    form = f"aresample={RATE},aformat=sample_fmts=fltp:channel_layouts=stereo"
    steps = [f"[{n}]{form}[t{n}]" for n in range(len(TRACKS))]
    joined = "t0"
    for n in range(1, len(TRACKS)):
        steps.append(f"[{joined}][t{n}]acrossfade=d={FADE}:c1=qsin:c2=qsin[x{n}]")
        joined = f"x{n}"
    graph = ["-filter_complex", ";".join(steps), "-map", f"[{joined}]"]
    out = ["-c:a", "pcm_s16le", str(folder / "ffmpeg.wav")]
    return ["ffmpeg", "-v", "error", "-nostdin", "-y", *inputs, *graph, *out]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--minutes", type=int, default=10, help="of each track")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if shutil.which("ffmpeg") is None:
        raise SystemExit("ffmpeg is not installed")
    with tempfile.TemporaryDirectory() as temporary:
        folder = make(Path(temporary), asked.minutes)
        ours = soundscape(folder, "render", SCENE, "-o", str(folder / "ours.wav"))
        commands = {
            "ffmpeg, 16 bits": ffmpeg(folder),
            "ours, 16 bits": [*ours, "--bits", "16"],
            "ours, float": ours,
        }
        found: dict[str, list[Used]] = {name: [] for name in commands}
        for _ in range(asked.rounds):
            for name, command in commands.items():
                found[name].append(measuring.used(command))
    report(found, asked.minutes)


def report(found: dict[str, list[Used]], minutes: int) -> None:
    """Medians, and the ratios to ffmpeg of the same round."""
    seconds = 6 * minutes * 60 - 5 * FADE
    for name, rounds in found.items():
        wall, cpu, peak = (
            statistics.median(getattr(one, field) for one in rounds)
            for field in ("wall", "cpu", "peak")
        )
        print(
            f"{name:<16} wall {wall:6.2f} s ({seconds / wall:4.0f} × real time)   "
            f"CPU {cpu:6.2f} s   peak {peak:4.0f} MiB"
        )
    theirs, ours = found["ffmpeg, 16 bits"], found["ours, 16 bits"]
    for what, field, target in (("wall", "wall", "≤ 0.8"), ("CPU", "cpu", "≤ 1.2")):
        ratios = [getattr(o, field) / getattr(t, field) for o, t in zip(ours, theirs, strict=True)]
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        tell(f"{what}, ours over ffmpeg's, by round: {each}", f"{statistics.median(ratios):.2f}",
             target)  # fmt: skip
    tell("memory, ours", f"{max(one.peak for one in ours):.0f} MiB", "≤ 150 MiB")


if __name__ == "__main__":
    main()
