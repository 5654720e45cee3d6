from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from clocks import STEP, stepped

from soundscape.devices.audio.device_clock import HOLD_BACK_FOR, MOST_EARLY, DeviceClock
from soundscape.units import SAMPLE_RATE

BLOCK = 4096
SECONDS = BLOCK / SAMPLE_RATE
HELD = 0.25


class Server:
    """A sound server that plays at its own rate and asks for more a period at a time.

    `late`: seconds by which each take is late, drawn anew for each, as on a busy machine. `read` is
    what a clock reads at a moment.
    """

    def __init__(
        self,
        *,
        period: float = 0.02,
        rate: float = 1.0,
        seed: int = 1,
        read: Callable[[float], float] = float,
    ) -> None:
        self.clock = DeviceClock(HELD)
        self.read = read
        self.period = period
        self.rate = rate
        self.late = 0.0
        self.more = 0.0  # seconds that it holds beyond what is known
        self.chance = random.Random(seed)
        self.now = 1000.0
        self.blocks = 0
        self.begun = self.now  # when what it plays would have begun, without a gap
        self.gaps: list[float] = []

    def due(self) -> float:
        """When it asks for the next block, if it has the buffer full."""
        wanted = self.begun + (self.blocks * SECONDS - HELD - self.more) / self.rate
        return -(-(wanted - 1000.0) // self.period) * self.period + 1000.0

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := self.due()) < end:
            self.now = max(self.now, due) + self.chance.uniform(0.0, self.late)
            self.take()
        self.now = max(self.now, end)

    def take(self) -> None:
        """Give it a block now, held back where that is due; note whether it had run dry."""
        frame = self.blocks * BLOCK
        asked = self.now
        self.now += self.clock.asked(frame, self.read(asked))
        gap = self.now - (self.begun + self.blocks * SECONDS / self.rate)
        if self.blocks and gap > 0.0:
            self.begun += gap
            self.gaps.append(gap)
        self.clock.taken(frame, self.read(asked), self.read(self.now))
        self.blocks += 1

    def stop(self, seconds: float) -> None:
        """We stand still: nobody answers it."""
        self.now += seconds

    @property
    def held(self) -> float:
        """Seconds of sound that it has."""
        return self.begun + self.blocks * SECONDS / self.rate - self.now


@pytest.mark.parametrize("period", [0.005, 0.02, 0.21])
def test_takes_in_bursts_make_no_gap_and_a_steady_clock(period: float) -> None:
    server = Server(period=period)
    server.run(5.0)
    first = server.clock.time_of(0)
    assert first is not None
    server.run(60.0)
    last = server.clock.time_of(0)
    assert last == pytest.approx(first, abs=0.01)
    assert server.clock.gaps == []


@pytest.mark.parametrize(("period", "off"), [(0.005, 0.01), (0.02, 0.02), (0.21, 0.06)])
def test_the_clock_of_a_device_that_fills_up_is_settled_once_it_is_full(
    period: float, off: float
) -> None:
    server = Server(period=period)
    settled: list[bool] = []
    while not any(settled):
        server.now = max(server.now, server.due())
        server.take()
        settled.append(server.clock.settled)
    assert len(settled) <= 5
    first = server.clock.time_of(0)
    server.run(60.0)
    assert server.clock.time_of(0) == pytest.approx(first, abs=off)
    assert server.clock.settled


@pytest.mark.parametrize("rate", [0.9999, 1.0001])
def test_a_device_whose_clock_is_a_little_off_is_followed(rate: float) -> None:
    server = Server(rate=rate)
    server.run(600.0)
    full = server.begun + (server.blocks * SECONDS - HELD) / rate
    assert server.clock.time_of(server.blocks * BLOCK) == pytest.approx(full, abs=0.03)
    assert server.clock.gaps == []


@pytest.mark.parametrize("stop", [0.03, 0.06, 0.12, 0.2])
def test_a_stop_that_the_device_bridges_is_no_gap(stop: float) -> None:
    server = Server()
    for _ in range(10):
        server.run(4.03)
        server.stop(stop)
    server.run(10.0)
    assert server.clock.gaps == []


def test_a_stop_that_it_does_not_bridge_is_one_gap_as_long_as_the_device_was_silent() -> None:
    server = Server()
    server.run(5.0)
    server.stop(0.5)
    stopped = server.now
    server.run(10.0)
    (gap,) = server.clock.gaps
    assert gap.moment == stopped
    assert [gap.length] == pytest.approx(server.gaps, abs=0.01)


