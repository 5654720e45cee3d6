from __future__ import annotations

from soundscape.lighting.sent_history import KEPT, SentHistory


def test_what_was_told_by_a_frame_is_known() -> None:
    told = SentHistory()
    assert (told.last, told.by(10)) == (None, None)
    for frame, code in [(10, 1), (20, 2), (20, 3), (30, 4)]:
        told.say(frame, code)
    assert told.last == 4
    assert [told.by(frame) for frame in (9, 10, 19, 20, 29, 300)] == [None, 1, 1, 3, 3, 4]


def test_what_did_not_arrive_was_not_told() -> None:
    told = SentHistory()
    told.say(10, 1)
    told.say(20, 2)
    told.only(1)
    assert (told.last, told.by(-5), told.by(50)) == (1, 1, 1)
    told.only(None)
    assert (told.last, told.by(50)) == (None, None)


def test_it_forgets_only_what_is_long_past() -> None:
    told = SentHistory()
    for frame in range(10 * KEPT):
        told.say(frame, frame % 128)
    now = 10 * KEPT - 1
    assert told.by(now - KEPT + 1) == (now - KEPT + 1) % 128
    assert told.by(0) is not None
    assert len(told._codes) < 2 * KEPT
