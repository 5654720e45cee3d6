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
from soundscape.midi.msc_codes import COMMANDS, FORMATS

_CUE = {"go", "stop", "resume", "timed-go", "load", "go-off", "go-jam-clock"}
_PATH = {"open-cue-path", "close-cue-path"}
_BARE = {"fire", "set", "all-off", "restore", "reset"}
_TIMED = {"timed-go", "set-clock"}
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

    Cue commands carry number, list and path; clock and list commands the list, path commands the
    path; TIMED_GO and SET_CLOCK a time (in `seconds`) before them.
    """
    data: list[int] = []
    if name in _TIMED:
        if seconds is None:
            raise InvalidValue(f"show control {name}: needs a time")
        data += _time(seconds)
    if name in _CUE:
        if name == "load" and cue.number is None:
            raise InvalidValue("show control load: needs a cue number")
        data += _fields((cue.number, cue.list, cue.path))
    elif name in _PATH or name not in _BARE:
        wanted = cue.path if name in _PATH else cue.list
        if wanted is None and name.startswith(("open-", "close-")):
            raise InvalidValue(
                f"show control {name}: needs a {'path' if name in _PATH else 'list'}"
            )
        data += _fields((wanted,))
    return _frame(device, form, name, data)


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
    number = COMMANDS.get(name)
    if number is None:
        raise InvalidValue(f"show control command '{name}': must be one of {', '.join(COMMANDS)}")
    return sysex((0x7F, device, 0x02, code, number, *data))
