"""Lights moved by hand, with a clock that the test turns."""

from __future__ import annotations

import pytest
from rooms import make_room

from soundscape.engine.light_bench import LightBench


class Process:
    def __init__(self) -> None:
        self.sent: list[tuple[float, bytes]] = []

    def send(self, batch: list[tuple[float, str, bytes]]) -> None:
        self.sent += [(due, data) for due, _, data in batch]

    def health(self) -> dict[str, str]:
        return {"desk": "ok"}


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def bench() -> tuple[LightBench, Process, Time]:
    time, process = Time(), Process()
    return LightBench(make_room(), process, now=time, sleep=time.sleep), process, time  # type: ignore[arg-type]


def test_a_light_goes_where_it_is_wanted_no_faster_than_the_limits(bench):
    hand, process, time = bench
    assert hand.move({"room": 0.3}) == {"room": pytest.approx(0.3, abs=1 / 127)}
    codes = [data[2] for _, data in process.sent]
    assert (codes[0], codes[-1]) == (76, 38)
    assert time.now >= 100.0 + 0.3 / 0.1, "10 % a second"
    assert all(0 <= due - 100.0 <= time.now - 100.0 for due, _ in process.sent)


def test_messages_are_handed_over_before_they_are_due(bench):
    hand, process, time = bench
    late = []
    send = process.send
    process.send = lambda batch: (late.extend(time.now - d for d, _, _ in batch), send(batch))  # type: ignore[method-assign]
    hand.move({"room": 0.5})
    assert max(late[1:]) <= 0.0


def test_a_switch_goes_over_and_back_ten_seconds_apart(bench):
    hand, process, _ = bench
    hand.move({"star": 0.0})
    hand.move({"star": 1.0})
    (first, off), (second, on) = process.sent
    assert (off, on) == (b"\x90\x29\x00", b"\x90\x29\x7f")
    assert second - first >= 10.0


def test_below_the_floor_it_does_not_go(bench):
    hand, _, _ = bench
    assert hand.move({"room": 0.0})["room"] == pytest.approx(0.03, abs=1 / 127)
