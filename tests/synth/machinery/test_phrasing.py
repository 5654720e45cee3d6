from __future__ import annotations

import numpy as np
import pytest

from soundscape.synth.machinery.harmony import PLANS, Harmony
from soundscape.synth.machinery.phrasing import Part, PhrasedGenerator, Phrasing

PARTS: tuple[Part, ...] = ("bed", "bed", "notes", "line", "ground")
LEVELS = (0.0, -4.0, -9.0, -9.0, -22.0)
LENGTH = 900.0
TIMES = np.arange(0.0, LENGTH)


class Ones:
    def render(self, start: int, count: int) -> np.ndarray:
        return np.ones((count, 2), np.float32)


def _phrasing(plan: str, seed: int = 1, length: float = LENGTH) -> Phrasing:
    harmony = Harmony(110.0, "major", "just", plan, seed, length)
    return Phrasing(harmony, PARTS, LEVELS, seed, length)


def _power(phrasing: Phrasing, times: np.ndarray) -> np.ndarray:
    return np.sum([phrasing.gains(voice, times) ** 2 for voice in range(len(PARTS))], axis=0)


@pytest.mark.parametrize("plan", PLANS)
def test_the_whole_has_the_nominal_power_pauses_left_out(plan: str) -> None:
    for seed in range(4):
        power = _power(_phrasing(plan, seed), TIMES)
        gated = power[power > 0.1 * power.mean()]
        assert 10.0 * np.log10(gated.mean()) == pytest.approx(0.0, abs=0.7)


@pytest.mark.parametrize("plan", PLANS)
def test_it_breathes_and_never_rises_by_more_than_three_decibels_in_a_second(plan: str) -> None:
    for seed in range(4):
        decibels = 10.0 * np.log10(_power(_phrasing(plan, seed), TIMES))
        low, high = np.percentile(decibels, [10, 95])
        assert 5.0 <= high - low <= 14.0
        assert np.diff(decibels).max() <= 3.0


@pytest.mark.parametrize("plan", ["areas", "pedal"])
def test_notes_rest_for_5_to_20_seconds_now_and_then(plan: str) -> None:
    decibels = 20.0 * np.log10(_phrasing(plan).gains(2, TIMES))
    silent = np.flatnonzero(np.diff(np.concatenate([[0], decibels < -25.0, [0]]).astype(int)))
    rests = silent[1::2] - silent[::2]
    assert len(rests) >= 3
    assert rests.min() >= 2


def test_a_regular_plan_does_not_rest() -> None:
    decibels = 10.0 * np.log10(_power(_phrasing("periods"), TIMES))
    assert decibels.min() > -10.0


def test_what_has_no_pitch_stays_as_it_is_but_for_the_whole_s_evenness() -> None:
    decibels = 20.0 * np.log10(_phrasing("areas").gains(4, TIMES))
    assert np.ptp(decibels) < 7.0


def test_a_gain_does_not_depend_on_how_it_is_asked_for() -> None:
    whole = PhrasedGenerator(Ones(), _phrasing("areas"), 0).render(99_999, 9000)
    parts = PhrasedGenerator(Ones(), _phrasing("areas"), 0)
    joined = np.concatenate([parts.render(99_999 + n, 500) for n in range(0, 9000, 500)])
    assert np.array_equal(whole, joined)


@pytest.mark.parametrize("length", [0.5, 20.0, 100.0])
def test_a_short_track_is_phrased_too_and_goes_on_beyond_its_end(length: float) -> None:
    phrasing = _phrasing("areas", length=length)
    gains = phrasing.gains(0, np.array([0.0, length, 10.0 * length]))
    assert np.isfinite(gains).all()
    assert gains[1] == pytest.approx(gains[2], rel=0.1)
