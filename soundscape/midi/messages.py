"""MIDI messages as bytes, stamped with the frame at which they leave.

Channels are 1 to 16 and programs 1 to 128 everywhere in Soundscape, as on the front of a desk;
here, and only here, they become 0 to 15 and 0 to 127.
Source: MIDI 1.0 Detailed Specification (MMA 4.2.1), tables I to III.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from soundscape.errors import InvalidValue


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One message for a port of the room, due at a frame.

    `data` is a MIDI message with its status byte, or for a DMX port the values of some addresses
    (`dmx.slot_values`).
    """

    frame: int
    port: str
    data: bytes


def note_on(channel: int, note: int, velocity: int) -> bytes:
    """A note begins. As a light, velocity 0 is level 0, which MIDI reads as note off."""
    return bytes((0x90 | _channel(channel), _seven(note, "note"), _seven(velocity, "velocity")))


def note_off(channel: int, note: int) -> bytes:
    """A note ends."""
    return bytes((0x80 | _channel(channel), _seven(note, "note"), 0))


def control(channel: int, controller: int, value: int) -> bytes:
    """A control change. 120 to 127 are refused: they are channel modes, and can reset a desk."""
    if not 0 <= controller <= 119:
        raise InvalidValue(f"control change {controller}: must be 0 to 119")
    return bytes((0xB0 | _channel(channel), controller, _seven(value, "value")))


def control_pair(
    channel: int, controllers: tuple[int, int], value: int, previous: int | None
) -> tuple[bytes, ...]:
    """A 14-bit control change: MSB then LSB; the LSB alone where the MSB is still as `previous`."""
    if not 0 <= value <= 16383:
        raise InvalidValue(f"value {value}: must be 0 to 16383")
    most, least = controllers
    low = control(channel, least, value & 0x7F)
    if previous is not None and previous >> 7 == value >> 7:
        return (low,)
    return (control(channel, most, value >> 7), low)


def program(channel: int, number: int, bank: int | None = None) -> tuple[bytes, ...]:
    """A program change (1 to 128), after a bank select (0 to 16383, MSB and LSB) where given."""
    if not 1 <= number <= 128:
        raise InvalidValue(f"program {number}: must be 1 to 128")
    change = bytes((0xC0 | _channel(channel), number - 1))
    if bank is None:
        return (change,)
    return (*control_pair(channel, (0, 32), bank, None), change)


def sysex(body: Iterable[int]) -> bytes:
    """A system exclusive message; `body` with or without its F0 and F7."""
    inner = list(body)
    if inner[:1] == [0xF0]:
        inner = inner[1:]
    if inner[-1:] == [0xF7]:
        inner = inner[:-1]
    if not inner or any(not 0 <= byte <= 0x7F for byte in inner):
        raise InvalidValue("sysex: bytes between F0 and F7 must be 0 to 127, at least one")
    return bytes((0xF0, *inner, 0xF7))


def _channel(channel: int) -> int:
    if not 1 <= channel <= 16:
        raise InvalidValue(f"channel {channel}: must be 1 to 16")
    return channel - 1


def _seven(value: int, what: str) -> int:
    if not 0 <= value <= 127:
        raise InvalidValue(f"{what} {value}: must be 0 to 127")
    return value
