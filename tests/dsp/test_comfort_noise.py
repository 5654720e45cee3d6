"""Silences are filled with noise far below hearing; what sounds stays exact."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from soundscape.dsp.comfort_noise import LEVEL_DB, ONSET, PEAK, SILENT, ComfortNoise, noise
from soundscape.units import SAMPLE_RATE

LEVELS = st.sampled_from([0.0, 1e-8, 1e-6, 0.3])
RUNS = st.lists(st.tuples(st.integers(1, 900), LEVELS), max_size=12)


def sound(runs: list[tuple[int, float]]) -> NDArray[np.float32]:
    parts = [np.full((length, 2), value, np.float32) for length, value in runs]
    return np.concatenate([np.zeros((0, 2), np.float32), *parts])


def filled(block: NDArray[np.float32], *sizes: int) -> NDArray[np.float32]:
    comfort, out, at = ComfortNoise(), block.copy(), 0
    for size in [*sizes, len(block)]:
        comfort.fill(out[at : at + size], at)
        at += size
    return out


@given(RUNS, st.lists(st.integers(0, 700), max_size=8))
@example([(610, 0.3), (400, 0.0)], [700])  # the first block sounds to near its end
def test_any_block_size_gives_the_same(runs: list[tuple[int, float]], sizes: list[int]) -> None:
    block = sound(runs)
    assert np.array_equal(filled(block, *sizes), filled(block))


@given(RUNS)
def test_nothing_is_zero_in_twenty_four_bits_for_ten_milliseconds(
    runs: list[tuple[int, float]],
) -> None:
    out = filled(sound(runs))
    heard = np.flatnonzero(np.abs(out).max(axis=1) >= SILENT)
    edges = np.concatenate(([-1], heard, [len(out)]))
    assert np.diff(edges).max() - 1 <= 0.010 * SAMPLE_RATE


@given(RUNS)
def test_what_sounds_and_short_silences_stay_exact(runs: list[tuple[int, float]]) -> None:
    block = sound(runs)
    changed = np.flatnonzero((filled(block) != block).any(axis=1))
    sounding = np.abs(block).max(axis=1) >= SILENT
    for frame in changed:
        assert frame >= ONSET
        assert not sounding[frame - ONSET : frame + 1].any()


@pytest.mark.parametrize("more", [0, 1, 2])
def test_the_noise_begins_with_the_first_frame_after_its_onset(more: int) -> None:
    block = sound([(1, 0.3), (ONSET + more, 0.0), (1, 0.3)])
    changed = np.flatnonzero((filled(block) != block).any(axis=1))
    assert changed.tolist() == list(range(ONSET + 1, ONSET + 1 + more))


def test_its_level_is_as_written_and_below_the_last_place_of_sixteen_bits() -> None:
    made = noise(0, 10 * SAMPLE_RATE).astype(np.float64)
    assert 10 * np.log10(np.mean(made**2)) == pytest.approx(LEVEL_DB, abs=0.1)
    assert np.abs(made).max() <= PEAK < 2.0**-15
    assert abs(made.mean()) < 1e-9


def test_it_has_least_where_the_ear_hears_best() -> None:
    power = np.abs(np.fft.rfft(noise(0, 1 << 16)[:, 0])) ** 2
    hertz = np.fft.rfftfreq(1 << 16, 1 / SAMPLE_RATE)
    speech = power[(hertz > 300) & (hertz < 3400)].mean()
    treble = power[hertz > 16_000].mean()
    assert 10 * np.log10(treble / speech) > 15


def test_the_sides_are_independent() -> None:
    left, right = noise(0, 1 << 16).T
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.02
