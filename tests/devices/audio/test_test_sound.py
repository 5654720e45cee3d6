from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from soundscape.devices.audio.output import BLOCK_FRAMES, AudioOutput
from soundscape.devices.audio.test_sound import SIDES, Side, play, swell
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
