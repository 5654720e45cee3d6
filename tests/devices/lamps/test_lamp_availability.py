"""Which lamps are there, with a clock that the test turns."""

from __future__ import annotations

import pytest

from soundscape.devices.lamps.lamp_availability import (
    BACK_EVERY,
    CONNECTED_AGAIN,
    SETTLE,
    LampAvailability,
    read_availability,
)
from soundscape.devices.lamps.lamp_messages import LampRequest, LampsReturned, LampStatus

LAMPS = (
    LampRequest("ceiling", "a/set", "a/availability"),
    LampRequest("warmth", "a/set", "a/availability"),
    LampRequest("silent", "b/set", ""),
)
BROKER = "the broker b.lan"


@pytest.fixture
def lamps() -> LampAvailability:
    return LampAvailability(LAMPS, "b.lan")


@pytest.fixture
def there(lamps: LampAvailability) -> LampAvailability:
    """All are there, at the time 0."""
    lamps.connect(0.0)
    lamps.receive("a/availability", b"online", retained=True)
    list(lamps.changes(0.0))
    return lamps


@pytest.mark.parametrize(
    ("payload", "is_online"),
    [
        (b"online", True),
        (b"Online\n", True),
        (b'{"state": "online"}', True),
        (b"offline", False),
        (b'{"state":"offline"}', False),
        (b"", None),
        (b"on", None),
        (b"\xff\xfe", None),
        (b"{", None),
        (b'{"state": {"state": "online"}}', None),
        (b'{"a": ' * 30, None),
        (b"online" + b" " * 1000, None),
    ],
)
def test_only_online_and_offline_say_anything(payload: bytes, is_online: bool | None) -> None:
    assert read_availability(payload) is is_online


def test_lamps_wait_for_what_the_broker_has_kept_of_them(lamps: LampAvailability) -> None:
    lamps.connect(0.0)
    assert list(lamps.changes(0.0)) == [LampStatus(("silent",), "ok", BROKER)]
    lamps.receive("a/availability", b"offline", retained=True)
    assert list(lamps.changes(SETTLE)) == [
        LampStatus(("ceiling", "warmth"), "absent", "it says that it is offline")
    ]


def test_a_lamp_of_which_nothing_was_kept_counts_as_there(lamps: LampAvailability) -> None:
    lamps.connect(0.0)
    list(lamps.changes(0.0))
    assert list(lamps.changes(SETTLE)) == [LampStatus(("ceiling", "warmth"), "ok", BROKER)]


def test_a_broker_that_is_away_is_one_line_for_all_lamps(there: LampAvailability) -> None:
    there.disconnect("it does not answer")
    why = f"{BROKER}: it does not answer"
    assert list(there.changes(1.0)) == [LampStatus(("ceiling", "warmth", "silent"), "lost", why)]
    there.disconnect("it still does not")
    assert list(there.changes(2.0)) == []


def test_a_lamp_that_says_nothing_is_given_time_to_find_the_broker_again(
    there: LampAvailability,
) -> None:
    there.disconnect("it does not answer")
    list(there.changes(20.0))
    there.connect(30.0)
    there.receive("a/availability", b"online", retained=True)
    assert list(there.changes(30.0)) == [LampStatus(("ceiling", "warmth"), "ok", BROKER)]
    assert list(there.changes(30.0 + CONNECTED_AGAIN)) == [LampStatus(("silent",), "ok", BROKER)]


def test_a_lamp_that_says_again_that_it_is_there_gets_its_value_again(
    there: LampAvailability,
) -> None:
    there.receive("a/availability", b"online", retained=False)
    assert list(there.changes(1.0)) == [LampsReturned(("ceiling", "warmth"))]
    assert list(there.changes(2.0)) == []


def test_a_lamp_that_missed_a_message_gets_its_value_again(there: LampAvailability) -> None:
    there.miss(2)
    assert list(there.changes(1.0)) == [LampsReturned(("silent",))]


def test_a_lamp_that_comes_and_goes_is_back_only_now_and_then(there: LampAvailability) -> None:
    states = []
    for tenth in range(200):
        word = b"offline" if tenth % 2 else b"online"
        there.receive("a/availability", word, retained=False)
        states += [one.state for one in there.changes(tenth / 10) if isinstance(one, LampStatus)]
    assert states.count("ok") <= 1 + 20 / BACK_EVERY
