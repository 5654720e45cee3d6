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
FORMATS: dict[str, tuple[str, str]] = {
    "WAV, 8 bits": ("wav", "-c:a pcm_u8"),
    "WAV, 16 bits": ("wav", ""),
    "WAV, 24 bits": ("wav", "-c:a pcm_s24le"),
    "WAV, 32 bits": ("wav", "-c:a pcm_s32le"),
    "WAV, float": ("wav", "-c:a pcm_f32le"),
    "WAV, double": ("wav", "-c:a pcm_f64le"),
    "WAV, A-law": ("wav", "-c:a pcm_alaw"),
    "WAV, mu-law": ("wav", "-c:a pcm_mulaw"),
    "WAV, IMA ADPCM": ("wav", "-c:a adpcm_ima_wav"),
    "WAV, MS ADPCM": ("wav", "-c:a adpcm_ms"),
    "WAV, Yamaha ADPCM": ("wav", "-c:a adpcm_yamaha"),
    "WAV, Flash ADPCM": ("wav", "-c:a adpcm_swf"),
    "WAV, GSM": ("wav", "-c:a libgsm_ms -ar 8000"),
    "WAV, G.722": ("wav", "-c:a g722 -ar 16000"),
    "WAV, G.726": ("wav", "-c:a g726 -ar 8000"),
    "WAV, MP2": ("wav", "-c:a mp2"),
    "WAV, MP3": ("wav", "-c:a libmp3lame"),
    "WAV, AAC": ("wav", "-c:a aac"),
    "WAV, AC-3": ("wav", "-c:a ac3"),
    "WAV, DTS": ("wav", "-c:a dca -strict -2 -ar 48000 -ac 2"),
    "WAV, WMA 2": ("wav", "-c:a wmav2"),
    "RF64": ("wav", "-rf64 always"),
    "Wave64": ("w64", ""),
    "Wave64, float": ("w64", "-c:a pcm_f32le"),
    "AIFF": ("aiff", ""),
    "AIFF, 24 bits": ("aiff", "-c:a pcm_s24be"),
    "AIFC, float": ("aifc", "-c:a pcm_f32be"),
    "AIFC, mu-law": ("aifc", "-c:a pcm_mulaw"),
    "AIFC, IMA ADPCM": ("aifc", "-c:a adpcm_ima_qt"),
    "AU": ("au", ""),
    "AU, float": ("au", "-c:a pcm_f32be"),
    "CAF": ("caf", ""),
    "CAF, float": ("caf", "-c:a pcm_f32le"),
    "CAF, ALAC": ("caf", "-c:a alac"),
    "CAF, IMA ADPCM": ("caf", "-c:a adpcm_ima_qt"),
    "CAF, Opus": ("caf", "-c:a libopus"),
    "VOC": ("voc", "-c:a pcm_s16le"),
    "IRCAM": ("sf", ""),
    "SoX": ("sox", ""),
    "FLAC": ("flac", ""),
    "FLAC in Ogg": ("oga", "-c:a flac"),
    "FLAC in MP4": ("mp4", "-c:a flac -strict -2"),
    "FLAC in Matroska": ("mka", "-c:a flac"),
    "FLAC in NUT": ("nut", "-c:a flac"),
    "ALAC in MP4": ("m4a", "-c:a alac"),
    "ALAC in Matroska": ("mka", "-c:a alac"),
    "PCM in QuickTime": ("mov", "-c:a pcm_s16le"),
    "PCM in Matroska": ("mka", "-c:a pcm_s16le"),
    "PCM in AVI": ("avi", "-c:a pcm_s16le"),
    "PCM in a DVD's VOB": ("vob", "-c:a pcm_dvd -ar 48000 -ac 2"),
    "PCM in Blu-ray's M2TS": ("m2ts", "-c:a pcm_bluray -ar 48000 -ac 2"),
    "PCM in GXF": ("gxf", "-ar 48000"),
    "SMPTE 302M in MPEG-TS": ("ts", "-c:a s302m -strict -2 -ar 48000 -ac 2"),
    "WavPack": ("wv", ""),
    "WavPack in Matroska": ("mka", "-c:a wavpack"),
    "TTA": ("tta", ""),
    "TTA in Matroska": ("mka", "-c:a tta"),
    "MLP": ("mlp", "-c:a mlp -strict -2"),
    "TrueHD": ("thd", "-c:a truehd -strict -2"),
    "MP2": ("mp2", ""),
    "MP2 of TwoLAME": ("mp2", "-c:a libtwolame"),
    "MP2 in MPEG-PS": ("mpg", "-c:a mp2"),
    "MP2 in MPEG-TS": ("ts", "-c:a mp2"),
    "MP3, constant": ("mp3", "-b:a 128k"),
    "MP3, variable": ("mp3", "-q:a 4"),
    "MP3 without a header": ("mp3", "-b:a 128k -write_xing 0"),
    "MP3 of Shine": ("mp3", "-c:a libshine"),
    "MP3 in MP4": ("mp4", "-c:a libmp3lame"),
    "MP3 in Matroska": ("mka", "-c:a libmp3lame"),
    "MP3 in MPEG-TS": ("ts", "-c:a libmp3lame"),
    "MP3 in AVI": ("avi", "-c:a libmp3lame"),
    "MP3 in Flash": ("flv", "-c:a libmp3lame"),
    "AAC in MP4": ("m4a", "-c:a aac"),
    "AAC in 3GP": ("3gp", "-c:a aac"),
    "AAC in ADTS": ("aac", "-c:a aac"),
    "AAC in LATM": ("latm", "-c:a aac -f latm"),
    "AAC in Matroska": ("mka", "-c:a aac"),
    "AAC in MPEG-TS": ("ts", "-c:a aac"),
    "AAC in Flash": ("flv", "-c:a aac"),
    "AC-3": ("ac3", ""),
    "AC-3 in MP4": ("mp4", "-c:a ac3"),
    "AC-3 in Matroska": ("mka", "-c:a ac3"),
    "AC-3 in RealMedia": ("rm", "-c:a ac3"),
    "AC-3 in S/PDIF": ("spdif", "-c:a ac3 -f spdif"),
    "E-AC-3": ("eac3", ""),
    "DTS": ("dts", "-c:a dca -strict -2 -ar 48000 -ac 2"),
    "Vorbis": ("ogg", "-c:a libvorbis"),
    "Vorbis of FFmpeg": ("ogg", "-c:a vorbis -strict -2 -ac 2"),
    "Vorbis in Matroska": ("mka", "-c:a libvorbis"),
    "Vorbis in WebM": ("webm", "-c:a libvorbis"),
    "Opus": ("opus", "-c:a libopus"),
    "Opus of FFmpeg": ("opus", "-c:a opus -strict -2 -ar 48000 -ac 2"),
    "Opus in MP4": ("mp4", "-c:a libopus -strict -2"),
    "Opus in Matroska": ("mka", "-c:a libopus"),
    "Opus in WebM": ("webm", "-c:a libopus"),
    "Opus in MPEG-TS": ("ts", "-c:a libopus"),
    "Speex": ("spx", "-c:a libspeex -ar 32000"),
    "WMA 1": ("wma", "-c:a wmav1"),
    "WMA 2": ("wma", "-c:a wmav2"),
    "MP3 in ASF": ("asf", "-c:a libmp3lame"),
    "RealAudio 1": ("ra", "-c:a real_144 -ar 8000 -f rm"),
    "Nellymoser": ("flv", "-c:a nellymoser"),
    "SBC": ("sbc", "-c:a sbc"),
    "aptX": ("aptx", "-c:a aptx -ac 2"),
    "aptX HD": ("aptxhd", "-c:a aptx_hd -ac 2"),
    "GSM": ("gsm", "-c:a libgsm -ar 8000"),
    "G.722": ("g722", "-c:a g722 -ar 16000"),
    "G.723.1": ("tco", "-c:a g723_1 -ar 8000"),
    "DFPWM": ("dfpwm", "-c:a dfpwm"),
    "ADX": ("adx", "-c:a adpcm_adx"),
}
"""The ending, and the program's options beside it."""
EXACT = 1.5 / 32768
"""Two versions of one lossy decoder differ by their rounding."""

AT_THE_START = {"Vorbis in Matroska": 128, "Vorbis in WebM": 128}
AT_THE_END = {"AAC in MP4", "AAC in 3GP"}
"""Where FFmpeg 5.1 has the encoder's delay left out in part (samples), or its padding left in."""

COARSE = {"WAV, IMA ADPCM": 0.01}
"""Decoders that FFmpeg has changed since."""


def encode(folder: Path, name: str) -> Path:
    """A file of this format, of noise and a tone."""
    ending, options = FORMATS[name]
    path = folder / f"a.{ending}"
    source = f"anoisesrc=d={SECONDS}:c=pink:r=44100:a=0.2:s=1"
    quiet = [need("ffmpeg"), "-v", "error", "-y"]
    subprocess.run([*quiet, "-f", "lavfi", "-i", source, *options.split(), str(path)], check=True)
    return path


def theirs(path: Path) -> np.ndarray:
    """What the program decodes, at the file's own rate: shape (n,), the first channel."""
    first_channel = ["-af", "pan=mono|c0=c0", "-f", "f32le", "-"]
    command = [need("ffmpeg"), "-v", "error", "-i", str(path), *first_channel]
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
