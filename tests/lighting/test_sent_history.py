from __future__ import annotations

from soundscape.lighting.sent_history import KEPT, SentHistory


def test_the_code_sent_last_up_to_a_frame_is_known() -> None:
    history = SentHistory()
    assert (history.last, history.up_to(10)) == (None, None)
    for frame, code in [(10, 1), (20, 2), (20, 3), (30, 4)]:
        history.record(frame, code)
    assert history.last == 4
    assert [history.up_to(frame) for frame in (9, 10, 19, 20, 29, 300)] == [None, 1, 1, 3, 3, 4]


def test_a_code_that_did_not_arrive_does_not_count() -> None:
    history = SentHistory()
    history.record(10, 1)
    history.record(20, 2)
    history.reset(1)
    assert (history.last, history.up_to(-5), history.up_to(50)) == (1, 1, 1)
    history.reset(None)
    assert (history.last, history.up_to(50)) == (None, None)


def test_it_forgets_only_what_is_long_past() -> None:
    history = SentHistory()
    for frame in range(10 * KEPT):
        history.record(frame, frame % 128)
    now = 10 * KEPT - 1
    assert history.up_to(now - KEPT + 1) == (now - KEPT + 1) % 128
    assert history.up_to(0) is not None
    assert len(history._codes) < 2 * KEPT
