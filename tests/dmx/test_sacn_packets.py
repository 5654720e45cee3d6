"""sACN packets byte by byte, against the tables of ANSI E1.31-2018."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from soundscape.dmx.sacn_packets import SacnPackets

CID = bytes(range(16))
FRAME = bytes(range(256)) * 2
OTHER = bytes(16)


def packets(cid: bytes = CID, universe: int = 258, priority: int = 120) -> SacnPackets:
    return SacnPackets(universe, cid, "Raum ä", priority)


def test_a_data_packet_is_that_of_the_standard() -> None:
    data = packets().data(FRAME, 77)
    assert len(data) == 638
    assert data[:16] == b"\x00\x10\x00\x00ASC-E1.17\x00\x00\x00"
    assert data[18:22] == b"\x00\x00\x00\x04"
    assert data[22:38] == CID
    assert data[44:108].rstrip(b"\0").decode() == "Raum ä"
    assert data[108] == 120
    assert data[111] == 77
    assert data[112] == 0
    assert data[113:115] == b"\x01\x02"
    assert data[125] == 0
    assert data[126:] == FRAME


def test_the_last_packet_says_that_the_stream_ends_and_the_next_one_does_not() -> None:
    made = packets()
    assert made.last(FRAME, 1)[112] == 0x40
    assert made.data(FRAME, 2)[112] == 0


def test_sequence_numbers_go_round() -> None:
    assert [SacnPackets.following(number) for number in (0, 254, 255)] == [1, 255, 0]


def test_another_sender_of_the_universe_is_recognised_by_its_data_and_its_announcement() -> None:
    ours, theirs = packets(), packets(OTHER)
    assert ours.other_sender(theirs.data(FRAME, 1)) == "Raum ä"
    assert ours.other_sender(theirs.announcement()) == "Raum ä"


@pytest.mark.parametrize(
    "data",
    [
        packets().data(FRAME, 1),
        packets().announcement(),
        packets(OTHER, universe=3).data(FRAME, 1),
        packets(OTHER, universe=3).announcement(),
        packets(OTHER, priority=119).data(FRAME, 1),
        packets(OTHER).last(FRAME, 1),
    ],
    ids=["ours", "ours announced", "elsewhere", "elsewhere announced", "gives way", "ends"],
)
def test_what_is_no_second_sender(data: bytes) -> None:
    assert packets().other_sender(data) is None


@given(data=st.binary(max_size=700), cut=st.integers(0, 638))
@examples(40)
def test_no_bytes_from_the_network_are_an_error(data: bytes, cut: int) -> None:
    ours = packets()
    whole = bytearray(packets(OTHER).data(FRAME, 1))
    for bad in (data, bytes(whole[:cut]), bytes(whole[:cut]) + data):
        assert ours.other_sender(bad) is None or isinstance(ours.other_sender(bad), str)
