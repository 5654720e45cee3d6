"""Measures a sound file in one pass: its loudness, where its sound begins and ends, its faults."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.error import FFmpegError

from soundscape.dsp.weighting import in_steps
from soundscape.media.burst_mute import LOSSY_LOUDEST, LOUDEST
from soundscape.media.decoder import FileDecoder
from soundscape.media.ebur128 import FLOOR, EbuR128Meter, LoudnessReading
from soundscape.media.probe import WholeFile, open_parts, probe
from soundscape.media.resample import output_frames
from soundscape.media.types import Measured, Probe
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

LEAST_SILENCE = 0.2
"""Seconds: a longer silence at an end is left out; a shorter one belongs to the sound."""

BLOCK = 16_384

PARTS = 12
PART_SECONDS = 3.0
"""Length of the parts of a file, spread evenly, that an estimate measures."""

LOUD_MASTER = -14.0
"""LUFS that are assumed of a file whose parts cannot be measured."""

PEAK_MARGIN = 2.0
"""dB by which the peak of a whole file is assumed to exceed that of its parts."""


def measure(path: str | Path) -> Measured:
    """Decode a whole file and measure it. Raises MediaError if nothing can be decoded.

    Its length is that of the decoded sound, whatever its header says.
    """
    path = str(path)
    stated = probe(path)
    readings: list[LoudnessReading] = []
    whole = WholeFile()
    bound = LOUDEST
    for reader in open_parts(path, whole.faults):
        try:
            readings += _read(reader.frames_from(0))
        except (FFmpegError, ValueError):
            whole.faults.append("cannot be decoded to its end")
        finally:
            whole.add(reader)
        bound = LOSSY_LOUDEST if reader.lossy else bound
    decoded = sum(output_frames(one.samples, one.rate) for one in readings)
    stated = whole.decoded(stated, decoded)
    if any(not one.peak < bound for one in readings):  # what is played is tamed
        readings = _read(_as_played(path))
    return _measured(stated, readings)


def estimate(path: str | Path) -> tuple[float, float]:
    """Return loudness (LUFS) and true peak (dBTP) by the loudest of some parts of a file.

    The estimate errs on the loud side, so that the file plays too quietly rather than too loudly.
    Raises MediaError if nothing can be decoded.
    """
    path = str(path)
    total = probe(path).frames
    part = round(PART_SECONDS * SAMPLE_RATE)
    lufs = peak = FLOOR
    for number in range(PARTS):
        decoder = FileDecoder(path, max(0, total - part) * number // (PARTS - 1))
        try:
            readings = _read(_frames_of(decoder, part))
        finally:
            decoder.close()
        for one in readings:
            lufs = max(lufs, one.lufs)
            peak = max(peak, 20.0 * math.log10(one.peak) if one.peak > 0 else FLOOR)
        if not decoder.can_seek:  # each further part would be decoded from the file's start
            return max(lufs, LOUD_MASTER), 0.0
    return lufs, min(0.0, peak + PEAK_MARGIN)


def _read(frames: Iterator[AudioFrame]) -> list[LoudnessReading]:
    """Measure all frames, stretch by stretch where their format changes."""
    readings: list[LoudnessReading] = []
    meter: EbuR128Meter | None = None
    for frame in frames:
        meter = meter or EbuR128Meter(frame)
        try:
            meter.push(frame)
        except ValueError:  # FFmpeg's way to refuse another format
            readings.append(meter.finish())
            meter = EbuR128Meter(frame)
            meter.push(frame)
    return [*readings, meter.finish()] if meter else readings


def _as_played(path: str) -> Iterator[AudioFrame]:
    """Yield the frames as a decoder gives them to the mixer: 48 kHz, stereo, damage muted."""
    decoder = FileDecoder(path)
    try:
        yield from _frames_of(decoder, sys.maxsize)
    finally:
        decoder.close()


def _frames_of(decoder: FileDecoder, count: int) -> Iterator[AudioFrame]:
    """Yield the next `count` frames of a decoder, as FFmpeg's frames."""
    while count > 0 and len(block := decoder.read(min(count, BLOCK))):
        count -= len(block)
        flat = np.ascontiguousarray(block).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(flat, "flt", "stereo")
        frame.sample_rate = SAMPLE_RATE
        yield frame


def _measured(stated: Probe, readings: list[LoudnessReading]) -> Measured:
    """Join the readings of several stretches. The loudest counts, so that an error is on the quiet
    side.
    """
    begins, ends = _heard(readings)
    whole = stated.frames if stated.decoded_frames is None else stated.decoded_frames
    peak = max((one.peak for one in readings), default=0.0)
    curves = [one.curve for one in readings] or [np.zeros(0, np.float32)]
    return Measured(
        probe=stated,
        lufs=max((one.lufs for one in readings), default=FLOOR),
        peak=max(FLOOR, 20.0 * math.log10(peak)) if peak > 0 else FLOOR,
        range=max((one.range for one in readings), default=0.0),
        short_term=max((one.short_term for one in readings), default=FLOOR),
        sound_from=begins,
        sound_to=min(whole, ends) if ends else whole,
        momentary=in_steps(np.concatenate(curves)),
        mono=min((one.mono for one in readings), default=0.0),
        offset=max((one.offset for one in readings), default=0.0),
    )


def _heard(readings: list[LoudnessReading]) -> tuple[int, int]:
    """Return where sound begins and ends, at 48 kHz, with ends too short to be silence; 0, 0
    without sound.
    """
    begins = ends = before = 0
    for one in readings:
        if one.ends:
            begins = begins if ends else before + one.begins * SAMPLE_RATE // one.rate
            ends = before + output_frames(one.ends, one.rate)
        before += output_frames(one.samples, one.rate)
    if not ends:
        return 0, 0
    least = round(LEAST_SILENCE * SAMPLE_RATE)
    if begins < least:
        begins = 0
    if before - ends < least:
        ends = before
    return begins, ends
