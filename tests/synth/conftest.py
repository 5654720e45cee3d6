"""Measures of sound, shared by the tests of the generators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import av.filter
import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Loudness:
    integrated: float  # LUFS
    momentary: NDArray[np.float64]  # LUFS, every 100 ms
    true_peak: float  # dBTP


def _ebur128(sound: NDArray[np.float32]) -> Loudness:
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=48_000, format="flt", layout="stereo", time_base="1/48000"
    )
    meter = graph.add("ebur128", "metadata=1:peak=true")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="stereo")
    frame.sample_rate = 48_000
    source.push(frame)
    source.push(None)
    momentary = []
    while True:
        try:
            metadata = sink.pull().metadata
        except av.EOFError:
            break
        momentary.append(float(metadata["lavfi.r128.M"]))
    peak = max(float(metadata[f"lavfi.r128.true_peaks_ch{channel}"]) for channel in (0, 1))
    return Loudness(float(metadata["lavfi.r128.I"]), np.array(momentary), 20 * np.log10(peak))


@pytest.fixture(scope="session")
def loudness() -> Callable[[NDArray[np.float32]], Loudness]:
    return _ebur128
