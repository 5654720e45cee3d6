from __future__ import annotations

import numpy as np
import pytest

from soundscape.devices.audio.output import BLOCK_FRAMES
from soundscape.devices.audio.test_sound import SIDES, Side, swell


@pytest.mark.parametrize("side", SIDES)
def test_a_swell_begins_and_ends_in_silence_without_a_corner(side: Side) -> None:
    sound = swell(side)
    assert len(sound) % BLOCK_FRAMES == 0
    assert np.abs(sound[:480]).max() < 1e-5
    assert np.abs(sound[-480:]).max() < 1e-5


def test_a_swell_is_quiet_and_never_loud() -> None:
    sound = swell("left")[:, 0]
    middle = sound[len(sound) // 2 - 24000 : len(sound) // 2 + 24000]
    assert -33.0 < 10 * np.log10(np.mean(middle.astype(float) ** 2)) < -27.0
    assert np.abs(sound).max() < 0.2


@pytest.mark.parametrize(("side", "heard"), [("left", (1, 0)), ("right", (0, 1)), ("both", (1, 1))])
def test_a_swell_is_on_its_side_only(side: Side, heard: tuple[int, int]) -> None:
    assert tuple(swell(side).any(axis=0)) == heard
