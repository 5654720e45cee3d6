"""Every format that the ffmpeg program encodes: our length and sound beside its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from peers import need

from soundscape.media.extrapolation import samples_of
from soundscape.media.reader import FrameReader

pytestmark = pytest.mark.peer

SECONDS = 3
FORMATS: dict[str, tuple[str, list[str]]] = {
    "WAV, 16 bits": ("wav", []),
    "WAV, 24 bits": ("wav", ["-c:a", "pcm_s24le"]),
    "WAV, float": ("wav", ["-c:a", "pcm_f32le"]),
    "WAV, A-law": ("wav", ["-c:a", "pcm_alaw"]),
    "WAV, IMA ADPCM": ("wav", ["-c:a", "adpcm_ima_wav"]),
    "WAV, MS ADPCM": ("wav", ["-c:a", "adpcm_ms"]),
    "RF64": ("wav", ["-rf64", "always"]),
    "Wave64": ("w64", []),
    "AIFF": ("aiff", []),
    "AU": ("au", []),
    "CAF, ALAC": ("caf", ["-c:a", "alac"]),
    "FLAC": ("flac", []),
    "FLAC in Ogg": ("oga", ["-c:a", "flac"]),
    "FLAC in Matroska": ("mka", ["-c:a", "flac"]),
    "ALAC in MP4": ("m4a", ["-c:a", "alac"]),
    "WavPack": ("wv", []),
    "TTA": ("tta", []),
    "MP2": ("mp2", []),
    "MP3, constant": ("mp3", ["-b:a", "128k"]),
    "MP3, variable": ("mp3", ["-q:a", "4"]),
    "MP3 without a header": ("mp3", ["-b:a", "128k", "-write_xing", "0"]),
    "AAC in MP4": ("m4a", ["-c:a", "aac"]),
    "AAC in ADTS": ("aac", ["-c:a", "aac"]),
    "AC-3": ("ac3", []),
    "E-AC-3": ("eac3", []),
    "DTS": ("dts", ["-c:a", "dca", "-strict", "-2", "-ar", "48000", "-ac", "2"]),
    "Vorbis": ("ogg", ["-c:a", "libvorbis"]),
    "Vorbis in Matroska": ("mka", ["-c:a", "libvorbis"]),
    "Opus": ("opus", ["-c:a", "libopus"]),
    "Opus in WebM": ("webm", ["-c:a", "libopus"]),
    "WMA 1": ("wma", ["-c:a", "wmav1"]),
    "WMA 2": ("wma", ["-c:a", "wmav2"]),
    "TrueHD": ("thd", ["-c:a", "truehd", "-strict", "-2"]),
}
EXACT = 1.5 / 32768
"""Two decoders of one lossy format differ by their rounding."""

AT_THE_START = {"Vorbis in Matroska": 128}
AT_THE_END = {"AAC in MP4"}
"""Where FFmpeg 5.1 has the encoder's delay left out in part (samples), or its padding left in."""

COARSE = {"WAV, IMA ADPCM": 0.01}
"""Decoders that FFmpeg has changed since."""


def encode(folder: Path, name: str) -> Path:
    """A file of this format, of noise and a tone."""
    ending, options = FORMATS[name]
    path = folder / f"a.{ending}"
    source = f"anoisesrc=d={SECONDS}:c=pink:r=44100:a=0.2:s=1"
    command = [
        need("ffmpeg"),
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        source,
        *options,
        str(path),
    ]
    subprocess.run(command, check=True)
    return path


def theirs(path: Path) -> np.ndarray:
    """What the program decodes, at the file's own rate: shape (n,), the first channel."""
    command = [
        need("ffmpeg"),
        "-v",
        "error",
        "-i",
        str(path),
        "-af",
        "pan=mono|c0=c0",
        "-f",
        "f32le",
        "-",
    ]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, "<f4")


def ours(path: Path) -> tuple[np.ndarray, str | None]:
    """What we decode, likewise, and any fault."""
    reader = FrameReader(str(path))
    parts = []
    for frame in reader.frames_from(0):
        scale = {"s16": 2**15, "s32": 2**31, "u8": 2**7}.get(frame.format.name.removesuffix("p"), 1)
        parts.append(samples_of(frame)[:, 0] / scale)
    reader.close()
    return np.concatenate(parts), reader.fault


def compare(path: Path, name: str) -> tuple[int, int, float, str | None]:
    """Samples of ours and of theirs, the largest difference, and any fault."""
    mine, fault = ours(path)
    other = theirs(path)
    mine = mine[AT_THE_START.get(name, 0) :]
    if name in AT_THE_END:
        other = other[: len(mine)]
    both = min(len(mine), len(other))
    return len(mine), len(other), float(np.abs(mine[:both] - other[:both]).max()), fault


@pytest.mark.parametrize("name", FORMATS)
def test_length_and_sound_are_those_of_the_program(tmp_path: Path, name: str) -> None:
    mine, other, difference, fault = compare(encode(tmp_path, name), name)
    assert fault is None
    assert mine == other
    assert difference < COARSE.get(name, EXACT)
