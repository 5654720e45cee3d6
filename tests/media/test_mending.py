"""What is left of damage after mending."""

from __future__ import annotations

import av
import numpy as np

from soundscape.media.extrapolation import samples_of
from soundscape.media.mending import Mender

RATE = 48_000
SIZE = 1024


def frames(sound: np.ndarray) -> list[av.AudioFrame]:
    made = []
    for start in range(0, len(sound), SIZE):
        block = np.ascontiguousarray(sound[start : start + SIZE, None].T, np.float32)
        frame = av.AudioFrame.from_ndarray(block, "fltp", "mono")
        frame.sample_rate = RATE
        made.append(frame)
    return made


def hum(seconds: float) -> np.ndarray:
    return 0.1 * np.sin(2 * np.pi * 220 * np.arange(round(seconds * RATE)) / RATE)


def mended(sound: np.ndarray, *, damage_at: int | None, softly: bool) -> np.ndarray:
    mender = Mender(lossy=True)
    out = []
    for number, frame in enumerate(frames(sound)):
        take = mender.take_after_damage if number == damage_at else mender.take
        out += list(take(frame))
    out += list(mender.finish(softly=softly))
    return np.concatenate([samples_of(frame)[:, 0] for frame in out])


def test_whole_sound_passes_unchanged() -> None:
    sound = hum(2)
    assert np.allclose(mended(sound, damage_at=None, softly=False), sound, rtol=0, atol=1e-6)


def test_a_burst_after_damage_is_kept_near_the_level_before_it() -> None:
    sound = hum(3)
    sound[60 * SIZE : 63 * SIZE] *= 8
    heard = mended(sound, damage_at=60, softly=False)
    assert len(heard) == len(sound)
    assert np.abs(heard).max() < 0.1 * 10 ** (3.5 / 20)
    assert np.allclose(heard[-SIZE:], sound[-SIZE:], rtol=0, atol=1e-6)


def test_a_burst_before_the_place_where_the_sound_breaks_off_is_kept_down_too() -> None:
    sound = hum(2)
    sound[-3 * SIZE :] *= 8
    heard = mended(sound, damage_at=None, softly=True)
    assert np.abs(heard).max() < 0.1 * 10 ** (2.5 / 20)
    assert np.abs(heard[-8:]).max() < 1e-3
