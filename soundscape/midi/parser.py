"""Bytes from a MIDI driver to whole messages. Whatever comes, nothing is raised.

A driver gives a message at a time, but some pass on what devices leave out or get wrong: running
status (a message without its status byte), clock and sensing in the middle of a message, several
messages at once, half ones, SysEx in pieces or without its end.
Source: MIDI 1.0 Detailed Specification (MMA 4.2.1), "Running Status", "System Real Time Messages".
"""

from __future__ import annotations

LONGEST = 4096
"""Bytes of a SysEx message that are kept; a longer one is dropped whole."""

_CHANNEL_DATA = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_COMMON_DATA = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0}
_SYSEX, _END, _REAL_TIME = 0xF0, 0xF7, 0xF8
_UNDEFINED = (0xF9, 0xFD)


class MidiParser:
    """Takes what one port gives, and gives whole messages with their status byte."""

    def __init__(self) -> None:
        self._running = 0  # the status that data bytes without one belong to
        self._part = bytearray()
        self._sysex = bytearray()  # goes on from one piece to the next

    def feed(self, data: bytes) -> list[bytes]:
        """The messages in what the driver gave at once. What is left half at its end is dropped."""
        found: list[bytes] = []
        self._part.clear()
        for byte in data:
            if byte >= _REAL_TIME:
                found += [] if byte in _UNDEFINED else [bytes((byte,))]
            elif byte >= 0x80:
                found += self._status(byte)
            elif self._sysex:
                self._sysex_data(byte)
            else:
                found += self._data(byte)
        return found

    def _status(self, byte: int) -> list[bytes]:
        """A status byte: the end of whatever came before it."""
        sysex, self._sysex = self._sysex, bytearray()
        self._part.clear()
        if byte == _END:
            whole = 2 <= len(sysex) <= LONGEST
            return [bytes(sysex) + bytes((_END,))] if whole else []
        self._running = byte if byte < _SYSEX else 0
        if byte == _SYSEX:
            self._sysex.append(byte)
            return []
        self._part.append(byte)
        return self._whole()

    def _data(self, byte: int) -> list[bytes]:
        if not self._part:
            if not self._running:
                return []  # data that belongs to nothing
            self._part.append(self._running)
        self._part.append(byte)
        return self._whole()

    def _sysex_data(self, byte: int) -> None:
        if len(self._sysex) <= LONGEST:  # one byte too many marks it as too long
            self._sysex.append(byte)

    def _whole(self) -> list[bytes]:
        """The message that is begun, if it is complete. An undefined one is never."""
        status = self._part[0]
        needed = _CHANNEL_DATA.get(status & 0xF0) if status < _SYSEX else _COMMON_DATA.get(status)
        if needed is None:
            self._part.clear()
            return []
        if len(self._part) <= needed:
            return []
        message = bytes(self._part)
        self._part.clear()
        return [message]
