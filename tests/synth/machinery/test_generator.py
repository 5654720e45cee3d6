from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from soundscape.synth.machinery.generator import OverlapAdd, Planes


def _ramp(index: int) -> Planes:
    """Frame `index` of a sound in which every sample that a frame reaches gets its index + 1."""
    return np.full((2, 12), index + 1.0, np.float32)


def test_each_sample_is_the_sum_of_the_frames_that_reach_it() -> None:
    sound = OverlapAdd(_ramp, 4, 3).render(0, 12)
    assert sound[:, 0].tolist() == [0.0] * 4 + [3.0] * 4 + [6.0] * 4


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=12))
def test_the_order_of_asking_does_not_matter(wanted: list[tuple[int, int]]) -> None:
    whole = OverlapAdd(_ramp, 4, 3).render(0, 240)
    sound = OverlapAdd(_ramp, 4, 3)
    for start, count in wanted:
        assert np.array_equal(sound.render(start, count), whole[start : start + count])


def test_playing_on_makes_each_frame_once() -> None:
    made: list[int] = []

    def frame(index: int) -> Planes:
        made.append(index)
        return _ramp(index)

    sound = OverlapAdd(frame, 4, 3)
    for start in range(0, 100, 3):
        sound.render(start, 3)
    assert made == sorted(set(made))
