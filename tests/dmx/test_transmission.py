"""When packets are due. Times are seconds."""

from __future__ import annotations

from itertools import pairwise

import pytest

from soundscape.dmx.slot_values import encode_slots
from soundscape.dmx.transmission import COPIES, KEEP_ALIVE, PACKET_GAP, Transmission

LAST = bytes([7] * 512)


def sent(transmission: Transmission, begin: float, end: float) -> list[tuple[float, bytes]]:
    """The packets from a time to another, each as soon as it is due."""
    out, now = [], begin
    while now <= end:
        frame = transmission.take(now)
        if frame is not None:
            out.append((now, frame))
        due = transmission.due
        now = end + 1.0 if due is None else max(due, now)
    return out


def test_nothing_is_sent_before_the_beginning() -> None:
    transmission = Transmission(LAST)
    assert transmission.due is None
    assert transmission.take(100.0) is None
    assert not transmission.begun


def test_the_first_packet_has_the_last_known_look_and_the_change() -> None:
    transmission = Transmission(LAST)
    transmission.apply(encode_slots(((12, 8),)))
    frame = transmission.take(0.0)
    assert frame is not None
    assert frame[11] == 8
    assert frame[:11] + frame[12:] == LAST[:511]


def test_a_change_is_sent_at_once_and_three_more_times_and_then_kept_alive() -> None:
    transmission = Transmission(LAST)
    transmission.begin()
    sent(transmission, 0.0, 10.0)
    transmission.apply(encode_slots(((1, 9),)))
    times = [at for at, _ in sent(transmission, 10.0, 13.0)]
    gaps = [after - before for before, after in pairwise(times)]
    assert times[0] == 10.0
    assert gaps[: COPIES - 1] == pytest.approx([PACKET_GAP] * (COPIES - 1))
    assert gaps[COPIES - 1 :] == pytest.approx([KEEP_ALIVE] * len(gaps[COPIES - 1 :]))
    assert KEEP_ALIVE <= 1.0


def test_both_bytes_of_a_message_are_in_one_packet() -> None:
    transmission = Transmission(LAST)
    transmission.apply(encode_slots(((13, 1), (14, 255))))
    transmission.apply(encode_slots(((13, 2), (14, 0))))
    frame = transmission.take(0.0)
    assert frame is not None
    assert frame[12:14] == b"\x02\x00"


def test_many_changes_are_no_more_than_forty_packets_a_second() -> None:
    transmission = Transmission(LAST)
    times = []
    for step in range(2000):
        transmission.apply(encode_slots(((1 + step % 512, (step + step // 512) % 256),)))
        if transmission.take(step / 1000) is not None:
            times.append(step / 1000)
    assert 70 <= len(times) <= 81
    assert all(b - a >= PACKET_GAP - 1e-9 for a, b in pairwise(times))


def test_a_value_that_does_not_change_is_no_change() -> None:
    transmission = Transmission(LAST)
    transmission.begin()
    sent(transmission, 0.0, 5.0)
    transmission.apply(encode_slots(((1, 7),)))
    assert len(sent(transmission, 5.0, 8.0)) <= 4


def test_a_frame_may_be_sent_once_more_but_not_before_the_gap() -> None:
    transmission = Transmission(LAST)
    transmission.repeat()
    assert transmission.due is None, "not before the beginning"
    transmission.begin()
    for step in range(COPIES):
        assert transmission.take(step * PACKET_GAP) is not None
    last = (COPIES - 1) * PACKET_GAP
    transmission.repeat()
    assert transmission.due == pytest.approx(last + PACKET_GAP)
    assert transmission.take(last + PACKET_GAP) is not None
    assert transmission.due == pytest.approx(last + PACKET_GAP + KEEP_ALIVE)
