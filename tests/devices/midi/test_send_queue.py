from __future__ import annotations

import pytest
from clocks import STEP, SteppingClock

from soundscape.devices.midi.send_queue import BURST, LatenessHistogram, SendPacer, SendQueue


def test_equals_leave_in_the_order_in_which_they_came() -> None:
    queue = SendQueue()
    for number in (3, 1, 2):
        queue.add(1.0, 0, bytes([number]))
    queue.add(0.5, 0, b"first")
    assert [item[3] for item in queue.take(1.0)] == [b"first", b"\x03", b"\x01", b"\x02"]


def test_nothing_leaves_before_it_is_due() -> None:
    queue = SendQueue()
    queue.add(2.0, 0, b"x")
    assert queue.take(1.5) == []
    assert queue.wait(1.5) == pytest.approx(0.5)
    assert SendQueue().wait(0.0) is None


def test_the_end_forgets_what_is_due_later_and_whatever_comes() -> None:
    queue = SendQueue()
    for due in (3.0, 1.0, 2.0):
        queue.add(due, 0, b"x")
    queue.end(2.0)
    queue.add(0.5, 0, b"x")
    assert not queue.over
    assert [item[0] for item in queue.take(9.0)] == [1.0, 2.0]
    assert queue.over


def test_percentiles_are_as_fine_as_a_tenth_of_a_millisecond() -> None:
    punctuality = LatenessHistogram()
    for number in range(100):
        punctuality.note(number * 1e-4)
    report = punctuality.report()
    assert report.sent == 100
    assert report.late == 79
    assert report.median == pytest.approx(0.005, abs=1.1e-4)
    assert report.p99 == pytest.approx(0.0099, abs=1.1e-4)
    assert report.worst == pytest.approx(0.0099)


def test_a_pair_or_a_small_group_goes_out_at_once() -> None:
    pace = SendPacer()
    assert [pace.delay(5.0) for _ in range(8)] == pytest.approx([0.0] * 8, abs=1e-9)
    assert pace.delay(5.0) == pytest.approx(0.001)


def test_what_has_piled_up_is_spread_out() -> None:
    pace, now = SendPacer(), 5.0
    for _ in range(200):
        now += pace.delay(now)
    assert now - 5.0 == pytest.approx(0.192)  # 8 at once, then one a millisecond


def test_on_a_clock_in_steps_nothing_leaves_early_and_all_within_a_step() -> None:
    queue, ticking, sent = SendQueue(), SteppingClock(), []
    for number in range(300):  # a light of 25 messages a second on each of four ports, for 3 s
        queue.add(1000.0 + number / 100, number % 4, bytes([number % 128, number // 128]))
    while (wait := queue.wait(ticking.now())) is not None:
        ticking.sleep(wait)
        sent += [(ticking.now() - due, data) for due, _, _, data in queue.take(ticking.now())]
    assert [data for _, data in sent] == [bytes([n % 128, n // 128]) for n in range(300)]
    assert all(0.0 <= late < STEP for late, _ in sent)


def test_on_a_clock_in_steps_a_full_burst_of_what_has_piled_up_leaves_each_step() -> None:
    pace, ticking = SendPacer(), SteppingClock()
    for _ in range(200):
        if (delay := pace.delay(ticking.now())) > 0:
            ticking.sleep(delay)
    assert ticking.now() - 1000.0 <= 200 / BURST * STEP
