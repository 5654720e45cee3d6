from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cpu_time import takes_less

from soundscape import synth
from soundscape.synth.machinery.room_response import PART
from soundscape.synth.machinery.space import ReverberantGenerator

if TYPE_CHECKING:
    from collections.abc import Callable

RATE = 48_000


class Clap:
    """A single click at a frame."""

    def __init__(self, frame: int) -> None:
        self.frame = frame

    def render(self, start: int, count: int) -> synth.Block:
        out = np.zeros((count, 2), np.float32)
        if start <= self.frame < start + count:
            out[self.frame - start] = 0.1
        return out


class Chord:
    """Three sines that stand."""

    def render(self, start: int, count: int) -> synth.Block:
        time = np.arange(start, start + count) / RATE
        wave = sum(0.1 * np.sin(2 * np.pi * hertz * time) for hertz in (220.0, 275.0, 330.0))
        return np.stack([wave, wave], axis=1).astype(np.float32)


def test_a_clap_sounds_at_once_and_the_room_answers_after_it() -> None:
    sound = ReverberantGenerator(Clap(1000), 0.5, 0.8).render(0, 3 * RATE)
    assert np.abs(sound[:999]).max() < 1e-6
    assert sound[1000, 0] > 0.05
    after = np.abs(sound[1010:]).max()
    assert 0.0 < after < 0.05
    assert np.abs(sound[2 * RATE + 1000 :]).max() < 1e-5  # and then it is over


@pytest.mark.parametrize("space", [0.05, 0.5, 1.0])
def test_any_start_and_any_block_is_as_if_played_through_to_it(space: float) -> None:
    whole = synth.create("pad", {"space": space}, 5).render(0, 12 * RATE)
    for start in (7, 3 * PART - 5, 10 * RATE + 99):
        jumped = synth.create("pad", {"space": space}, 5).render(start, 3000)
        assert np.array_equal(jumped, whole[start : start + 3000])
    blocks = synth.create("pad", {"space": space}, 5)
    parts = [blocks.render(start, 1000) for start in range(0, 100_000, 1000)]
    assert np.array_equal(np.concatenate(parts), whole[:100_000])


def test_a_standing_chord_keeps_its_power_whatever_the_room_answers() -> None:
    dry = Chord().render(0, RATE)
    for space in (0.1, 0.3, 0.5, 0.8, 1.0):
        wet = ReverberantGenerator(Chord(), space, 1.0).render(20 * RATE, RATE)
        assert np.mean(wet**2) == pytest.approx(np.mean(dry**2), rel=0.12)


def test_a_room_that_swallows_the_deepest_tone_does_not_lift_the_others(
    loudness: Callable[[synth.Block], Any],
) -> None:
    """At 49 Hz, which counts little for loudness, this room's answer is against the sound."""
    params = {"root": "G1", "mode": "overtone", "density": 0.25, "motion": 0.2}
    dry, wet = (
        synth.create("drone", {**params, "space": space}, 4).render(600 * RATE, 20 * RATE)
        for space in (0.0, 0.4)
    )
    assert loudness(wet).integrated == pytest.approx(loudness(dry).integrated, abs=0.2)


@pytest.mark.parametrize("name", ["drone", "pad", "wind", "ocean", "bells", "choir"])
def test_in_a_room_it_is_as_loud_as_without(
    name: str, loudness: Callable[[synth.Block], Any]
) -> None:
    sound = synth.create(name, {"space": 0.9}, 11).render(300 * RATE, 40 * RATE)
    measured = loudness(sound)
    assert measured.integrated == pytest.approx(synth.NOMINAL_LUFS, abs=1.0)
    assert measured.true_peak < -7.0
    assert np.abs(sound.mean(axis=0)).max() < 1e-5


@pytest.mark.parametrize("name", synth.NAMES)
def test_without_width_a_room_is_mono_too(name: str) -> None:
    mono = synth.create(name, {"width": 0.0, "space": 0.8}, 1).render(0, 2 * RATE)
    assert np.abs(mono[:, 0] - mono[:, 1]).max() < 1e-6


@pytest.mark.parametrize("name", synth.NAMES)
@pytest.mark.long
def test_in_a_cathedral_a_slow_machine_still_plays_it(name: str) -> None:
    """A tenth of real time leaves room on any machine; benchmarks/generators.py has the figures."""
    params = {"space": 1.0}
    assert takes_less(2.0, lambda: synth.create(name, params, 1).render(7200 * RATE + 99, 1024))
    generator = synth.create(name, params, 1)
    assert takes_less(6 * PART / RATE / 10.0, lambda: generator.render(0, 6 * PART))
