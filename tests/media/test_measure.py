"""Levels by EBU Tech 3341: a stereo sine of 997 Hz at −23 dBFS is −23 LUFS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ebu import (
    INTEGRATED,
    MOMENTARY,
    RANGES,
    SHORT_TERM,
    TRUE_PEAKS,
    burst,
    peak_burst,
    peak_tone,
    steps,
)
from sounds import FORMATS, Sound, encode, tone

from soundscape.errors import MediaError
from soundscape.media.decoder import FileDecoder
from soundscape.media.measure import measure

RATE = 48_000


def at(level: float, seconds: float, rate: int = RATE) -> Sound:
    """A sine of 997 Hz at a level in dBFS."""
    return tone(seconds, rate, 997, 10 ** (level / 20))


def silence(seconds: float) -> Sound:
    return np.zeros((round(seconds * RATE), 2), np.float32)


def written(folder: Path, *parts: Sound, rate: int = RATE, name: str = "x.wav") -> Path:
    codec = "pcm_f32le" if name.endswith("wav") else None
    return encode(folder / name, np.concatenate(parts), rate, codec=codec)


@pytest.mark.parametrize("case", INTEGRATED)
def test_steps_of_a_tone_are_as_loud_as_the_standard_says(tmp_path, case) -> None:
    levels, expected = INTEGRATED[case]
    assert measure(written(tmp_path, steps(levels))).lufs == pytest.approx(expected, abs=0.1)


def test_the_highest_short_term_loudness_is_the_standards(tmp_path) -> None:
    assert measure(written(tmp_path, steps(SHORT_TERM))).short_term == pytest.approx(-23, abs=0.1)
    for number in (0, 7, 19):
        found = measure(written(tmp_path, burst(10, number)))
        assert found.short_term == pytest.approx(-23, abs=0.1)


def test_the_highest_momentary_loudness_is_the_standards_on_a_tenth_of_a_second(tmp_path) -> None:
    """Between tenths a burst of one window's length reads up to 0.5 LU less (see `curve`)."""
    for number, low in ((0, 0.1), (5, 0.1), (10, 0.1), (17, 0.5)):
        loudest = measure(written(tmp_path, burst(13, number))).curve.max()
        assert -23 - low <= loudest <= -22.9
    assert measure(written(tmp_path, steps(MOMENTARY))).curve.max() == pytest.approx(-23, abs=0.1)


def test_sides_that_cancel_each_other_are_told_from_sides_that_differ(tmp_path) -> None:
    both = at(-20, 5)
    inverted = both * np.array([1, -1], np.float32)
    one_side = both * np.array([1, 0], np.float32)
    assert measure(written(tmp_path, both)).mono == pytest.approx(0, abs=0.01)
    assert measure(written(tmp_path, one_side)).mono == pytest.approx(-3, abs=0.02)
    assert measure(written(tmp_path, inverted)).mono <= -60
    nearly = inverted + 0.06 * both
    assert measure(written(tmp_path, nearly)).mono == pytest.approx(-24.4, abs=0.1)
    noise = np.random.default_rng(1).normal(0, 0.1, (5 * RATE, 2)).astype(np.float32)
    assert measure(written(tmp_path, noise)).mono == pytest.approx(-3, abs=0.1)
    assert measure(written(tmp_path, silence(2))).mono == 0
    assert measure(written(tmp_path, both[:, :1])).mono == 0


def test_a_constant_offset_is_measured_on_the_side_that_has_more(tmp_path) -> None:
    sound = at(-20, 5) + np.array([0.01, -0.05], np.float32)
    assert measure(written(tmp_path, sound)).offset == pytest.approx(0.05, abs=1e-4)
    assert measure(written(tmp_path, at(-20, 5))).offset < 1e-4
    assert measure(written(tmp_path, sound, name="x.flac")).offset == pytest.approx(0.05, abs=1e-3)


@pytest.mark.parametrize("case", RANGES)
def test_the_loudness_range_is_that_between_steps(tmp_path, case) -> None:
    levels, expected = RANGES[case]
    assert measure(written(tmp_path, steps(levels))).range == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("case", [*TRUE_PEAKS, 20, 21, 22, 23])
