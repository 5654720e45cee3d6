from __future__ import annotations

import pytest

from soundscape.dmx.slot_values import SLOTS, decode_slots
from soundscape.lighting.dmx_light import dmx_wire, part_in

COLOUR = ((20, 1.0, 0.0), (21, 0.0, 1.0))
TINTED = ((30, 0.0, 1.0), (31, 0.0, 0.62), (32, 0.2, 0.2))


def values(address: object, code: int) -> dict[int, int]:
    _, encode = dmx_wire(address)
    (message,) = encode(code, None)
    return dict(decode_slots(message))


def test_a_light_is_one_message_with_all_its_values() -> None:
    assert values(12, 128) == {12: 128}
    assert values((13, 14), 0x1234) == {13: 0x12, 14: 0x34}
    assert values((40, 7), 0x1234) == {40: 0x12, 7: 0x34}
    assert values(COLOUR, 51) == {20: 204, 21: 51}
    assert values(TINTED, 255) == {30: 255, 31: 158, 32: 51}
    assert values(TINTED, 0) == {30: 0, 31: 0, 32: 51}


@pytest.mark.parametrize("address", [512, (13, 14), (2, 1), COLOUR, TINTED])
def test_a_frame_says_where_a_light_was_left(address: object) -> None:
    top, _ = dmx_wire(address)
    for code in {0, 1, top // 3, top - 1, top}:
        frame = bytearray(SLOTS)
        for slot, value in values(address, code).items():
            frame[slot - 1] = value
        assert round(part_in(bytes(frame), address) * top) == code


def test_a_frame_that_no_light_has_made_still_is_a_level() -> None:
    assert part_in(bytes([255] * SLOTS), ((1, 0.2, 0.4),)) == 1.0
    assert part_in(bytes(SLOTS), ((1, 0.2, 0.4),)) == 0.0
