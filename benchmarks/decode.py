"""CPU time of decoding a file to 48 kHz stereo float, beside `ffmpeg -i FILE -f null -`.

Six formats, pink noise and a tone. Each run is a process of its own, so Python's start counts; the
second figure of each format is without it. FFmpeg's resampler has half as many taps by default as
ours: with the same filter it is another peer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from sounds import VORBIS, encode, pink, tone

from benchmarks.figures import Figure
from benchmarks.measuring import Lab, compared, in_turn, needs
from soundscape.media.resample import CUTOFF, FILTER_SIZE

FORMATS = {
    "MP3": ("a.mp3", 44_100, {"codec": "libmp3lame", "bit_rate": 256_000}),
    "FLAC": ("a.flac", 44_100, {"codec": "flac", "sample_format": "s16"}),
    "AAC": ("a.m4a", 44_100, {"codec": "aac", "bit_rate": 192_000}),
    "Opus": ("a.opus", 48_000, {"codec": "libopus", "bit_rate": 160_000}),
    "WAV": ("a.wav", 44_100, {"codec": "pcm_s16le"}),
    "Ogg Vorbis": ("a.ogg", 44_100, {"codec": VORBIS}),
}
ONE = """
import sys
from soundscape.media.decoder import FileDecoder
decoder = FileDecoder(sys.argv[1])
while len(decoder.read(8192)):
    pass
sys.exit(decoder.fault)
"""
START = "from soundscape.media.decoder import FileDecoder"
OUR_FILTER = f"filter_size={FILTER_SIZE}:cutoff={CUTOFF}"
TO_FLOAT = "aresample=48000{},aformat=sample_fmts=flt:channel_layouts=stereo"


def figures(lab: Lab) -> Iterator[Figure]:
    """Measure each format."""
    ffmpeg = needs("ffmpeg")
    for kind, (name, rate, how) in FORMATS.items():
        minute = pink(60, rate) + tone(60, rate, 220, 0.1)
        path = encode(lab.folder / name, np.tile(minute, (lab.length(10, 1), 1)), rate, **how)
        ours = [sys.executable, "-c", ONE, str(path)]
        read = [ffmpeg, "-nostdin", "-v", "error", "-i", str(path), "-vn", "-f", "null"]
        commands = {
            "ours": ours,
            "start": [sys.executable, "-c", START],
            "ffmpeg": [*read, "-af", TO_FLOAT.format(""), "-"],
            "ffmpeg, our filter": [*read, "-af", TO_FLOAT.format(f":{OUR_FILTER}"), "-"],
        }
        found = in_turn(lab.rounds, commands)
        start = [one.cpu for one in found.pop("start")]
        yield compared(f"{kind}: CPU", "s", "cpu", found, 1.2, "ffmpeg")
        cpu = {who: [one.cpu for one in each] for who, each in found.items()}
        alone = [whole - part for whole, part in zip(cpu.pop("ours"), start, strict=True)]
        yield Figure(f"{kind}: CPU without Python's start", "s", alone, cpu, 1.2, "ffmpeg")
        yield compared(f"{kind}: memory", "MiB", "peak", found)
