from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from soundscape.dmx.slot_values import decode_slots, describe_slots, encode_slots

slots = st.lists(st.tuples(st.integers(1, 512), st.integers(0, 255)), max_size=8)


@given(values=slots)
@examples(40)
def test_values_come_back_as_they_were_written(values: list[tuple[int, int]]) -> None:
    assert list(decode_slots(encode_slots(values))) == values


@given(data=st.binary(max_size=40))
@examples(40)
def test_any_bytes_give_addresses_of_a_universe_only(data: bytes) -> None:
    assert all(1 <= slot <= 512 and 0 <= value <= 255 for slot, value in decode_slots(data))


def test_a_message_in_words() -> None:
    assert (
        describe_slots(encode_slots(((12, 128), (512, 0)))) == "address 12 = 128, address 512 = 0"
    )
