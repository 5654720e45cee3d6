"""The length of a sound file, by its header or by its packets."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from av.error import FFmpegError

from soundscape.media.mp3_header import is_mp3_frame, mp3_bytes
from soundscape.media.ogg_pages import ogg_goes_back
from soundscape.media.open import open_sound
from soundscape.media.parts import FilePart

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

LONGEST_HOLE = 60
"""Seconds: a longer gap in the time stamps of sound that decodes is a fault of the stamps."""

MOST_TAGS = 4096
"""Bytes after an MP3's sound that are taken for tags unread."""

MOST_SAMPLES = 1 << 40
"""A count beyond it, months at any rate, is damaged."""

_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
_LOSSLESS_IN = {"aiff", "caf", "flac", "ogg", "tta", "w64", "wav", "wv", _MP4}
_TIMED = {"asf", "flv", "matroska,webm"}
_LOSSLESS = {"alac", "flac", "tta", "wavpack"}
_LOSSY = {("mp3", "mp3float"), ("mp3", "mp3"), ("ogg", "opus"), ("ogg", "vorbis"), (_MP4, "aac")}


def is_lossless(codec: str) -> bool:
    """Return whether a codec's packets stand alone, each decoding to the exact samples."""
    return codec in _LOSSLESS or codec.startswith("pcm_")


def has_exact_times(container: InputContainer, stream: AudioStream) -> bool:
    """Return whether the packets' times count samples, so that any sample can be sought."""
    codec = stream.codec_context.name
    if is_lossless(codec):
        return container.format.name in _LOSSLESS_IN
    return (container.format.name, codec) in _LOSSY


def header_samples(container: InputContainer, stream: AudioStream, rate: int) -> int | None:
    """Return the exact number of audible samples if the header says it, else None.

    In Ogg the last page says it.
    """
    samples = _itunes_samples(container.metadata.get("iTunSMPB", ""))
    if samples is not None:
        return samples
    if not has_exact_times(container, stream) or not stream.duration or not stream.time_base:
        return None
    if container.format.name == "mp3" and not stream.start_time:
        return None  # no LAME header: FFmpeg estimates by the bit rate
    samples = round(stream.duration * stream.time_base * rate)
    if stream.codec_context.name == "opus":
        samples -= _pre_skip(stream.codec_context.extradata or b"") * rate // 48_000
    return samples


def header_seconds(container: InputContainer) -> float | None:
    """Return the length by the header of a container that does not count samples, or None."""
    alone = len(container.streams) == 1  # of several streams the longest counts
    if container.format.name in _TIMED and alone and container.duration:
        return container.duration / 1_000_000
    return None


def ends_as_stated(
    path: str, part: FilePart, container: InputContainer, stream: AudioStream, seconds: Fraction
) -> bool:
    """Return whether a file ends about where its header says, by the packets from there on.

    If the header of an MP3 counts its bytes, those decide.
    """
    if not has_exact_times(container, stream):
        return True
    if container.format.name == "ogg":
        return not ogg_goes_back(path, part.end)  # its last page tells
    if container.format.name == "mp3":
        return _mp3_ends_as_stated(path, part)
    end = _end_after(path, part, max(Fraction(0), seconds - 1))
    return end is None or end <= seconds + Fraction(1, 4)


def _end_after(path: str, part: FilePart, seconds: Fraction) -> Fraction | None:
    """Return where the last packet ends, read from `seconds` on; None if that cannot be sought."""
    container, stream = open_sound(path, part)
    try:
        tick = stream.time_base or Fraction(1, 1_000_000)
        container.seek(int(seconds / tick), stream=stream)
        end = 0
        for packet in container.demux(stream):
            if packet.size and packet.pts is not None:
                end = max(end, packet.pts + (packet.duration or 0))
        return end * tick
    except (FFmpegError, OSError, ValueError, IndexError):
        return None
    finally:
        container.close()


def counted_samples(container: InputContainer, stream: AudioStream, rate: int) -> int:
    """Return the number of samples by the packets' times. Reads the whole file without decoding it.

    If the times are too coarse to count samples, the number is a little low, but never too high.
    """
    end = Fraction(0)
    begin: int | None = None
    time_base = stream.time_base or Fraction(1, rate)
    jump = LONGEST_HOLE / time_base
    with contextlib.suppress(
        FFmpegError, OSError, IndexError
    ):  # what follows cannot be heard either
        for packet in container.demux(stream):
            if packet.size and packet.pts is None:
                end += packet.duration or 0
            elif packet.size and packet.pts is not None:
                begin = packet.pts if begin is None else begin
                lasts = packet.duration or 0
                reached = Fraction(packet.pts + lasts - begin)
                # A stamp that jumps is wrong.
                end = end + lasts if not 0 <= reached - end <= jump else reached
    samples = round(end * time_base * rate)
    coarse = (1 / (time_base * rate)).denominator != 1
    return max(1, samples - rate // 10) if coarse else samples


def _mp3_ends_as_stated(path: str, part: FilePart) -> bool:
    """Return whether an MP3 has no more bytes of sound than its header says, except tags."""
    try:
        with Path(path).open("rb") as file:
            size = part.end if part.end is not None else file.seek(0, 2)
            sound_end = mp3_bytes(file, part.begin)
            if sound_end is None or size - sound_end < MOST_TAGS:
                return True
            file.seek(sound_end)
            return not is_mp3_frame(file.read(4))
    except OSError:
        return True


def _pre_skip(opus_head: bytes) -> int:
    """Return the samples at 48 kHz to leave out at the start (RFC 7845, 5.1: ID header)."""
    return int.from_bytes(opus_head[10:12], "little") if opus_head[:8] == b"OpusHead" else 0


def _itunes_samples(text: str) -> int | None:
    """Return the samples by iTunes's gapless tag: hex fields unused, delay, padding, samples."""
    fields = text.split()
    try:
        samples = int(fields[3], 16)
    except (IndexError, ValueError):
        return None
    return samples if 0 < samples <= MOST_SAMPLES else None
