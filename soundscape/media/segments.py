"""Measures the segments of a sound file: loudness, dynamics, brightness, onset density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundscape.dsp.texture import SEGMENT, Texture, TextureMeter, segment_bounds
from soundscape.media.decoder import FileDecoder
from soundscape.media.types import CURVE_RATE, Measured

BLOCK = 1 << 18
SILENT = -70.0
"""LUFS: the absolute gate of EBU R128. What is below it counts as silence."""


@dataclass(frozen=True, slots=True)
class Segment:
    """About 30 seconds of a file.

    `loudness` is in LUFS, as the file has it; `dynamics` in LU, from the 10th to the 95th
    percentile of its momentary loudness; `brightness` in Hz (spectral centroid), `onsets` per
    second.
    """

    loudness: float
    dynamics: float
    brightness: float
    onsets: float


def texture(path: Path) -> tuple[Texture, ...]:
    """Decode a whole file; its segments in their order.

    Raises MediaError if nothing can be decoded.
    """
    meter = TextureMeter()
    decoder = FileDecoder(str(path))
    try:
        while len(block := decoder.read(BLOCK)):
            meter.push(block)
    finally:
        decoder.close()
    return meter.finish()


def segments(measured: Measured, textures: Sequence[Texture]) -> tuple[Segment, ...]:
    """Join a file's loudness with its textures. Segments of silence are left out."""
    curve = measured.curve
    if not len(curve):
        return ()
    bounds = segment_bounds(len(curve), round(SEGMENT * CURVE_RATE))
    found = []
    for (first, last), one in zip(bounds, textures, strict=False):
        heard = curve[first:last][curve[first:last] > SILENT]
        if len(heard):
            low, high = np.percentile(heard, (10, 95))
            loudness = 10.0 * np.log10(np.mean(10.0 ** (heard / 10.0)))
            found.append(Segment(float(loudness), float(high - low), one.brightness, one.onsets))
    return tuple(found)
