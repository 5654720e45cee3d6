from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from soundscape.synth.machinery.harmony import Harmony
from soundscape.synth.machinery.pitch import MODES
from soundscape.synth.machinery.voice_leading import PHRASE, SharedVoiceLeading, VoiceLeading

ROOT = math.log2(110.0)


def _leading(mode: str, voices: int, key: int = 3) -> tuple[list[list[float]], VoiceLeading]:
    chords = [[ROOT + math.log2(ratio) for ratio in chord] for chord in MODES[mode]]
    return chords, VoiceLeading(chords, math.log2(150.0) + 0.38 * np.arange(voices), key)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("voices", [3, 6])
def test_every_chord_is_whole_and_no_voices_cross_or_crowd(mode: str, voices: int) -> None:
    chords, leading = _leading(mode, voices)
    classes = [{round(tone % 1.0, 6) % 1.0 for tone in chord} for chord in chords]
    for number in range(-8, 24):
        pitches = leading.at(number)
        assert {round(float(pitch) % 1.0, 6) % 1.0 for pitch in pitches} in classes
        assert np.diff(pitches).min() > 0.14
        assert set(pitches.tolist()) <= set(leading.pitches)


def test_a_chord_never_comes_twice_running_within_a_phrase() -> None:
    _, leading = _leading("major", 4)
    for before, after in itertools.pairwise(range(PHRASE * 4)):
        if after % PHRASE:
            assert not np.array_equal(leading.at(before), leading.at(after))


def test_voices_move_by_steps() -> None:
    _, leading = _leading("major", 4)
    moves = [np.abs(leading.at(n) - leading.at(n - 1)) for n in range(1, 200)]
    assert np.mean(moves) < 3.0 / 12.0
    assert np.max(moves) <= 8.0 / 12.0


def test_each_phrase_begins_at_home() -> None:
    _, leading = _leading("dorian", 5)
    assert all(np.array_equal(leading.at(k * PHRASE), leading.at(0)) for k in range(-3, 9))


def test_any_chord_is_the_same_whichever_was_asked_for_first() -> None:
    forward = [_leading("minor", 4)[1].at(n).tolist() for n in range(20)]
    leading = _leading("minor", 4)[1]
    assert [leading.at(n).tolist() for n in reversed(range(20))] == forward[::-1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("key", range(12))
def test_three_to_six_voices_find_a_place_in_every_chord_of_every_key(mode: str, key: int) -> None:
    """Those of pad, strings and choir; the chords of two tones at a track's ends leave fewest."""
    tonic = 65.4 * 2.0 ** (key / 12)
    harmony = Harmony(tonic, mode, "just", "areas", 1, 720.0)
    numbers = range(harmony.number_at(719.0) + 1)
    chords = {chord.tones: chord for chord in map(harmony.chord, numbers)}
    lowest = [(2.0 * tonic, 0.38), (175.0, 0.36), (124.0, 0.36), (156.0, 0.42), (89.0, 0.42)]
    for (low, apart), voices in itertools.product(lowest, (3, 4, 5, 6)):
        leading = SharedVoiceLeading(harmony, np.log2(low) + apart * np.arange(voices))
        for chord in chords.values():
            assert set(leading.at(chord.number)) <= set(leading.pitches)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("key", range(12))
def test_voices_lie_an_octave_higher_in_an_opening_and_come_down_after_it(
    mode: str, key: int
) -> None:
    centres = math.log2(150.0) + 0.38 * np.arange(4)
    harmony = Harmony(65.4 * 2.0 ** (key / 12.0), mode, "just", "areas", 3, 720.0)
    leading = SharedVoiceLeading(harmony, centres)
    assert set(leading.at(0).tolist()) <= set(leading.pitches)
    assert leading.at(0).mean() - centres.mean() == pytest.approx(1.0, abs=0.3)
    assert leading.at(1).mean() - centres.mean() == pytest.approx(0.0, abs=0.3)
