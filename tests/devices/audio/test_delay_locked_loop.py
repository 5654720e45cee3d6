from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.devices.audio.delay_locked_loop import DelayLockedLoop
from soundscape.devices.audio.output import BLOCK_SECONDS as PERIOD


def follow(begins: list[float], nap: float = 0.002) -> tuple[list[float], list[float]]:
    """Let a pace follow a device's begins by looks and naps; return its predictions and looks."""
    pace = DelayLockedLoop(PERIOD)
    pace.restart(begins[0])
    predictions, looks = [begins[0]], []
    now = begins[0]
    for begin in begins[1:]:
        predictions.append(pace.next_begin())
        now = max(now, pace.next_look())
        looks.append(now)
        if begin <= now:
            pace.missed(now)
            continue
        while now < begin:
            now += nap
        pace.seen(now - nap / 2)
    return predictions, looks


def beat(count: int, period: float = PERIOD, first: float = 100.0) -> list[float]:
    return [first + n * period for n in range(count)]


@pytest.mark.parametrize("speed", [1.0, 0.94, 1.07])
def test_a_device_that_runs_fast_or_slow_is_followed_within_two_milliseconds(speed: float) -> None:
    begins = beat(600, PERIOD / speed)
    predictions, _ = follow(begins)
    errors = np.array(predictions) - np.array(begins)
    assert np.abs(errors[200:]).max() < 0.002


@pytest.mark.parametrize("speed", [1.0, 1.07])
def test_a_begin_is_never_noticed_so_late_that_the_queue_runs_empty(speed: float) -> None:
    begins = beat(600, PERIOD / speed)
    _, looks = follow(begins)
    late = np.array(looks) - np.array(begins[1:])
    assert late.max() < PERIOD / 2


def test_predictions_are_more_even_than_what_was_seen() -> None:
    jitter = np.random.default_rng(3).uniform(0.0, 0.004, 600)
    begins = [begin + late for begin, late in zip(beat(600), jitter, strict=True)]
    predictions, _ = follow(begins)
    assert np.std(np.diff(predictions)[100:]) < np.std(np.diff(begins)[100:]) / 3


def test_after_a_long_stop_it_starts_afresh() -> None:
    begins = beat(50) + beat(50, first=200.0)
    predictions, _ = follow(begins)
    assert abs(predictions[-1] - begins[-1]) < 0.002


@given(st.lists(st.floats(-0.01, 0.05), min_size=1, max_size=60))
def test_the_period_stays_within_reach_whatever_is_seen(errors: list[float]) -> None:
    pace = DelayLockedLoop(PERIOD)
    pace.restart(0.0)
    for error in errors:
        before = pace.next_begin()
        pace.seen(before + error)
        ahead = pace.next_begin() - before - error
        assert ahead > -0.06
        assert pace.next_look() < pace.next_begin()
