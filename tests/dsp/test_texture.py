from __future__ import annotations

import numpy as np
import pytest
from sounds import stereo, tone, white

from soundscape.dsp.texture import Texture, TextureMeter, segment_bounds
from soundscape.units import SAMPLE_RATE


def measured(sound: np.ndarray, size: int = 16_384) -> tuple[Texture, ...]:
    meter = TextureMeter()
    for first in range(0, len(sound), size):
        meter.push(sound[first : first + size])
    return meter.finish()


def struck(seconds: float, per_second: float) -> np.ndarray:
    """Notes of 440 Hz that decay, so many a second."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return stereo(0.3 * np.exp(-6 * (at % (1 / per_second))) * np.sin(2 * np.pi * 440 * at))


def test_the_brightness_of_a_tone_is_its_frequency() -> None:
    low, high = measured(tone(20, hz=300))[0], measured(tone(20, hz=3000))[0]
    assert low.brightness == pytest.approx(300, rel=0.03)
    assert high.brightness == pytest.approx(3000, rel=0.03)


def test_struck_notes_are_counted_and_steady_sound_is_not() -> None:
    assert measured(struck(30, 2.0))[0].onsets == pytest.approx(2.0, rel=0.05)
    assert measured(struck(30, 0.5))[0].onsets == pytest.approx(0.5, rel=0.1)
    assert measured(tone(30))[0].onsets == 0
    assert measured(white(30))[0].onsets < 0.05


def test_a_note_that_wavers_and_a_slow_swell_are_no_onsets() -> None:
    at = np.arange(30 * SAMPLE_RATE) / SAMPLE_RATE
    wavering = stereo(0.3 * np.sin(2 * np.pi * 440 * at + 3 * np.sin(2 * np.pi * 5 * at)))
    swelling = tone(30) * stereo(0.5 + 0.5 * np.sin(2 * np.pi * at / 4))
    assert measured(wavering)[0].onsets == 0
    assert measured(swelling)[0].onsets == 0


def test_each_segment_is_measured_on_its_own() -> None:
    first, second = measured(np.concatenate((tone(30, hz=300), struck(30, 2.0))))
    assert first.onsets < 0.05  # at the border itself
    assert second.onsets == pytest.approx(2.0, rel=0.1)


def test_the_size_of_the_blocks_makes_no_difference() -> None:
    sound = np.concatenate((struck(12, 3.0), white(5)))
    assert measured(sound, 777) == measured(sound, 48_000) == measured(sound, len(sound))


def test_silence_and_almost_no_sound_are_measured_too() -> None:
    assert measured(np.zeros((0, 2), np.float32)) == ()
    assert measured(np.zeros((100, 2), np.float32)) == ()
    assert measured(np.zeros((96_000, 2), np.float32)) == (Texture(0.0, 0.0),)


@pytest.mark.parametrize(
    ("count", "bounds"),
    [(1, [(0, 1)]), (30, [(0, 30)]), (44, [(0, 44)]), (45, [(0, 30), (30, 45)])],
)
def test_a_short_remainder_belongs_to_the_segment_before(
    count: int, bounds: list[tuple[int, int]]
) -> None:
    assert segment_bounds(count, 30) == bounds
