from __future__ import annotations

from soundscape.dmx.reachability import BACK_AFTER, Reachability


def test_a_receiver_is_lost_at_the_first_error_and_back_when_there_is_none_for_a_while() -> None:
    receiver = Reachability()
    receiver.succeed(0.0)
    assert not receiver.lost
    receiver.fail(1.0, "nothing there receives it")
    assert receiver.lost
    assert receiver.why == "nothing there receives it"
    receiver.succeed(1.0 + BACK_AFTER - 0.1)
    assert receiver.lost
    receiver.succeed(1.0 + BACK_AFTER)
    assert not receiver.lost
    assert receiver.why == ""


def test_each_error_counts_anew() -> None:
    receiver = Reachability()
    for second in range(10):
        receiver.fail(float(second), "away")
        receiver.succeed(second + 0.8)
        assert receiver.lost
