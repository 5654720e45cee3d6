"""Six tracks joined by equal-power crossfades of 20 s, rendered to 16 bits: WAV, and FLAC.

The tracks (MP3, FLAC, M4A, Opus, WAV, Ogg Vorbis) last ten minutes each. Ours (dithered) against
ffmpeg's `acrossfade` (not dithered), by default and with our resampler's filter, and, where it is
installed, a pipeline of sox.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sounds import encode, pink

from benchmarks.decode import FORMATS, OUR_FILTER
from benchmarks.figures import CannotRun, Figure
from benchmarks.measuring import (
    RATE,
    SCENE,
    Lab,
    compared,
    in_turn,
    library,
    needs,
    run,
    soundscape,
)

FADE = 20
TRACKS = [name for name, _, _ in FORMATS.values()]
CODING = {"wav": ("-c:a", "pcm_s16le"), "flac": ("-c:a", "flac", "-sample_fmt", "s16")}


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure both kinds of file."""
    needs("ffmpeg")
    minutes = lab.length(10, 1)
    make(lab.folder, minutes)
    # The first render measures the files' loudness; later ones find it in the catalogue.
    run(soundscape(lab.folder, "render", SCENE, "-o", str(lab.folder / "first.wav")))
    for kind in CODING:
        commands = {
            "ours": ours(lab.folder, kind),
            "ffmpeg": ffmpeg(lab.folder, kind),
            "ffmpeg, our filter": ffmpeg(lab.folder, kind, f":{OUR_FILTER}"),
        }
        if kind == "wav" and shutil.which("sox"):
            commands["sox"] = sox(lab.folder, minutes)
        found = in_turn(lab.rounds, commands)
        yield compared(f"{kind.upper()}: wall", "s", "wall", found, 0.7, "ffmpeg")
        yield compared(f"{kind.upper()}: CPU", "s", "cpu", found, 1.0, "ffmpeg")
        yield compared(f"{kind.upper()}: memory", "MiB", "peak", found, 120.0)


def make(folder: Path, minutes: int) -> Path:
    """Make the tracks, and a scene that plays them once and ends with the last.

    Under the last fade a generated drone would come in, which the other programs need not make.
    """
    length = (6 * minutes * 60) - 5 * FADE
    library(
        folder,
        {"track": f"{FADE}s", "start": "0s", "end": f"{FADE}s"},
        {
            "duration": f"{length - FADE}s",
            "loudness": -20,
            "music": {"playlist": [{"file": name} for name in TRACKS], "loop": False},
        },
        landing={"music": {"playlist": [{"silence": "1m"}]}},
    )
    for seed, (name, rate, how) in enumerate(FORMATS.values()):
        minute = pink(60, rate, seed=seed)
        encode(folder / name, np.tile(minute, (minutes, 1)), rate, **how)
    return folder


def ours(folder: Path, kind: str) -> list[str]:
    """Return our command."""
    out = str(folder / f"ours.{kind}")
    return soundscape(folder, "render", SCENE, "-o", out, "--bits", "16")


def ffmpeg(folder: Path, kind: str, options: str = "") -> list[str]:
    """Return the command of somebody who knows ffmpeg; `options` are the resampler's."""
    inputs = [word for name in TRACKS for word in ("-i", str(folder / name))]
    form = f"aresample={RATE}{options},aformat=sample_fmts=fltp:channel_layouts=stereo"
    steps = [f"[{n}]{form}[t{n}]" for n in range(len(TRACKS))]
    joined = "t0"
    for n in range(1, len(TRACKS)):
        steps.append(f"[{joined}][t{n}]acrossfade=d={FADE}:c1=qsin:c2=qsin[x{n}]")
        joined = f"x{n}"
    graph = ["-filter_complex", ";".join(steps), "-map", f"[{joined}]"]
    out = [*CODING[kind], str(folder / f"ffmpeg.{kind}")]
    return ["ffmpeg", "-v", "error", "-nostdin", "-y", *inputs, *graph, *out]


def sox(folder: Path, minutes: int) -> list[str]:
    """Return sox's command. Debian's sox reads neither M4A nor Opus: ffmpeg reads them for it."""
    told = subprocess.run(["sox", "--help"], capture_output=True, text=True, check=False).stdout
    if " mp3 " not in told:
        raise CannotRun("sox reads no MP3: install libsox-fmt-mp3, or remove sox")
    seconds = 60 * minutes
    pieces = []
    for name in TRACKS:
        path = shlex.quote(str(folder / name))
        read = f"sox {path} -p rate {RATE}"
        if name.endswith(("m4a", "opus")):
            read = (
                f"ffmpeg -v error -i {path} -ar {RATE} -f wav - | sox --ignore-length -t wav - -p"
            )
        pieces.append(f"|{read} pad 0 1 trim 0 {seconds}")
    joins = [f"{seconds * n},{FADE / 2:g}" for n in range(1, len(TRACKS))]
    return ["sox", "-D", *pieces, "-b", "16", str(folder / "sox.wav"), "splice", "-q", *joins]
