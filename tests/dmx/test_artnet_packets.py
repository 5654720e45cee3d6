"""Art-Net packets byte by byte, against the tables of Art-Net 4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from soundscape.dmx.artnet_packets import ArtnetPackets

FRAME = bytes(range(256)) * 2


def reply(universe: int, *, merges: bool, kind: int = 0x80) -> bytes:
    """The ArtPollReply of a node with one output."""
    data = bytearray(239)
    data[:10] = b"Art-Net\x00\x00\x21"
    data[18], data[19] = universe >> 8, universe >> 4 & 0x0F
    data[173] = 1
    data[174] = kind
    data[182] = 0x80 | (0x08 if merges else 0)
    data[190] = universe & 0x0F
    return bytes(data)


def test_a_data_packet_is_that_of_the_standard() -> None:
    data = ArtnetPackets(0x1234).data(FRAME, 9)
    assert data[:12] == b"Art-Net\x00\x00\x50\x00\x0e"
    assert data[12:18] == bytes((9, 0, 0x34, 0x12, 0x02, 0x00))
    assert data[18:] == FRAME


def test_sequence_numbers_go_round_without_zero() -> None:
    assert [ArtnetPackets.following(number) for number in (0, 1, 254, 255)] == [1, 2, 255, 1]


def test_a_poll_is_that_of_the_standard() -> None:
    assert ArtnetPackets(1).poll()[:12] == b"Art-Net\x00\x00\x20\x00\x0e"


@pytest.mark.parametrize("universe", [0, 5, 0x1234, 32767])
def test_a_receiver_says_whether_it_merges(universe: int) -> None:
    ours = ArtnetPackets(universe)
    assert ours.merges(reply(universe, merges=True)) is True
    assert ours.merges(reply(universe, merges=False)) is False
    assert ours.merges(reply(universe ^ 1, merges=True)) is None
    assert ours.merges(reply(universe, merges=True, kind=0x40)) is None


@given(data=st.binary(max_size=300))
@examples(40)
def test_no_bytes_from_the_network_are_an_error(data: bytes) -> None:
    assert ArtnetPackets(0).merges(data) is None
    assert ArtnetPackets(0).merges(reply(0, merges=True)[: len(data)]) in (None, True)