def test_each_of_several_gaps_is_counted_once() -> None:
    server = Server()
    for _ in range(4):
        server.run(8.0)
        server.stop(0.5)
    server.run(8.0)
    assert len(server.gaps) == 4
    assert [gap.length for gap in server.clock.gaps] == pytest.approx(server.gaps, abs=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_takes_that_are_late_on_a_busy_machine_make_no_gap(seed: int) -> None:
    server = Server(seed=seed)
    server.run(5.0)
    server.late = 0.08
    server.run(300.0)
    assert server.gaps == []
    assert server.clock.gaps == []


@pytest.mark.parametrize(("stop", "gaps"), [(0.2, 0), (0.5, 1)])
def test_a_device_that_asks_for_far_too_much_after_a_stop_is_held_back(
    stop: float, gaps: int
) -> None:
    """SDL adds up PulseAudio's requests wrongly, and then asks for a second of sound at once."""
    server = Server()
    server.run(5.0)
    server.stop(stop)
    most = 0.0
    for _ in range(20):
        server.take()
        most = max(most, server.held)
    lost = sum(server.gaps)
    assert most < HELD + SECONDS + MOST_EARLY + lost + 0.02
    server.run(10.0)
    assert len(server.gaps) == gaps
    assert [gap.length for gap in server.clock.gaps] == pytest.approx(server.gaps, abs=0.01)


@pytest.mark.parametrize("more", [0.05, 0.2])
def test_a_device_that_holds_more_than_is_known_is_not_starved_by_what_is_held_back(
    more: float,
) -> None:
    server = Server()
    server.more = more
    server.run(5.0)
    for _ in range(20):
        server.stop(HELD + 0.75 * more)
        for _ in range(12):
            server.take()
        server.run(0.5)
    server.run(10.0)
    assert server.gaps == []
    assert server.clock.gaps == []


def test_stops_in_a_row_that_are_bridged_make_no_gap_though_sdl_asks_for_too_much() -> None:
    server = Server()
    server.run(5.0)
    for _ in range(20):
        server.stop(0.2)
        for _ in range(12):
            server.take()
        server.run(0.5)
    server.run(10.0)
    assert server.gaps == []
    assert server.clock.gaps == []


def test_a_device_that_wants_to_hold_more_for_good_is_given_it() -> None:
    server = Server()
    server.run(5.0)
    server.begun -= 0.3
    server.run(HOLD_BACK_FOR + 5.0)
    asked = server.due()
    assert server.clock.asked(server.blocks * BLOCK, asked) == 0.0
    assert server.clock.gaps == []


def test_a_server_that_changes_its_own_latency_makes_no_gap() -> None:
    server = Server()
    server.run(5.0)
    server.begun += 0.2
    server.run(10.0)
    assert server.clock.gaps == []
    full = server.begun + server.blocks * SECONDS - HELD
    assert server.clock.time_of(server.blocks * BLOCK) == pytest.approx(full, abs=0.03)


def test_a_stop_long_ago_does_not_explain_a_later_shift() -> None:
    server = Server()
    server.run(5.0)
    server.stop(0.24)
    server.run(30.0)
    server.begun += 0.2
    server.run(10.0)
    assert server.clock.gaps == []


def test_with_no_deadline_a_late_take_is_no_gap_and_the_next_follows_it() -> None:
    clock = DeviceClock(deadline=False)
    clock.taken(0, 10.0, 10.0)
    clock.taken(BLOCK, 13.0, 13.5)
    assert clock.gaps == []
    assert clock.time_of(BLOCK) == pytest.approx(13.5)


def test_before_anything_was_taken_nothing_is_known() -> None:
    assert DeviceClock().time_of(0) is None


def test_on_a_clock_in_steps_no_gap_is_counted_that_was_none() -> None:
    """Modelled with such a clock, 109 gaps a minute were counted once."""
    server = Server(read=stepped)
    server.run(5.0)
    first = server.clock.time_of(0)
    assert first is not None
    server.run(120.0)
    assert server.clock.gaps == server.gaps == []
    assert server.clock.time_of(0) == pytest.approx(first, abs=STEP)


def test_on_a_clock_in_steps_a_gap_is_counted_to_a_step() -> None:
    server = Server(read=stepped)
    server.run(30.0)
    server.stop(0.6)
    server.run(30.0)
    (gap,) = server.clock.gaps
    assert gap.length == pytest.approx(sum(server.gaps), abs=2 * STEP)


def test_a_line_that_the_filling_left_too_early_follows_whatever_it_is_off_by() -> None:
    """As PulseAudio was seen to do: at first it takes more than it holds later, so that some takes
    seem to find the device half empty and others do not.
    """
    for off in (0.02, 0.1, 0.11, 0.115, 0.12, 0.125, 0.13, 0.2):
        clock = DeviceClock(HELD)
        frame, begun = 0, 100.0
        for _ in range(3):
            clock.taken(frame, begun, begun)
            frame += BLOCK
        line = begun - 2 * SECONDS + off
        for number in range(60):
            moment = line + frame / SAMPLE_RATE + (0.015, 0.01, 0.005, 0.0)[number % 4]
            clock.taken(frame, moment, moment)
            frame += BLOCK
        assert clock.time_of(0) == pytest.approx(line, abs=0.004), off
        assert clock.gaps == []
