"""Equal LUFS is not equal dBA: how far generated sound and recorded music lie apart.

    python benchmarks/studies/weighting.py [--seconds 20] [--folder FOLDER]

For each track of the shipped playlists, some seconds from its middle; for recordings the same. The
figure is the A-weighted level (IEC 61672-1, both sides summed, dB to full scale) less the loudness
(LUFS): if it is lower than that of recorded music, the sound seems softer by a sound level meter at
the same LUFS.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from duck import a_power, blocks
from numpy.typing import NDArray
from real_music import PACKAGES, unpacked

from soundscape.dsp.weighting import bin_frequencies, k_power
from soundscape.library.files.locate import Library
from soundscape.library.files.sound_files import sound_files
from soundscape.library.resolve import load_show
from soundscape.mixer.source import Block
from soundscape.synth import create_stack
from soundscape.timeline.show import GeneratedSource, Track
from soundscape.units import SAMPLE_RATE, seconds

SIZE = 8192


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    folders = [options.folder] if options.folder else [unpacked(one) for one in PACKAGES]
    files = [file for folder in folders for file in sound_files(folder, print)]
    recorded = [difference(block) for block in blocks(files)]
    print_row("recorded music", recorded)
    root = Library(Path(__file__).parents[1])
    found: dict[str, list[float]] = defaultdict(list)
    seen: set[str] = set()
    for scene in root.scenes():
        for phase in load_show(root, scene).show.phases:
            for layer in phase.layers.values():
                for track in layer.playlist.tracks:
                    if isinstance(track.source, GeneratedSource) and track.key not in seen:
                        seen.add(track.key)
                        block = rendered(track, round(options.seconds * SAMPLE_RATE))
                        found[layer.playlist.name].append(difference(block))
    for name, values in sorted(found.items()):
        print_row(name, values)
    print_row("all generated", [value for values in found.values() for value in values])


def rendered(track: Track, count: int) -> Block:
    """Some frames from the middle of a generated track."""
    source = track.source
    assert isinstance(source, GeneratedSource)  # noqa: S101 - asked before
    voices = [(one.generator, one.params, one.level_db) for one in source.voices]
    stack = create_stack(voices, source.seed, seconds(track.frames), source.harmony, source.home)
    return stack.render(track.frames // 2, count)


def difference(block: NDArray[np.float64] | Block) -> float:
    """The A-weighted level less the loudness (dB)."""
    pieces = block[: len(block) // SIZE * SIZE].astype(np.float64).reshape(-1, SIZE, 2)
    windowed = pieces * np.hanning(SIZE)[:, np.newaxis]
    power = (np.abs(np.fft.rfft(windowed, axis=1)) ** 2).sum(axis=(0, 2))
    frequency = bin_frequencies(SIZE)
    weighted = [(power * one(np.maximum(frequency, 1.0))).sum() for one in (a_power, k_power)]
    return float(10.0 * np.log10(weighted[0] / weighted[1]) + 0.691)


def print_row(name: str, values: Iterable[float]) -> None:
    known = np.array(list(values))
    low, middle, high = np.percentile(known, [10, 50, 90])
    print(f"{name:32} {known.size:3}: {middle:+5.1f} dB ({low:+5.1f} to {high:+5.1f})", flush=True)


if __name__ == "__main__":
    main()
