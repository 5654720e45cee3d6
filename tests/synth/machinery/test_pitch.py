from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from soundscape.synth.machinery import pitch


@pytest.mark.parametrize(
    ("text", "hertz"),
    [
        ("A4", 440.0),
        ("d2", 73.416),
        ("F#2", 92.499),
        ("Gb2", 92.499),
        ("Bb1", 58.270),
        ("C1", 32.703),
        ("B♭1", 58.270),
        ("110", 110.0),
        ("73.4 Hz", 73.4),
        (" D2 ", 73.416),
    ],
)
def test_a_root_is_a_note_or_hertz(text: str, hertz: float) -> None:
    assert pitch.parse_root(text, 440.0) == pytest.approx(hertz, abs=1e-3)


@pytest.mark.parametrize("text", ["", "H2", "D", "2D", "D2x", "-5", "1e3", "D##2", "nan", "٣"])
def test_what_is_neither_a_note_nor_hertz_is_none(text: str) -> None:
    assert pitch.parse_root(text, 440.0) is None


def test_a_note_follows_the_concert_pitch_and_hertz_do_not() -> None:
    assert pitch.parse_root("A2", 432.0) == 108.0
    assert pitch.parse_root("110", 432.0) == 110.0


@pytest.mark.parametrize("mode", pitch.MODES)
def test_no_two_tones_of_a_chord_are_closer_than_a_tone(mode: str) -> None:
    for chord in pitch.MODES[mode]:
        assert len(chord) >= 2
        for low, high in combinations(sorted(chord), 2):
            step = high / low
            assert min(step, 2 / step) >= Fraction(16, 15) * Fraction(25, 24)


def test_equal_tuning_is_the_nearest_semitone() -> None:
    assert pitch.tuned(Fraction(3, 2), "just") == 1.5
    assert pitch.tuned(Fraction(3, 2), "equal") == pytest.approx(2.0 ** (7 / 12))
    assert pitch.tuned(Fraction(7, 4), "equal") == pytest.approx(2.0 ** (10 / 12))
