from __future__ import annotations

from soundscape.dmx.other_senders import GONE_AFTER, OtherSenders


def test_a_sender_is_reported_once_when_it_comes_and_once_when_it_is_gone() -> None:
    others = OtherSenders()
    assert others.see("Console", 0.0)
    assert not others.see("Console", 10.0)
    assert others.see("Tablet", 10.0)
    assert others.take_gone(10.0 + GONE_AFTER) == []
    others.see("Tablet", 20.0)
    assert others.take_gone(10.1 + GONE_AFTER) == ["Console"]
    assert others.take_gone(10.2 + GONE_AFTER) == []
    assert others.see("Console", 99.0)
