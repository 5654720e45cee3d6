"""What is known of a sound file: by its headers, and by measurement.

This module does not import FFmpeg, so that a scene of measured files loads without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from soundscape.dsp.weighting import from_steps

CURVE_RATE = 10
"""Momentary values a second."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A sound file's length, format and tags.

    `frames` counts at 48 kHz. `replaygain_*_gain` is in dB to a reference of −18 LUFS, the peaks
    are linear; `r128_track_gain` is in dB to −23 LUFS and is added to `header_gain`, which decoders
    apply themselves (Opus). What the file does not say is None.

    `estimate` is the loudness (LUFS) and true peak (dBTP) by some parts of the file.
    `decoded_frames`, `fault` and `note` are known only after `verify`; `note` is worth a warning.
    """

    frames: int
    rate: int = 48_000
    channels: int = 2
    codec: str = ""
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    replaygain_track_gain: float | None = None
    replaygain_track_peak: float | None = None
    replaygain_album_gain: float | None = None
    replaygain_album_peak: float | None = None
    r128_track_gain: float | None = None
    header_gain: float | None = None
    estimate: tuple[float, float] | None = None
    decoded_frames: int | None = None
    fault: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The measurements of a sound file as it is played: mono on both sides.

    `probe` has its length, tags, `decoded_frames` and `fault`. `lufs` is the integrated loudness
    (EBU R128); if nothing passes the gate, the loudest moment. `peak` is the true peak in dBTP,
    `range` the loudness range in LU, `short_term` the highest short-term loudness in LUFS.
    `mono` is how much louder (dB) both sides played as one are than each of them, `offset` the
    largest mean of a side (DC), linear.
    `sound_from` and `sound_to` are frames at 48 kHz, without silence at the ends, or the whole file
    if it has no sound. `momentary` is the momentary loudness in hundredths of LUFS, shape (n,),
    int16: element i is of the 400 ms that end at (i + 1) / 10 s.
    `size` (bytes) and `mtime_ns` are those that the catalogue knows the file by.
    """

    probe: Probe
    lufs: float
    peak: float
    range: float
    short_term: float
    sound_from: int
    sound_to: int
    momentary: NDArray[np.int16] = field(compare=False, repr=False)
    mono: float = 0.0
    offset: float = 0.0
    size: int | None = field(default=None, compare=False)
    mtime_ns: int | None = field(default=None, compare=False)

    @property
    def curve(self) -> NDArray[np.float32]:
        """The momentary loudness in LUFS, float32, shape (n,)."""
        return from_steps(self.momentary)
