"""How a light is sent over DMX: from a code to the values of its addresses, and back."""

from __future__ import annotations

import math
from collections.abc import Callable

from soundscape.dmx.slot_values import encode_slots
from soundscape.scene.dmx_spec import Span

TOP_8, TOP_16 = 255, 65535
"""The codes of full with one byte and with two."""

Written = int | tuple[int, int] | tuple[Span, ...]


def dmx_wire(address: Written) -> tuple[int, Callable[[int, int | None], tuple[bytes, ...]]]:
    """The top code of a light, and what encodes its codes: always one message, with all values."""
    if isinstance(address, int):
        return TOP_8, lambda code, _before: (encode_slots(((address, code),)),)
    first, second = address[0], address[-1]
    if isinstance(first, int) and isinstance(second, int):
        return TOP_16, lambda code, _before: (
            encode_slots(((first, code >> 8), (second, code & 0xFF))),
        )
    spans = _spans(address)
    return TOP_8, lambda code, _before: (
        encode_slots((slot, _value(low, high, code)) for slot, low, high in spans),
    )


def part_in(frame: bytes, address: Written) -> float:
    """The part of full (0 to 1) that a frame of 512 values has for a light."""
    if isinstance(address, int):
        return frame[address - 1] / TOP_8
    first, second = address[0], address[-1]
    if isinstance(first, int) and isinstance(second, int):
        return (frame[first - 1] << 8 | frame[second - 1]) / TOP_16
    slot, low, high = max(_spans(address), key=lambda span: abs(span[2] - span[1]))
    return min(1.0, max(0.0, (frame[slot - 1] / TOP_8 - low) / (high - low)))


def _spans(address: Written) -> tuple[Span, ...]:
    assert isinstance(address, tuple)  # noqa: S101 - one number was looked at before
    return tuple(one for one in address if not isinstance(one, int))


def _value(low: float, high: float, code: int) -> int:
    """A value in its range, rounded half up."""
    return math.floor(TOP_8 * (low + (high - low) * code / TOP_8) + 0.5)
