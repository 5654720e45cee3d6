"""What a sound file's headers say, and whether that is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from av.error import FFmpegError

from soundscape.errors import MediaError
from soundscape.media.duration import counted_samples, ends_as_stated
from soundscape.media.open import open_sound
from soundscape.media.parts import file_parts
from soundscape.media.reader import FrameReader
from soundscape.media.resample import output_frames
from soundscape.media.tags import folded_tags, header_gain, number, q7_8
from soundscape.media.types import Probe
from soundscape.units import SAMPLE_RATE, format_duration

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame


def open_parts(path: str, faults: list[str] | None = None) -> Generator[FrameReader]:
    """Yield a reader for each part of a file that can be decoded, and note the faults of the
    others.

    Raises MediaError, at the first part, if none can be decoded.
    """
    error: MediaError | None = None
    opened = 0
    for part in file_parts(path):
        try:
            reader = FrameReader(path, part)
        except MediaError as err:
            error = error or err
            if faults is not None and opened:
                faults.append("a part of it is not sound and is left out")
            continue
        opened += 1
        yield reader
    if not opened:
        raise error or MediaError(f"{path}: holds no sound")


def part_frames(reader: FrameReader) -> int:
    """Return the frames at 48 kHz of a part, by its header or its packets."""
    samples = reader.samples
    if samples is None or not ends_as_stated(
        reader.path,
        reader.part,
        reader.container,
        reader.stream,
        Fraction(samples, reader.rate),
    ):
        samples = _counted(reader)
    return output_frames(samples, reader.rate)


def probe(path: str | Path) -> Probe:
    """Read a file's headers and decode its beginning.

    The length is exact if the header's is true; otherwise (raw streams, some old MP3s, headers that
    count too little) the file is read through without being decoded.

    Raises MediaError if nothing can be decoded.
    """
    stated: Probe | None = None
    for reader in open_parts(str(path)):
        try:
            one = _described(reader)
        finally:
            reader.close()
        stated = one if stated is None else replace(stated, frames=stated.frames + one.frames)
    assert stated is not None, "a file without a part raises"  # noqa: S101
    return stated


def verify(path: str | Path) -> Probe:
    """Decode a whole file, and return what it holds (`decoded_frames`) and any `fault`.

    Raises MediaError if nothing can be decoded.
    """
    stated = probe(path)
    decoded = 0
    whole = WholeFile()
    for reader in open_parts(str(path), whole.faults):
        try:
            decoded += _frames_of(reader.frames_from(0))
        except (FFmpegError, ValueError):
            whole.faults.append("cannot be decoded to its end")
        finally:
            whole.add(reader)
    return whole.decoded(stated, decoded)


@dataclass(slots=True)
class WholeFile:
    """What was found in a file's parts when all of it was decoded."""

    faults: list[str] = field(default_factory=list)
    longer_than: float | None = None

    def add(self, reader: FrameReader) -> None:
        """Take over a reader's findings and close it."""
        if reader.fault:
            self.faults.append(reader.fault)
        if reader.damage.longer_than is not None and self.longer_than is None:
            self.longer_than = reader.damage.longer_than
        reader.close()

    def decoded(self, probe: Probe, decoded: int) -> Probe:
        """Return the probe with these findings. The decoded length is the file's."""
        note = None
        if self.longer_than is not None:
            header = format_duration(round(self.longer_than))
            length = format_duration(round(decoded / SAMPLE_RATE))
            if header != length:
                note = f"its header says {header}, and it lasts {length}: all of it plays"
        return replace(
            probe,
            frames=decoded,
            decoded_frames=decoded,
            fault="; ".join(self.faults) or None,
            note=note,
        )


def _frames_of(frames: Iterator[AudioFrame]) -> int:
    """Return how many frames at 48 kHz these frames make."""
    samples: Counter[int] = Counter()
    for frame in frames:
        samples[frame.sample_rate] += frame.samples
    return sum(output_frames(count, rate) for rate, count in samples.items())


def _described(reader: FrameReader) -> Probe:
    container, stream = reader.container, reader.stream
    tags = folded_tags(container.metadata, stream.metadata)
    codec = stream.codec_context.name
    extradata = stream.codec_context.extradata or b""
    return Probe(
        frames=part_frames(reader),
        rate=reader.rate,
        channels=reader.channels,
        codec=codec,
        title=tags.get("title"),
        artist=tags.get("artist"),
        album=tags.get("album"),
        replaygain_track_gain=number(tags.get("replaygain_track_gain")),
        replaygain_track_peak=number(tags.get("replaygain_track_peak")),
        replaygain_album_gain=number(tags.get("replaygain_album_gain")),
        replaygain_album_peak=number(tags.get("replaygain_album_peak")),
        r128_track_gain=q7_8(tags.get("r128_track_gain")),
        header_gain=header_gain(extradata) if codec == "opus" else None,
    )


def _counted(reader: FrameReader) -> int:
    container, stream = open_sound(reader.path, reader.part)
    try:
        return counted_samples(container, stream, reader.rate)
    finally:
        container.close()
