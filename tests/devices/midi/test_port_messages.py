from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from soundscape.devices.midi.wire import BEAT, END, Records, pack, pack_beat, pack_end

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
