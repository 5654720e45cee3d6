"""What drivers give, whole or not, to whole messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundscape.midi.parser import LONGEST, MidiParser


def fed(*pieces: str) -> list[str]:
    incoming = MidiParser()
    return [one.hex(" ") for piece in pieces for one in incoming.feed(bytes.fromhex(piece))]


@pytest.mark.parametrize(
    ("pieces", "messages"),
    [
        (["90 3c 64"], ["90 3c 64"]),
        (["c0 04"], ["c0 04"]),
        (["f1 23", "f2 01 02", "f6"], ["f1 23", "f2 01 02", "f6"]),
        (["f3 05", "90 3c 64"], ["f3 05", "90 3c 64"]),
        # running status, in one piece and from one to the next
        (["90 3c 64 3c 00"], ["90 3c 64", "90 3c 00"]),
        (["b0 07 10", "07 11", "07 12"], ["b0 07 10", "b0 07 11", "b0 07 12"]),
        (["90 3c 64", "f8", "3c 00"], ["90 3c 64", "f8", "90 3c 00"]),  # a clock leaves it
        (["90 3c 64", "f1 00", "3c 00"], ["90 3c 64", "f1 00"]),  # a common message ends it
        # real time in the middle of a message
        (["90 f8 3c fe 64"], ["f8", "fe", "90 3c 64"]),
        (["f0 7d f8 01 f7"], ["f8", "f0 7d 01 f7"]),
        # SysEx in pieces, without its end, empty
        (["f0 7d", "01 02", "03 f7"], ["f0 7d 01 02 03 f7"]),
        (["f0 7d 01", "90 3c 64"], ["90 3c 64"]),
        (["f0 f7", "f7"], []),
        # half messages
        (["90 3c", "90 3c 64"], ["90 3c 64"]),
        (["90 3c", "b0 07 01"], ["b0 07 01"]),
        (["90", "3c 64"], ["90 3c 64"]),
        # data that belongs to nothing, undefined status
        (["3c 64", "f4 01", "f5", "f9", "fd"], []),
        ([""], []),
    ],
)
def test_whole_messages_come_out(pieces, messages):
    assert fed(*pieces) == messages


def test_a_sysex_too_long_to_keep_is_dropped_and_the_next_message_is_not():
    body = "7d" + "01" * LONGEST
    assert fed("f0 " + body + "f7", "90 3c 64") == ["90 3c 64"]


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_whatever_comes_only_whole_messages_come_out(pieces):
    incoming = MidiParser()
    for piece in pieces:
        for message in incoming.feed(piece):
            assert message[0] >= 0x80
            body = message[1:-1] if message[0] == 0xF0 else message[1:]
            assert all(byte < 0x80 for byte in body)


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_after_whatever_came_a_whole_message_is_heard(pieces):
    incoming = MidiParser()
    for piece in pieces:
        incoming.feed(piece)
    assert incoming.feed(b"\x90\x3c\x64")[-1] == b"\x90\x3c\x64"
