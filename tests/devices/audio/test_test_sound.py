from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from soundscape.devices.audio.output import BLOCK_FRAMES, AudioOutput
from soundscape.devices.audio.test_sound import (
    SIDES,
    Side,
    play,
    steady_noise,
    sweep,
    swell,
    until_told,
)
from soundscape.dsp.meter import LoudnessMeter
from soundscape.mixer.source import Block


@pytest.mark.parametrize("side", SIDES)
def test_a_swell_begins_and_ends_in_silence_without_a_corner(side: Side) -> None:
    sound = swell(side)
    assert np.abs(sound[:480]).max() < 1e-5
    assert np.abs(sound[-480:]).max() < 1e-5


def test_a_swell_is_played_in_whole_blocks_and_silence_up_to_the_last() -> None:
    blocks: list[Block] = []
    output = cast(AudioOutput, SimpleNamespace(block_frames=BLOCK_FRAMES, write=blocks.append))
    sound = swell("both")
    play(output, sound)
    assert {len(block) for block in blocks} == {BLOCK_FRAMES}
    played = np.concatenate(blocks)
    assert np.array_equal(played[: len(sound)], sound)
    assert not played[len(sound) :].any()


def test_a_swell_is_quiet_and_never_loud() -> None:
    sound = swell("left")[:, 0]
    middle = sound[len(sound) // 2 - 24000 : len(sound) // 2 + 24000]
    assert -33.0 < 10 * np.log10(np.mean(middle.astype(float) ** 2)) < -27.0
    assert np.abs(sound).max() < 0.2


@pytest.mark.parametrize(("side", "heard"), [("left", (1, 0)), ("right", (0, 1)), ("both", (1, 1))])
def test_a_swell_is_on_its_side_only(side: Side, heard: tuple[int, int]) -> None:
    assert tuple(swell(side).any(axis=0)) == heard


def test_the_tone_rises_softly_from_silence_to_silence_and_never_loud() -> None:
    sound = sweep()
    assert np.array_equal(sound[:, 0], sound[:, 1])
    tone = sound[:, 0].astype(float)
    assert max(np.abs(tone[:480]).max(), np.abs(tone[-480:]).max()) < 1e-5
    assert np.abs(np.diff(tone)).max() < 0.02
    seconds = tone[: len(tone) // 48_000 * 48_000].reshape(-1, 48_000)
    levels = 10 * np.log10((seconds[2:-2] ** 2).mean(axis=1))
    assert levels[0] == pytest.approx(-30.0, abs=0.2)
    assert (np.diff(levels) < 0.05).all()  # it only gets softer
    crossings = (np.diff(np.signbit(seconds)) != 0).sum(axis=1) / 2  # Hz
    assert crossings[0] == pytest.approx(70, abs=3)
    assert (np.diff(crossings) > 0).all()
    assert crossings[-1] == pytest.approx(6900, rel=0.05)


@pytest.fixture(scope="module")
def noise() -> Block:
    return steady_noise(-23.0)


def test_the_steady_noise_has_its_loudness_at_each_moment_and_over_its_seam(noise: Block) -> None:
    meter = LoudnessMeter()
    meter.push(noise)
    for second in range(3):
        meter.push(noise[second * 48_000 : (second + 1) * 48_000])
        assert meter.short_term == pytest.approx(-23.0, abs=0.5)
    steps = np.abs(np.diff(noise, axis=0)).max()
    assert np.abs(noise[0] - noise[-1]).max() <= steps
    assert abs(float(np.corrcoef(noise.T)[0, 1])) < 0.1


@pytest.mark.parametrize("size", [1024, 4096, 30_000])
def test_the_noise_comes_in_ten_seconds_and_goes_in_two_without_a_step(
    noise: Block, size: int
) -> None:
    told = iter([*[False] * (20 * 48_000 // size), True])
    heard = np.concatenate(list(until_told(noise, size, lambda: next(told))))
    assert np.abs(heard[:480]).max() < 1e-5
    assert np.abs(heard[-1]).max() < 1e-5
    level = np.sqrt((heard[: 10 * 48_000].reshape(10, -1) ** 2).mean(axis=1))
    assert (np.diff(level) > 0).all()
    assert 21 * 48_000 < len(heard) < 23.5 * 48_000
    assert np.abs(np.diff(heard, axis=0)).max() <= np.abs(np.diff(noise, axis=0)).max() * 1.01
