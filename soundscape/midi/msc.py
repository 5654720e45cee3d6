"""MIDI Show Control as bytes.

Source: MIDI Show Control (MSC) 1.0, MMA RP-002/RP-014: F0 7F <device> 02 <format> <command> <data>
F7. The two-phase commit commands (20 to 26 hex) are a dialogue with the answering device, which a
program that only sends cannot lead; they are left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from soundscape.errors import InvalidValue
from soundscape.midi.messages import sysex
from soundscape.midi.msc_codes import COMMANDS, FORMATS, MscCommand

_FRAMES_25 = 0x20  # bits 5 and 6 of the hours byte say 25 frames a second


@dataclass(frozen=True, slots=True)
class CueRef:
    """A cue on a desk: ASCII digits and points, each part optional from the right."""

    number: str | None = None
    list: str | None = None
    path: str | None = None


def set_control(device: int, form: str, number: int, value: int) -> bytes:
    """SET: a control (such as a submaster) goes to a value, both 14 bits, low bits first."""
    for what, amount in (("control", number), ("value", value)):
        if not 0 <= amount <= 16383:
            raise InvalidValue(f"show control {what} {amount}: must be 0 to 16383")
    data = (number & 0x7F, number >> 7, value & 0x7F, value >> 7)
    return _frame(device, form, "set", data)


def fire(device: int, form: str, macro: int) -> bytes:
    """FIRE: a macro by its number."""
    if not 0 <= macro <= 127:
        raise InvalidValue(f"show control macro {macro}: must be 0 to 127")
    return _frame(device, form, "fire", (macro,))


def command(device: int, form: str, name: str, cue: CueRef, seconds: float | None = None) -> bytes:
    """Every command but SET and FIRE, with what the standard lets follow it.

    What follows a command is in `msc_codes`; `seconds` is the time of those that have one.
    """
    spec = _spec(name)
    data: list[int] = []
    if spec.timed:
        if seconds is None:
            raise InvalidValue(f"show control {name}: needs a time")
        data += _time(seconds)
    parts = {
        "cue": (cue.number, cue.list, cue.path),
        "list": (cue.list,),
        "path": (cue.path,),
    }.get(spec.data, ())
    if spec.needed and parts and parts[0] is None:
        what = "cue number" if spec.data == "cue" else spec.data
        raise InvalidValue(f"show control {name}: needs a {what}")
    return _frame(device, form, name, data + _fields(parts))


def _spec(name: str) -> MscCommand:
    spec = COMMANDS.get(name)
    if spec is None:
        raise InvalidValue(f"show control command '{name}': must be one of {', '.join(COMMANDS)}")
    return spec


def _fields(parts: tuple[str | None, ...]) -> list[int]:
    """Cue fields, 00 between them; a field needs those before it."""
    data: list[int] = []
    for index, part in enumerate(parts):
        if part is None:
            if any(parts[index:]):
                raise InvalidValue("show control: a list needs a number, and a path a list")
            break
        if not part or set(part) - set("0123456789."):
            raise InvalidValue(f"show control cue '{part}': must be digits and points")
        data += [0] * (index > 0) + list(part.encode("ascii"))
    return data


def _time(seconds: float) -> list[int]:
    """Hours, minutes, seconds, frames and hundredths of frames, at 25 frames a second."""
    hundredths = math.floor(seconds * 2500.0 + 0.5)
    if not 0 <= hundredths < 24 * 3600 * 2500:
        raise InvalidValue(f"show control time {seconds:g} s: must be below 24 hours")
    whole, rest = divmod(hundredths, 2500)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return [_FRAMES_25 | hour, minute, second, rest // 100, rest % 100]


def _frame(device: int, form: str, name: str, data: list[int] | tuple[int, ...]) -> bytes:
    if not 0 <= device <= 127:
        raise InvalidValue(f"show control device {device}: must be 0 to 127")
    code = FORMATS.get(form)
    if code is None:
        raise InvalidValue(f"show control format '{form}': must be one of {', '.join(FORMATS)}")
    return sysex((0x7F, device, 0x02, code, _spec(name).code, *data))
