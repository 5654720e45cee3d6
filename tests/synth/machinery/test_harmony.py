from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import get_args, get_type_hints

import pytest

from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.synth.machinery import pitch
from soundscape.synth.machinery.harmony import (
    COMMA,
    OPENING,
    PERIOD,
    PLANS,
    BassLine,
    Harmony,
    HarmonyChord,
    cents_apart,
    clashing,
)

MODES = tuple(pitch.MODES)
LENGTH = 720.0


def _chords(mode: str, plan: str, seed: int = 1, tuning: str = "just") -> list[HarmonyChord]:
    harmony = Harmony(146.8, mode, tuning, plan, seed, LENGTH)
    return [harmony.chord(number) for number in range(harmony.number_at(LENGTH) + 1)]


def test_a_clinic_may_write_every_mode_and_plan_that_there_is() -> None:
    choices = get_type_hints(HarmonySpec)
    assert set(get_args(choices["mode"])) == set(MODES)
    assert set(get_args(choices["plan"])) == set(PLANS)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("tuning", ["just", "equal"])
def test_no_chord_has_tones_that_beat_roughly(mode: str, plan: str, tuning: str) -> None:
    for seed in range(5):
        for chord in _chords(mode, plan, seed, tuning):
            assert clashing(chord.tones, chord.tones) is None
            assert clashing(chord.tones, [chord.bass], COMMA) is None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("plan", PLANS)
def test_key_areas_meet_in_two_tones_and_none_that_nearly_are(mode: str, plan: str) -> None:
    for seed in range(5):
        for before, after in itertools.pairwise(_chords(mode, plan, seed)):
            if after.opens:
                shared = sum(
                    any(cents_apart(a, b) < 0.01 for b in after.tones) for a in before.tones
                )
                assert shared >= 2
                assert clashing(before.tones, after.tones, COMMA) is None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("plan", PLANS)
def test_it_begins_and_ends_at_home(mode: str, plan: str) -> None:
    chords = _chords(mode, plan, 4)
    within = [chord for chord in chords if chord.begin < LENGTH - 1.0]
    home = Harmony(146.8, mode, "just", plan, 4, LENGTH).chord(1).tones  # after its opening
    assert set(within[0].tones) < set(home)
    assert within[1].tones == home
    last_of_areas = [a for a, b in itertools.pairwise(chords) if b.opens]
    assert set(last_of_areas[-1].tones) < set(home)


def test_areas_last_90_to_180_seconds() -> None:
    for mode, plan in itertools.product(MODES, ("areas", "periods", "pedal")):
        lasting: defaultdict[int, float] = defaultdict(float)
        for chord in _chords(mode, plan):
            lasting[chord.area] += chord.through
        whole = [lasting[area] for area in sorted(lasting)[:-1]]
        assert all(89.9 <= seconds <= 180.1 for seconds in whole), (mode, plan, whole)


def _stands_alone(chord: HarmonyChord) -> bool:
    return len(chord.tones) == 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("length", [60.0, 200.0, LENGTH, 1260.0, 1440.0])
def test_it_opens_without_its_root_and_closes_without_its_third_and_the_bass_comes_last(
    mode: str, plan: str, length: float
) -> None:
    harmony = Harmony(146.8, mode, "just", plan, 3, length)
    opening = min(OPENING, 0.2 * length)
    bass = BassLine(harmony, 3.0)
    assert _stands_alone(harmony.at(0.0))
    assert harmony.at(0.0).end == pytest.approx(opening)
    assert bass.levels(0.35 * opening).sum() < 0.11
    assert bass.levels(0.95 * opening).sum() == pytest.approx(1.0)
    if length > 180.0:  # what is shorter has its whole period first
        last = harmony.at(length - 1.0)
        assert _stands_alone(last)
        shared = set(last.tones) & set(harmony.at(0.0).tones)
        assert len(shared) == (2 if mode == "suspended" else 1)
        assert (last.begin, last.end) == pytest.approx((length - opening, length))


@pytest.mark.parametrize("mode", MODES)
def test_a_period_is_eight_even_chords_that_come_the_same_way_each_time(mode: str) -> None:
    chords = [c for c in _chords(mode, "periods") if not _stands_alone(c)]
    count = Counter(chord.area for chord in chords)
    assert set(list(count.values())[:-1]) == {PERIOD}
    assert {round(chord.through, 6) for chord in chords if chord.begin < LENGTH} == {13.0}


@pytest.mark.parametrize("mode", MODES)
def test_the_bass_moves_and_never_lies_below_what_small_speakers_play(mode: str) -> None:
    share: defaultdict[float, float] = defaultdict(float)
    for seed in range(4):
        for chord in _chords(mode, "areas", seed):
            share[round(chord.bass, 6)] += chord.through
            assert 60.0 <= 2.0**chord.bass <= 125.0
    most = 0.65 if mode == "overtone" else 0.6  # it stands on one tone more than the others
    assert max(share.values()) <= most * sum(share.values())


def test_any_moment_is_as_if_all_before_it_had_been_asked_for() -> None:
    played = Harmony(110.0, "minor", "just", "areas", 9, LENGTH)
    through = [played.at(time) for time in range(0, 3600, 7)]
    jumped = Harmony(110.0, "minor", "just", "areas", 9, LENGTH)
    assert jumped.at(3598.0) == through[-1] or jumped.at(3591.0) == played.at(3591.0)
    assert jumped.at(-5.0) == through[0]
    assert {Harmony(110.0, "minor", "just", "areas", n, LENGTH).at(200.0) for n in range(8)} - {
        played.at(200.0)
    }


def test_a_note_near_a_change_is_of_both_chords() -> None:
    harmony = Harmony(110.0, "major", "just", "areas", 2, LENGTH)
    for number in range(40):
        now, after = harmony.chord(number).tones, harmony.chord(number + 1).tones
        both = [a for a in now if any(cents_apart(a, b) < 0.01 for b in after)]
        assert list(harmony.lasting(number)) == (both or list(now))


def test_the_bass_goes_over_without_a_dip() -> None:
    harmony = Harmony(110.0, "major", "just", "areas", 2, LENGTH)
    line = BassLine(harmony, 3.0)
    for tenth in range(480, 3000):
        assert (line.levels(tenth / 10.0) ** 2).sum() == pytest.approx(1.0)
