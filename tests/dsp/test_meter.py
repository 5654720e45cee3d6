import numpy as np
import pytest
from ebu import MOMENTARY, SHORT_TERM, burst, steps
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from soundscape.dsp.meter import LoudnessMeter
from soundscape.dsp.weighting import HOP, SILENT_LUFS, lufs
from soundscape.units import SAMPLE_RATE


def tone(hertz, dbfs, seconds):
    t = np.arange(int(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    sound = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * t)
    return np.repeat(sound.astype(np.float32)[:, np.newaxis], 2, axis=1)


def test_a_stereo_tone_of_1_khz_reads_its_level():
    # EBU Tech 3341, table 1, cases 1 and 2: 997 Hz at −23 and −33 dBFS in both channels.
    for level in (-23.0, -33.0):
        meter = LoudnessMeter()
        meter.push(tone(997, level, 4))
        assert meter.momentary == pytest.approx(level, abs=0.1)
        assert meter.short_term == pytest.approx(level, abs=0.1)


def test_one_channel_reads_three_decibels_less():
    meter = LoudnessMeter()
    meter.push(tone(997, -23.0, 4) * np.array([1, 0], np.float32))
    assert meter.momentary == pytest.approx(-26.0, abs=0.1)


def readings(sound):
    """Momentary and short-term loudness at each tenth of a second."""
    meter, short_term, momentary = LoudnessMeter(), [], []
    for at in range(0, len(sound) - HOP + 1, HOP):
        momentary += meter.push(sound[at : at + HOP])
        short_term.append(meter.short_term)
    return np.array(momentary), np.array(short_term)


def test_levels_that_alternate_within_a_window_read_steadily():
    _, short_term = readings(steps(SHORT_TERM))
    momentary, _ = readings(steps(MOMENTARY))
    assert short_term[30:] == pytest.approx(-23, abs=0.1)
    assert momentary[10:] == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("number", [0, 6, 13, 19])
def test_bursts_of_a_windows_length_reach_their_level(number):
    level = -38 + number
    assert readings(burst(11, number))[1].max() == pytest.approx(level, abs=0.1)
    # Ten readings a second (Tech 3341: at least) may miss half a tenth of the shorter burst.
    loudest = readings(burst(14, number))[0].max()
    assert level - (0.1 if number % 5 == 0 else 0.5) <= loudest <= level + 0.1


def test_silence_is_a_number():
    meter = LoudnessMeter()
    assert meter.push(np.zeros((SAMPLE_RATE, 2), np.float32)) == [SILENT_LUFS] * 10
    assert lufs(0.0) == SILENT_LUFS


def test_bass_weighs_less_and_treble_more():
    readings = []
    for hertz in (40, 997, 8000):
        meter = LoudnessMeter()
        meter.push(tone(hertz, -20, 1))
        readings.append(meter.momentary)
    assert readings[0] < readings[1] - 3
    assert readings[2] == pytest.approx(readings[1] + 3.3, abs=0.3)


def test_a_steady_level_is_not_heard():
    meter = LoudnessMeter()
    meter.push(np.full((10 * SAMPLE_RATE, 2), 0.9, np.float32))
    assert meter.momentary < -100


@examples(20)
@given(st.integers(1, 20_000), st.integers(0, 99))
def test_any_block_size_gives_the_same_readings(size, seed):
    sound = np.random.default_rng(seed).normal(size=(10 * HOP + 55, 2)).astype(np.float32) * 0.1
    whole, parts = LoudnessMeter(), LoudnessMeter()
    expected = whole.push(sound)
    found = [m for at in range(0, len(sound), size) for m in parts.push(sound[at : at + size])]
    assert found == expected
    assert len(found) == 10
    assert parts.short_term == whole.short_term
