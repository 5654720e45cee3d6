"""Many channels to two."""

from __future__ import annotations

import av
import numpy as np
import pytest

from soundscape.media.filter_graph import Downmix


def mixed(layout: str, count: int) -> np.ndarray:
    """How much of each channel comes out left and right: shape (channels, 2)."""
    sound = np.zeros((count, 64, count), np.float32)
    for channel in range(count):
        sound[channel, :, channel] = 0.5
    fold = None
    rows = []
    for part in sound:
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), "flt", layout)
        frame.sample_rate = 44_100
        frame.pts = 77
        fold = fold or Downmix(frame)
        got = fold(frame)
        assert (got.samples, got.sample_rate, got.pts) == (64, 44_100, 77)
        rows.append(got.to_ndarray().reshape(-1, 2)[32] / 0.5)
    return np.array(rows)


@pytest.mark.parametrize(
    ("layout", "count"),
    [("2.1", 3), ("quad", 4), ("5.0", 5), ("5.1", 6), ("6.1", 7), ("7.1", 8), ("6 channels", 6),
     ("9 channels", 9), ("16 channels", 16), ("ambisonic 1", 4)],
)  # fmt: skip
def test_no_layout_can_clip_and_each_side_is_used(layout: str, count: int) -> None:
    sums = np.abs(mixed(layout, count)).sum(axis=0)
    assert sums == pytest.approx([1, 1], abs=1e-3)


def test_surround_is_mixed_by_the_standard() -> None:
    wanted = np.array([[1, 0], [0, 1], [0.7071, 0.7071], [0, 0], [0.7071, 0], [0, 0.7071]])
    assert mixed("5.1", 6) == pytest.approx(wanted / wanted[:, 0].sum(), abs=1e-3)


def test_unknown_layouts_go_left_and_right_in_turn() -> None:
    got = mixed("9 channels", 9)
    assert np.allclose(got[::2, 0], 1 / 5, rtol=0, atol=1e-6)
    assert np.allclose(got[1::2, 1], 1 / 4, rtol=0, atol=1e-6)
    assert not got[::2, 1].any()
