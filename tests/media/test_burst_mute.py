"""Bursts that no recording holds."""

from __future__ import annotations

import numpy as np
from sounds import white

from soundscape.media.burst_mute import RAMP, mute_bursts


def test_sound_is_handed_on_as_it_is() -> None:
    sound = white(0.1, rms=0.9)
    assert mute_bursts(sound, lossy=True) is sound
    assert mute_bursts(sound * 100, lossy=False).max() > 100


def test_a_lossless_sample_that_cannot_be_becomes_zero_alone() -> None:
    sound = white(0.1)
    sound[7, 0], sound[9, 1] = np.nan, -2000
    got = mute_bursts(sound, lossy=False)
    assert got[7, 0] == got[9, 1] == 0
    assert np.array_equal(got[10:], sound[10:])
    assert np.array_equal(got[7, 1:], sound[7, 1:])


def test_what_follows_a_lossy_burst_in_its_block_comes_back_by_a_ramp() -> None:
    sound = np.ones((6000, 2), np.float32)
    sound[2000:2100] = 5.0
    got = mute_bursts(sound, lossy=True)
    assert not got[2000:2100].any()
    assert np.all(got[2100 : 2100 + RAMP // 4] < 0.2)
    assert np.all(np.diff(got[2100 : 2100 + RAMP, 0]) >= 0)
    assert np.all(got[2100 + RAMP :] == 1.0)


def test_a_lossy_burst_is_faded_out_as_a_whole() -> None:
    sound = white(0.2)
    sound[3000] = 6.0
    sound[3500, 1] = np.nan
    got = mute_bursts(sound, lossy=True)
    assert not got[3000:3501].any()
    assert np.array_equal(got[: 3000 - RAMP], sound[: 3000 - RAMP])
    assert np.array_equal(got[3501 + RAMP :], sound[3501 + RAMP :])
    assert np.abs(np.diff(got, axis=0)).max() <= np.abs(np.diff(white(0.2), axis=0)).max()
