"""MIDI messages in words, for people: channel messages, show control, timecode.

Sources: MIDI 1.0 Detailed Specification (MMA 4.2.1); MIDI Show Control 1.0 (MMA RP-002/RP-014);
MIDI Time Code (MMA RP-004/RP-008).
"""

from __future__ import annotations

from collections.abc import Callable

from soundscape.message_text import printable
from soundscape.midi.msc_codes import COMMANDS, FORMATS
from soundscape.midi.timecode import format_timecode

_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_COMMANDS = {spec.code: name for name, spec in COMMANDS.items()}
_FORMATS = {code: name for name, code in FORMATS.items()}

_SYSTEM: dict[int, Callable[[bytes], str]] = {
    0xF1: lambda data: f"timecode, quarter frame {data[1] >> 4}: {data[1] & 0x0F}",
    0xF2: lambda data: f"song position {data[1] | data[2] << 7}",
    0xF3: lambda data: f"song {data[1] + 1}",
    0xF6: lambda _data: "tune request",
    0xF8: lambda _data: "clock",
    0xFA: lambda _data: "start",
    0xFB: lambda _data: "continue",
    0xFC: lambda _data: "stop",
    0xFE: lambda _data: "active sensing",
    0xFF: lambda _data: "reset",
}


def describe(data: bytes) -> str:
    """A whole message, as a person says it."""
    if data[0] == 0xF0:
        return _sysex(data)
    if data[0] > 0xF0:
        return _SYSTEM[data[0]](data)
    return f"channel {(data[0] & 0x0F) + 1}  {_channel_message(data)}"


def _channel_message(data: bytes) -> str:
    first, last = data[1], data[-1]
    return {
        0x80: f"note {_note(first)} off",
        0x90: f"note {_note(first)} " + (f"on, velocity {last}" if last else "off"),
        0xA0: f"note {_note(first)} pressure {last}",
        0xB0: f"control {first} = {last}" + _mode(first),
        0xC0: f"program {first + 1}",
        0xD0: f"pressure {first}",
        0xE0: f"pitch bend {(first | last << 7) - 8192:+d}",
    }[data[0] & 0xF0]


def _note(number: int) -> str:
    """The number, which room.yaml wants, and the name, C4 being the middle one."""
    return f"{number} ({_NOTES[number % 12]}{number // 12 - 1})"


def _mode(number: int) -> str:
    """What the controllers from 120 up do to a whole channel."""
    names = ("all sound off", "reset all controllers", "local control", "all notes off")
    if number < 120:
        return ""
    return f" ({names[number - 120] if number < 124 else 'channel mode'})"


def _sysex(data: bytes) -> str:
    body = data[1:-1]
    if len(body) >= 5 and body[0] == 0x7F and body[2] == 0x02:
        return _show_control(body)
    if len(body) == 8 and body[0] == 0x7F and body[2:4] == b"\x01\x01":
        return f"timecode {format_timecode(*body[4:])}, full frame"
    shown = body[:16].hex(" ").upper()
    return f"SysEx, {len(body)} bytes: {shown}" + (" …" if len(body) > 16 else "")


def _show_control(body: bytes) -> str:
    _, device, _, form, command, *data = body
    to = "all devices" if device == 127 else f"device {device}"
    name = _COMMANDS.get(command, f"command {command:02X} hex")
    kind = _FORMATS.get(form, f"format {form:02X} hex")
    details = _show_data(name, bytes(data))
    return f"show control, {to}, {kind}: {name}" + (f" {details}" if details else "")


def _show_data(name: str, data: bytes) -> str:
    spec = COMMANDS.get(name)
    if spec is None:
        return _cue("list", data)
    if spec.data == "control" and len(data) >= 4:
        return f"control {data[0] | data[1] << 7} = {data[2] | data[3] << 7}"
    if spec.data == "macro" and data:
        return f"macro {data[0]}"
    if spec.timed and len(data) >= 5:
        time, rest = f"time {format_timecode(*data[:4])}", _cue(spec.data, data[5:])
        return f"{time} {rest}".rstrip()
    return _cue(spec.data, data)


def _cue(kind: str, data: bytes) -> str:
    """Fields of ASCII digits and points, 00 between them."""
    if not data:
        return ""
    labels = {"cue": ["cue", "list", "path"], "path": ["path"]}.get(kind, ["list"])
    fields = data.decode("ascii", "replace").split("\0")
    shown = [printable(field) for field in fields]
    return " ".join(f"{label} {text}" for label, text in zip(labels, shown, strict=False) if text)