def test_true_peaks_are_the_standards(tmp_path, case) -> None:
    sound = peak_tone(case) if case in TRUE_PEAKS else peak_burst(case)
    expected = TRUE_PEAKS[case][-1] if case in TRUE_PEAKS else 0.0
    assert expected - 0.3 <= measure(written(tmp_path, sound)).peak <= expected + 0.2


def test_five_channels_are_measured_as_they_are_heard_from_two(tmp_path) -> None:
    """Case 6 of the standard has five loudspeakers; here they are folded to two first."""
    levels = np.array([-28, -28, -24, -30, -30]) / 20
    five = steps(((0, 4),))[:, :1] * (10**levels).astype(np.float32)
    file = encode(tmp_path / "5.wav", five, RATE, codec="pcm_f32le", layout="5.0")
    decoder = FileDecoder(str(file))
    heard = decoder.read(len(five))
    decoder.close()
    assert measure(file).lufs == pytest.approx(measure(written(tmp_path, heard)).lufs, abs=0.05)


def test_mono_is_measured_as_it_sounds_on_both_sides(tmp_path) -> None:
    file = written(tmp_path, at(-23, 5)[:, :1])
    assert measure(file).lufs == pytest.approx(-23, abs=0.1)


def test_silence_at_the_ends_is_found_to_the_frame(tmp_path) -> None:
    found = measure(written(tmp_path, silence(1.25), at(-20, 2) + 0.01, silence(0.5)))
    assert (found.sound_from, found.sound_to) == (60_000, 156_000)


def test_less_than_a_fifth_of_a_second_of_silence_belongs_to_the_sound(tmp_path) -> None:
    found = measure(written(tmp_path, silence(0.19), at(-20, 2), silence(0.19)))
    assert (found.sound_from, found.sound_to) == (0, round(2.38 * RATE))


def test_a_silent_file_sounds_from_its_start_to_its_end(tmp_path) -> None:
    found = measure(written(tmp_path, silence(3)))
    assert (found.sound_from, found.sound_to) == (0, 3 * RATE)
    assert found.lufs <= -70


def test_the_curve_has_ten_values_a_second_and_follows_the_level(tmp_path) -> None:
    curve = measure(written(tmp_path, at(-30, 5), at(-20, 5))).curve
    assert curve.dtype == np.float32
    assert len(curve) == 100
    assert curve[:50] == pytest.approx(-30, abs=0.1)
    assert curve[54:] == pytest.approx(-20, abs=0.1)
    assert curve[49] < curve[50] < curve[51] < curve[52]


@pytest.mark.parametrize("seconds", [0.05, 0.25, 0.399, 0.4])
def test_less_than_a_window_is_measured_with_silence_around_it(tmp_path, seconds) -> None:
    found = measure(written(tmp_path, at(-20, seconds)))
    assert found.lufs == pytest.approx(-20 + 10 * np.log10(seconds / 0.4), abs=0.2)
    assert len(found.curve) == np.ceil(10 * seconds)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_measured_at_its_own_rate(tmp_path, name) -> None:
    kind = FORMATS[name]
    file = kind.write(tmp_path / "x", at(-20, 4, kind.rate))
    found = measure(file)
    assert found.probe.rate == kind.rate
    assert found.lufs == pytest.approx(-20, abs=0.3)
    assert found.probe.decoded_frames == pytest.approx(4 * RATE, abs=2)
    assert found.probe.fault is None


def test_samples_that_no_recording_holds_do_not_count(tmp_path) -> None:
    wild = at(-20, 3)
    wild[50_000], wild[60_000] = np.nan, 1e9
    found = measure(written(tmp_path, wild))
    assert found.lufs == pytest.approx(-20, abs=0.2)
    assert found.peak < -15


def test_a_file_cut_short_is_measured_as_far_as_it_goes_and_named(tmp_path) -> None:
    file = written(tmp_path, at(-20, 10), name="x.flac")
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    found = measure(file)
    assert "shorter than its header says" in (found.probe.fault or "")
    assert found.sound_to == found.probe.decoded_frames < 8 * RATE
    assert found.lufs == pytest.approx(-20, abs=0.2)


def test_what_holds_no_sound_is_an_error(tmp_path) -> None:
    (tmp_path / "x.mp3").write_text("Dear Ms Young")
    with pytest.raises(MediaError, match="not a sound file"):
        measure(tmp_path / "x.mp3")
