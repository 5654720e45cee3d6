"""Standard MIDI files read by the standard alone, escapes (F7) too, which mido cannot."""

from __future__ import annotations

from pathlib import Path


def messages(path: Path) -> list[tuple[int, bytes]]:
    """Ticks and messages of all tracks, each track in its order; meta events left out."""
    data = path.read_bytes()
    assert data[:4] == b"MThd"
    found, at = [], 14
    while at < len(data):
        assert data[at : at + 4] == b"MTrk"
        length = int.from_bytes(data[at + 4 : at + 8])
        found += _track(data[at + 8 : at + 8 + length])
        at += 8 + length
    return found


def _track(data: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    at = tick = status = 0
    while at < len(data):
        delta, at = _number(data, at)
        tick += delta
        if data[at] >= 0x80:
            status, at = data[at], at + 1
        if status == 0xFF:
            length, at = _number(data, at + 1)
            at += length
        elif status in {0xF0, 0xF7}:
            length, at = _number(data, at)
            found.append((tick, b"\xf0" * (status == 0xF0) + data[at : at + length]))
            at += length
        else:
            length = 1 if status & 0xE0 == 0xC0 else 2
            found.append((tick, bytes((status,)) + data[at : at + length]))
            at += length
    return found


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at
