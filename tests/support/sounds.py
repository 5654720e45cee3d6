"""Test sound: makers of arrays, and files of every format that the program must read.

Nothing here is committed audio: each test writes what it needs, into its own folder.
`from sounds import …` works because pytest has tests/support on its path.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import av
import av.container
import numpy as np
import soundfile
from av.stream import Disposition
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""Sound: float32, shape (frames, channels), nominal range −1 to 1."""

VORBIS = "vorbis"
VBR = {"flags": "+qscale", "global_quality": str(2 * 118)}  # what `-q:a 2` means to LAME


def tone(
    seconds: float, rate: int = 48_000, hz: float = 440.0, amplitude: float = 0.5, phase: float = 0
) -> Sound:
    """A sine on both sides, its phase in radians. Shape (n, 2)."""
    at = np.arange(round(seconds * rate)) / rate
    return stereo(amplitude * np.sin(2 * np.pi * hz * at + phase))


def sweep(
    seconds: float,
    rate: int = 48_000,
    low: float = 20.0,
    high: float | None = None,
    amplitude: float = 0.5,
) -> Sound:
    """A sine sweep from `low` to `high` Hz (by default 0.45 of the rate). Shape (n, 2)."""
    at = np.arange(round(seconds * rate)) / rate
    growth = np.log((high or 0.45 * rate) / low) / seconds
    return stereo(amplitude * np.sin(2 * np.pi * low * np.expm1(at * growth) / growth))


def white(seconds: float, rate: int = 48_000, rms: float = 0.1, seed: int = 0) -> Sound:
    """White noise, each side its own. Shape (n, 2)."""
    noise = np.random.default_rng(seed).standard_normal((round(seconds * rate), 2))
    return (rms * noise).astype(np.float32)


def pink(seconds: float, rate: int = 48_000, rms: float = 0.1, seed: int = 0) -> Sound:
    """Pink noise (as 1/f above 20 Hz, nothing below 10 Hz), each side its own. Shape (n, 2)."""
    count = round(seconds * rate)
    hz = np.fft.rfftfreq(count, 1 / rate)
    shape = np.where(hz < 10, 0.0, 1 / np.sqrt(np.maximum(hz, 20.0)))
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal((count, 2)), axis=0)
    noise = np.fft.irfft(spectrum * shape[:, None], n=count, axis=0)
    return (noise * (rms / np.sqrt(np.mean(noise**2)))).astype(np.float32)


def stereo(mono: NDArray[np.floating]) -> Sound:
    """The same sound on both sides: (n,) to (n, 2)."""
    return np.repeat(np.asarray(mono, dtype=np.float32)[:, None], 2, axis=1)


def channels(sound: Sound, count: int) -> Sound:
    """The first side `count` times over: (n, …) to (n, count)."""
    return np.repeat(sound[:, :1], count, axis=1)


def encode(
    path: Path,
    sound: Sound,
    rate: int = 48_000,
    *,
    codec: str | None = None,
    sample_format: str | None = None,
    layout: str | None = None,
    bit_rate: int | None = None,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    cover: bool = False,
) -> Path:
    """Write `sound` to `path`, whose suffix names the container. Returns `path`.

    `layout` defaults by the number of channels; `cover` attaches a small picture.
    Vorbis goes through libsndfile: FFmpeg's own encoder has no mono.
    """
    if codec == VORBIS:
        return _vorbis(path, sound, rate, tags or {})
    with av.open(str(path), "w", container_options=container_options or {}) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec or container.default_audio_codec, rate=rate)
        context = stream.codec_context
        context.layout = layout or {1: "mono", 2: "stereo", 6: "5.1"}[sound.shape[1]]
        if sample_format:
            context.format = sample_format
        if bit_rate:
            context.bit_rate = bit_rate
        context.options = options or {}
        if cover:
            _attach(container)
        _feed(container, stream, sound, rate)
    return path


def _feed(container: av.container.OutputContainer, stream, sound: Sound, rate: int) -> None:
    context = stream.codec_context
    context.open(strict=False)
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(sound, dtype=np.float32).reshape(1, -1), "flt", context.layout.name
    )
    frame.sample_rate = rate
    frame.pts = 0  # the encoder then marks its priming
    size = context.frame_size or 4096
    convert = av.AudioResampler(context.format.name, context.layout.name, rate, size)
    for part in (frame, None):
        for piece in convert.resample(part):
            container.mux(stream.encode(piece))
    container.mux(stream.encode(None))


def _attach(container: av.container.OutputContainer) -> None:
    picture = container.add_mux_stream("png", width=8, height=8)
    picture.disposition = Disposition.attached_pic
    packet = av.Packet(png())
    packet.stream = picture
    packet.pts = packet.dts = 0
    container.mux(packet)


def png(width: int = 8, height: int = 8) -> bytes:
    """A small grey picture as PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x80\x80\x80" * width) * height
    signature = b"\x89PNG\r\n\x1a\n"
    return (
        signature + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def _vorbis(path: Path, sound: Sound, rate: int, tags: dict[str, str]) -> Path:
    with soundfile.SoundFile(
        path, "w", rate, sound.shape[1], format="OGG", subtype="VORBIS", compression_level=0.4
    ) as file:
        for key in ("title", "artist", "album"):
            if key in tags:
                setattr(file, key, tags[key])
        for start in range(0, len(sound), 65_536):  # libsndfile overruns its stack on more at once
            file.write(sound[start : start + 65_536])
    return path


@dataclass(frozen=True)
class Format:
    """A kind of file: what `write` makes of stereo sound at `rate`."""

    suffix: str
    rate: int
    channels: int = 2
    lossless: bool = False
    codec: str | None = None
    sample_format: str | None = None
    bit_rate: int | None = None
    options: dict[str, str] = field(default_factory=dict)
    cover: bool = False

    def write(self, path: Path, sound: Sound, tags: dict[str, str] | None = None) -> Path:
        """Write `sound` (n, 2), which is at `self.rate`, to `path` plus the format's suffix."""
        return encode(
            path.with_suffix(self.suffix),
            sound if self.channels == 2 else channels(sound, self.channels),
            self.rate,
            codec=self.codec,
            sample_format=self.sample_format,
            bit_rate=self.bit_rate,
            options=self.options,
            tags=tags,
            cover=self.cover,
        )


FORMATS: dict[str, Format] = {
    "wav": Format(".wav", 96_000, lossless=True, codec="pcm_s24le"),
    "flac": Format(".flac", 44_100, lossless=True, codec="flac", sample_format="s16"),
    "mp3": Format(".mp3", 44_100, codec="libmp3lame", options=VBR, cover=True),
    "m4a": Format(".m4a", 44_100, codec="aac", bit_rate=192_000),
    "ogg": Format(".ogg", 22_050, channels=1, codec=VORBIS),
    "opus": Format(
        ".opus", 48_000, channels=6, codec="libopus", bit_rate=320_000,
        options={"mapping_family": "1"},
    ),
    "aiff": Format(".aiff", 48_000, lossless=True, codec="pcm_s16be"),
}  # fmt: skip
"""The formats that a clinic owns; the first six are those of the acceptance test."""
