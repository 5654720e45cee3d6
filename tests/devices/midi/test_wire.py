from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soundscape.devices.midi.wire import BEAT, END, Records, joined_pairs, pack, pack_beat, pack_end

messages = st.lists(st.tuples(st.floats(0.0, 1e9), st.integers(0, END), st.binary(max_size=40)))


@given(messages, st.lists(st.integers(0, 60)))
def test_records_come_whole_however_their_bytes_come(
    batch: list[tuple[float, int, bytes]], cuts: list[int]
) -> None:
    data = pack(batch)
    records = Records()
    out = []
    for cut in cuts:
        out += records.feed(data[:cut])
        data = data[cut:]
    assert out + records.feed(data) == batch


def test_the_end_is_a_record_of_its_own() -> None:
    assert Records().feed(pack_end(12.5)) == [(12.5, END, b"")]


def test_a_sign_of_life_is_a_record_of_its_own() -> None:
    assert Records().feed(pack_beat()) == [(0.0, BEAT, b"")]


def test_the_halves_of_a_14_bit_pair_travel_in_one_record() -> None:
    most, least, alone = b"\xb0\x15\x40", b"\xb0\x35\x01", b"\xb0\x16\x01"
    batch = [(1.0, 0, most), (1.0, 0, least), (1.0, 0, alone), (1.1, 0, least)]
    assert joined_pairs(batch) == [(1.0, 0, most + least), *batch[2:]]


def test_other_messages_are_never_joined() -> None:
    most, least = b"\xb0\x15\x40", b"\xb0\x35\x01"
    for second in ((1.0, 1, least), (1.1, 0, least), (1.0, 0, b"\xb1\x35\x01"), (1.0, 0, most)):
        batch = [(1.0, 0, most), second]
        assert joined_pairs(batch) == batch
