from __future__ import annotations

import pytest

from soundscape.devices.audio.driver_buffers import AHEAD, AHEAD_WITHOUT_PRIORITY
from soundscape.devices.audio.standstill import (
    StandstillWatch,
    advice,
    longest_standstill,
    measure_standstill,
    needed_buffer,
)
from soundscape.ipc.priority import is_real_time


class Machine:
    """Stands still once, for a time, at its hundredth nap."""

    def __init__(self, still: float) -> None:
        self.time = 50.0
        self.naps = 0
        self._still = still

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.naps += 1
        self.time += seconds + (self._still if self.naps == 100 else 0.0)


def test_the_longest_standstill_is_found_within_the_time_given() -> None:
    machine = Machine(0.08)
    found = longest_standstill(10.0, now=machine.now, sleep=machine.sleep)
    assert found == pytest.approx(0.08)
    assert machine.time == pytest.approx(60.0, abs=0.01)


@pytest.mark.parametrize(
    ("standstill", "buffer"), [(0.0, 0.25), (0.1, 0.25), (0.13, 0.3), (0.4, 0.8), (3.0, 1.0)]
)
def test_the_buffer_is_twice_the_standstill_within_what_a_room_may_ask(
    standstill: float, buffer: float
) -> None:
    assert needed_buffer(standstill) == buffer


@pytest.mark.parametrize(
    ("standstill", "said"),
    [
        (0.03, "at most 30 ms: the buffer of 250 ms is enough"),
        (0.2, "at most 200 ms: write `audio: {buffer: 400ms}` into room.yaml"),
        (2.0, "at most 2000 ms: no buffer bridges that"),
    ],
)
def test_it_says_what_was_measured_and_what_to_do(standstill: float, said: str) -> None:
    assert said in advice(standstill, AHEAD)


def test_a_room_with_a_long_enough_buffer_is_told_so() -> None:
    assert "the buffer of 400 ms is enough" in advice(0.2, 0.4)


def test_measuring_leaves_the_priority_as_it_was() -> None:
    before = is_real_time()
    longest, ahead = measure_standstill(0.01)
    assert 0.0 <= longest < 5.0
    assert ahead in (AHEAD, AHEAD_WITHOUT_PRIORITY)
    assert is_real_time() == before


def test_beside_something_else_it_watches_until_it_is_asked() -> None:
    assert 0.0 <= StandstillWatch().stop() < 10.0
