"""How well the therapist's voice is understood over ducked music: an estimate.

    python benchmarks/studies/duck.py [--folder FOLDER] [--level 60]

The speech intelligibility index (ANSI S3.5-1997, third octaves, average speech, normal effort at
1 m) over the mean spectrum of music at a level (dBA at the ear), in the open and through closed
headphones: without a duck, with one of the whole sound, and with one of 300 to 3400 Hz alone. For
each duck of the whole sound, the band's depth that is understood as well is sought. Its price is by
how much the music's loudness (LUFS) and its sound level (dBA) fall, and by how much the third
octaves that were audible fall, and how unevenly (standard deviation), which is a change of colour.
An index of 0.45 counts as fair, one of 0.75 as good.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from real_music import PACKAGES, unpacked

from soundscape.dsp.weighting import k_power
from soundscape.library.files.sound_files import sound_files
from soundscape.media.decoder import FileDecoder
from soundscape.units import SAMPLE_RATE

Values = NDArray[np.float64]

# ANSI S3.5-1997, table 3: centres in Hz, importance for average speech, spectrum level (dB/Hz) of
# normal speech at 1 m, and the ear's own noise.
BANDS = np.array(
    [
        160,
        200,
        250,
        315,
        400,
        500,
        630,
        800,
        1000,
        1250,
        1600,
        2000,
        2500,
        3150,
        4000,
        5000,
        6300,
        8000,
    ],
    float,
)
IMPORTANCE = (
    np.array(
        [83, 95, 150, 289, 440, 578, 653, 711, 818, 844, 882, 898, 868, 844, 771, 527, 364, 185]
    )
    / 1e4
)
SPEECH = np.array(
    [
        32.41,
        34.48,
        34.75,
        33.98,
        34.59,
        34.27,
        32.06,
        28.3,
        25.01,
        23.0,
        20.15,
        17.32,
        13.18,
        11.55,
        9.33,
        5.31,
        2.59,
        1.13,
    ]
)
EAR = np.array(
    [
        0.6,
        -1.7,
        -3.9,
        -6.1,
        -8.2,
        -9.7,
        -10.8,
        -11.9,
        -12.5,
        -13.5,
        -15.4,
        -17.7,
        -21.2,
        -24.2,
        -25.9,
        -23.6,
        -15.8,
        -7.1,
    ]
)
# What a closed headphone keeps out (dB), by octaves from 125 Hz to 8 kHz: a usual studio model.
CLOSED = ((125, 250, 500, 1000, 2000, 4000, 8000), (3, 6, 11, 17, 25, 32, 33))
SPOKEN = (300.0, 3400.0)
TRACKS, SECONDS = 12, 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--level", type=float, default=60.0)
    options = parser.parse_args()
    folders = [options.folder] if options.folder else [unpacked(one) for one in PACKAGES]
    files = [file for folder in folders for file in sound_files(folder, print)]
    music = spectrum(files[:: max(1, len(files) // TRACKS)], options.level)
    closed = np.interp(np.log(BANDS), np.log(CLOSED[0]), CLOSED[1])
    for place, lost in (("in the open", 0.0 * BANDS), ("closed headphones", closed)):
        speech = SPEECH - lost
        print(f"{place}, music at {options.level:g} dBA: without a duck {sii(speech, music):.2f}")
        for depth in (6.0, 12.0, 15.0, 18.0, 21.0, 24.0):
            whole = sii(speech, music - depth)
            found = [
                (abs(sii(speech, banded(music, d)) - whole), d) for d in np.arange(0, 60, 0.25)
            ]
            miss, band = min(found)
            price = cost(music, banded(music, band))
            same = f"{band:.1f} dB" if miss < 0.005 else f"none (at most {whole - miss:.2f})"
            print(
                f"  all of it by {depth:g} dB: {whole:.2f}; 300 to 3400 Hz alone for the same: "
                f"{same}, the music softer by {price[0]:.1f} LU, {price[1]:.1f} dBA, its bands by "
                f"{price[2]:.1f} dB (all of it: {depth:g}) and unevenly by {price[3]:.1f} dB"
            )


def spectrum(files: list[Path], level: float) -> Values:
    """The mean spectrum level (dB/Hz) of files in the bands, at a level in dBA."""
    size = 8192
    frequency = np.arange(size // 2 + 1) * SAMPLE_RATE / size
    total = np.zeros(frequency.size)
    for block in blocks(files):
        windowed = block[: len(block) // size * size].mean(axis=1).reshape(-1, size)
        power = (np.abs(np.fft.rfft(windowed * np.hanning(size))) ** 2).sum(axis=0)
        total += power / (power * k_power(frequency)).sum()  # each as loud as the others
    a = a_power(np.maximum(frequency, 1.0))
    total *= 10.0 ** (level / 10.0) / (total * a).sum()
    edges = [(band / 2 ** (1 / 6), band * 2 ** (1 / 6)) for band in BANDS]
    within = [
        total[(frequency >= low) & (frequency < high)].sum() / (high - low) for low, high in edges
    ]
    return np.asarray(10.0 * np.log10(np.array(within) + 1e-12))


def blocks(files: list[Path]) -> Iterator[Values]:
    """Some of the middle of each file."""
    for file in files:
        decoder = FileDecoder(str(file), 30 * SAMPLE_RATE)
        try:
            block = decoder.read(SECONDS * SAMPLE_RATE)
        finally:
            decoder.close()
        if len(block) > SAMPLE_RATE and np.abs(block).max() > 0:
            yield block.astype(np.float64)


def a_power(f: Values) -> Values:
    """A-weighting (IEC 61672-1) as a power gain."""
    squared = f * f
    gain = (
        12194.0**2
        * squared**2
        / (
            (squared + 20.6**2)
            * np.sqrt((squared + 107.7**2) * (squared + 737.9**2))
            * (squared + 12194.0**2)
        )
    )
    return np.asarray((gain * 10.0 ** (2.0 / 20.0)) ** 2)


def banded(music: Values, depth: float) -> Values:
    """The music with the band of speech lowered."""
    return music - np.where((SPOKEN[0] <= BANDS) & (SPOKEN[1] >= BANDS), depth, 0.0)


def sii(speech: Values, noise: Values) -> float:
    """The speech intelligibility index, 0 to 1 (ANSI S3.5-1997, 4.2 to 4.8)."""
    own = speech - 24.0
    masker = np.maximum(noise, own)
    slope = -80.0 + 0.6 * (masker + 10.0 * np.log10(BANDS) - 6.353)
    spread = 10.0 ** (noise / 10.0)
    for i in range(1, BANDS.size):
        upper = BANDS[:i] * 2 ** (1 / 6)
        reach = masker[:i] + 3.32 * slope[:i] * np.log10(0.89 * BANDS[i] / upper)
        spread[i] += (10.0 ** (reach / 10.0)).sum()
    disturbance = np.maximum(10.0 * np.log10(spread), EAR)
    distortion = np.clip(1.0 - (speech - SPEECH - 10.0) / 160.0, 0.0, 1.0)
    audible = np.clip((speech - disturbance + 15.0) / 30.0, 0.0, 1.0)
    return float((IMPORTANCE * distortion * audible).sum())


def cost(before: Values, after: Values) -> tuple[float, float, float, float]:
    """By how much music falls: in LU, in dBA, in the mean of its audible bands; their spread."""
    heard = before > EAR
    change = (before - after)[heard]
    width = BANDS * (2 ** (1 / 6) - 2 ** (-1 / 6))
    powers = [10.0 ** (one / 10.0) * width for one in (before, after)]
    weights = (k_power(BANDS), a_power(BANDS))
    falls = [10.0 * np.log10((powers[0] * w).sum() / (powers[1] * w).sum()) for w in weights]
    return float(falls[0]), float(falls[1]), float(change.mean()), float(change.std())


if __name__ == "__main__":
    main()
