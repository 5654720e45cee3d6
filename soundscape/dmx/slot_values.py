"""Values for some addresses of a universe, as the bytes of one message of a light.

All of a message reaches the receiver in one packet. An address takes three bytes: its number (1 to
512, high byte first) and its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

SLOTS = 512
"""Addresses of a universe (ANSI E1.11)."""

_ENTRY = 3


def encode_slots(values: Iterable[tuple[int, int]]) -> bytes:
    """The message of some addresses (1 to 512) with their values (0 to 255)."""
    out = bytearray()
    for slot, value in values:
        out += slot.to_bytes(2, "big") + bytes((value,))
    return bytes(out)


def decode_slots(data: bytes) -> Iterator[tuple[int, int]]:
    """The addresses and values of a message. What is no address of a universe is left out."""
    for begin in range(0, len(data) - _ENTRY + 1, _ENTRY):
        slot = int.from_bytes(data[begin : begin + 2], "big")
        if 1 <= slot <= SLOTS:
            yield slot, data[begin + 2]


def describe_slots(data: bytes) -> str:
    """A message, as a person says it."""
    return ", ".join(f"address {slot} = {value}" for slot, value in decode_slots(data))
