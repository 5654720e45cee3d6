from __future__ import annotations

import pytest

from soundscape.errors import InvalidValue
from soundscape.midi.messages import (
    control,
    control_pair,
    note_off,
    note_on,
    program,
    sysex,
)


def test_channel_one_is_zero_on_the_wire() -> None:
    assert note_on(1, 60, 90).hex() == "903c5a"
    assert note_off(16, 60).hex() == "8f3c00"
    assert control(2, 20, 127).hex() == "b1147f"


def test_program_one_is_zero_on_the_wire() -> None:
    assert [m.hex() for m in program(1, 1)] == ["c000"]
    assert [m.hex() for m in program(1, 128)] == ["c07f"]


def test_a_bank_is_selected_before_its_program() -> None:
    assert [m.hex() for m in program(3, 4, 130)] == ["b20001", "b22002", "c203"]


def test_a_pair_is_msb_then_lsb() -> None:
    assert [m.hex() for m in control_pair(1, (21, 53), 0x1234, None)] == ["b01524", "b03534"]


def test_the_lsb_goes_alone_where_the_msb_did_not_change() -> None:
    assert [m.hex() for m in control_pair(1, (21, 53), 0x1234, 0x1200)] == ["b03534"]
    assert len(control_pair(1, (21, 53), 0x1280, 0x1234)) == 2


@pytest.mark.parametrize("controller", [120, 123, 127, -1])
def test_channel_mode_messages_are_refused(controller: int) -> None:
    with pytest.raises(InvalidValue, match="0 to 119"):
        control(1, controller, 0)


@pytest.mark.parametrize("body", [(0x7D, 1), (0xF0, 0x7D, 1, 0xF7)])
def test_sysex_is_framed_once(body: tuple[int, ...]) -> None:
    assert sysex(body).hex() == "f07d01f7"


@pytest.mark.parametrize("body", [(), (0xF0, 0xF7), (0x80,), (0x7D, 0xF7, 0x01), (-1,)])
def test_sysex_with_anything_but_data_bytes_is_refused(body: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="sysex"):
        sysex(body)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: note_on(0, 1, 1),
        lambda: note_on(17, 1, 1),
        lambda: note_on(1, 128, 1),
        lambda: note_on(1, 1, 128),
        lambda: program(1, 0),
        lambda: program(1, 129),
        lambda: program(1, 1, 16384),
        lambda: control_pair(1, (21, 53), 16384, None),
    ],
)
def test_numbers_outside_their_range_are_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(InvalidValue, match="must be"):
        wrong()
