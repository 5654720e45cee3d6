"""Signals after EBU Tech 3341 (2016, table 1) and 3342 (table 1), synthesised, 48 kHz.

All but the authentic programmes (3341: 7 and 8; 3342: 5 and 6), which cannot be made.
"""

from __future__ import annotations

import numpy as np
from sounds import Sound, stereo

RATE = 48_000

Steps = tuple[tuple[float, float], ...]
"""Levels in dBFS and how many seconds each lasts."""

SILENT = -200.0

INTEGRATED: dict[int, tuple[Steps, float]] = {
    1: (((-23, 20),), -23.0),
    2: (((-33, 20),), -33.0),
    3: (((-36, 10), (-23, 60), (-36, 10)), -23.0),
    4: (((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23.0),
    5: (((-26, 20), (-20, 20.1), (-26, 20)), -23.0),
}
"""Case: the tone's steps, and the integrated loudness in LUFS."""

SHORT_TERM: Steps = ((-20, 1.34), (-30, 1.66)) * 5
MOMENTARY: Steps = ((-20, 0.18), (-30, 0.22)) * 25
"""Cases 9 and 12: −23 LUFS without a change, once the first window is full."""

RANGES: dict[int, tuple[Steps, float]] = {
    1: (((-20, 20), (-30, 20)), 10.0),
    2: (((-20, 20), (-15, 20)), 5.0),
    3: (((-40, 20), (-20, 20)), 20.0),
    4: (((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15.0),
}
"""Case of 3342: the tone's steps, and the loudness range in LU."""

TRUE_PEAKS: dict[int, tuple[int, float, float, float]] = {
    15: (4, 0.0, 0.5, -6.0),
    16: (4, 45.0, 0.5, -6.0),
    17: (6, 60.0, 0.5, -6.0),
    18: (8, 67.5, 0.5, -6.0),
    19: (4, 45.0, 1.41, 3.0),
}
"""Case: the rate over the tone's frequency, phase in degrees, amplitude; dBTP (+0.2, −0.4)."""


def steps(levels: Steps, hz: float = 1000.0, *, gap: float = 0.0, after: float = 0.0) -> Sound:
    """A stereo sine through levels, with silence around it. Its phase runs through."""
    amplitudes = [(0.0, gap), *((10 ** (level / 20), s) for level, s in levels), (0.0, after)]
    each = [np.full(round(seconds * RATE), amplitude) for amplitude, seconds in amplitudes]
    amplitude = np.concatenate(each)
    return stereo(amplitude * np.sin(2 * np.pi * hz / RATE * np.arange(amplitude.size)))


def burst(case: int, number: int) -> Sound:
    """Segment `number` (0 to 19) of cases 10 and 11 (3 s of tone), 13 and 14 (0.4 s).

    It begins ever later against the meter's tenths of a second. In 11 and 14 the level climbs by
    1 dB from −38 LUFS on; else it is −23.
    """
    seconds, late = (3.0, 0.15) if case in {10, 11} else (0.4, 0.02)
    level = -38.0 + number if case in {11, 14} else -23.0
    return steps(((level, seconds),), gap=number * late, after=1.0)


def peak_tone(case: int) -> Sound:
    """Cases 15 to 19: a sine whose peaks lie between samples, with edges that do not ring."""
    per_period, phase, amplitude, _ = TRUE_PEAKS[case]
    at = np.arange(RATE)
    edge = np.minimum(1.0, np.minimum(at, at[::-1]) / (RATE / 20))
    return stereo(amplitude * edge * np.sin(2 * np.pi * at / per_period + np.radians(phase)))


def peak_burst(case: int) -> Sound:
    """Cases 20 to 23: a sine of a sixth of the rate, 0.5, with one period of a quarter, 1.0.

    Made at four times the rate, limited in band and thinned out from its frame 0, 1, 2 or 3 on:
    0 dBTP (+0.2, −0.4) wherever the samples fall.
    """
    fine = 4 * 6 * 2_000
    at = np.arange(fine)
    tone = 0.5 * np.sin(2 * np.pi * at / 24)
    middle = fine // 2
    tone[middle : middle + 16] = np.sin(2 * np.pi * np.arange(16) / 16)
    spectrum = np.fft.rfft(tone)
    hz = np.fft.rfftfreq(fine, 1 / (4 * RATE))
    spectrum *= np.clip((24_000 - hz) / 2_000, 0.0, 1.0)  # the standard leaves the filter open
    return stereo(np.fft.irfft(spectrum, n=fine)[case - 20 :: 4])
