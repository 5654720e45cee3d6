"""Writes compressed files through FFmpeg into an open file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, BinaryIO, Literal, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from soundscape.media.dither import Dither
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE

_TICK = Fraction(1, SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class Coding:
    """FFmpeg's names for the container and codec of a kind of file, and the settings."""

    container: str
    codec: str
    sample_format: str
    bit_rate: int = 0
    options: dict[str, str] = field(default_factory=dict)


# Bit rates at which each is held to be transparent. `.ogg` holds Opus too: FFmpeg's own Vorbis
# encoder is experimental.
CODINGS = {
    ".flac": Coding("flac", "flac", "s32"),
    ".mp3": Coding(
        "mp3", "libmp3lame", "fltp", options={"flags": "+qscale", "global_quality": str(118 * 2)}
    ),  # LAME's V2, about 190 kb/s
    ".opus": Coding("opus", "libopus", "flt", 160_000),
    ".ogg": Coding("ogg", "libopus", "flt", 160_000),
    ".m4a": Coding("ipod", "aac", "fltp", 192_000),
}


class EncodedFile:
    """Writes stereo sound at 48 kHz to an open file. The same sound gives the same bytes."""

    def __init__(self, file: BinaryIO, coding: Coding, bits: Literal[16, 24] | None) -> None:
        self._sink = _Sink(file)
        self._container = av.open(
            self._sink, "w", format=coding.container, container_options={"fflags": "+bitexact"}
        )
        stream = cast(AudioStream, self._container.add_stream(coding.codec, rate=SAMPLE_RATE))
        self._stream = stream
        codec = stream.codec_context
        codec.layout = "stereo"
        self._dither = Dither(bits) if bits else None
        self._shift = 0 if bits == 16 else 32 - (bits or 0)
        self._format = "s16" if bits == 16 else coding.sample_format
        codec.format = self._format
        codec.bit_rate = coding.bit_rate
        codec.options = {**coding.options, "flags": f"{coding.options.get('flags', '')}+bitexact"}
        codec.open()
        self._size = codec.frame_size or 4096
        self._left: NDArray[Any] = np.zeros((0, 2), np.float32 if bits is None else np.int16)
        self._frames = 0

    def write(self, block: Block) -> None:
        """Append a block."""
        samples = np.concatenate([self._left, self._samples(block)])
        whole = len(samples) // self._size * self._size
        for start in range(0, whole, self._size):
            self._encode(samples[start : start + self._size])
        self._left = samples[whole:].copy()

    def finish(self) -> None:
        """Encode the rest and finish the file."""
        if len(self._left):
            self._encode(self._left)
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._sink.check()

    def abort(self) -> None:
        """Close without encoding the rest. The file is then of no use."""
        self._sink.dismiss()
        self._container.close()

    def _encode(self, samples: NDArray[Any]) -> None:
        planes = samples.T if self._format == "fltp" else samples.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes), self._format, "stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = _TICK
        frame.pts = self._frames
        self._frames += len(samples)
        self._container.mux(self._stream.encode(frame))
        self._sink.check()

    def _samples(self, sound: Block) -> NDArray[Any]:
        """Return the sound as the codec takes it, shape (frames, 2)."""
        return sound if self._dither is None else self._dither(sound) << self._shift


class _Sink:
    """The open file for PyAV. PyAV may print and drop an error that a file raises, so it is kept
    here.

    After an error, or once dismissed, writes are ignored.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file: BinaryIO | None = file
        self._fault: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write, or keep the error."""
        return self._tried(lambda file: file.write(data), len(data))

    def seek(self, offset: int, whence: int = 0) -> int:
        """Seek, or keep the error."""
        return self._tried(lambda file: file.seek(offset, whence), 0)

    def tell(self) -> int:
        """Return the position."""
        return self._tried(lambda file: file.tell(), 0)

    def check(self) -> None:
        """Raise the error that was kept."""
        if self._fault is not None:
            raise self._fault

    def dismiss(self) -> None:
        """Ignore all further writes."""
        self._file = None

    def _tried(self, act: Callable[[BinaryIO], int], instead: int) -> int:
        if self._file is not None:
            try:
                return act(self._file)
            except OSError as err:
                self._fault, self._file = err, None
        return instead
