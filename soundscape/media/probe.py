"""What a sound file says of itself, and whether that is true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from av.error import FFmpegError

from soundscape.errors import MediaError
from soundscape.media.duration import counted_samples
from soundscape.media.open import open_sound
from soundscape.media.reader import FrameReader
from soundscape.media.resample import output_frames
from soundscape.media.tags import folded_tags, header_gain, number, q7_8
from soundscape.media.types import Probe


def probe(path: str | Path) -> Probe:
    """Look at a file's headers and decode its beginning.

    The length is exact where the header tells it; where it does not (raw streams, some old MP3s)
    the file is read through, without being decoded.

    Raises MediaError where nothing can be decoded.
    """
    reader = FrameReader(str(path))
    try:
        return _described(reader)
    finally:
        reader.close()


def verify(path: str | Path) -> Probe:
    """Decode a whole file, and tell what there is of it (`decoded_frames`) and any `fault`.

    Raises MediaError where nothing can be decoded.
    """
    told = probe(path)
    reader = FrameReader(str(path))
    try:
        samples = sum(frame.samples for frame in reader.frames_from(0))
    except (FFmpegError, ValueError) as err:
        raise MediaError(f"{path}: cannot be decoded: {err}") from err
    finally:
        reader.close()
    decoded = output_frames(samples, reader.rate)
    return replace(told, decoded_frames=decoded, fault=reader.fault)


def _described(reader: FrameReader) -> Probe:
    container, stream = reader.container, reader.stream
    tags = folded_tags(container.metadata, stream.metadata)
    codec = stream.codec_context.name
    extradata = stream.codec_context.extradata or b""
    samples = reader.samples
    if samples is None:
        samples = _counted(reader.path, reader.rate)
    return Probe(
        frames=output_frames(samples, reader.rate),
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


def _counted(path: str, rate: int) -> int:
    container, stream = open_sound(path)
    try:
        return counted_samples(container, stream, rate)
    finally:
        container.close()
