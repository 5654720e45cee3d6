"""What the engine tells the light process: messages with their times, as records in a pipe."""

from __future__ import annotations

import struct
from collections.abc import Iterable

RECORD = struct.Struct("<dHI")
"""Before each message: monotonic time due (s), index of its port, its length."""

END = 0xFFFF
"""The port index of the record that ends it; its time is the last at which anything may go."""

BEAT = 0xFFFE
"""The port index of a sign of life."""

PAIR = 6
"""Bytes of the two messages of a 14-bit control change."""

LSB_OFFSET = 32
"""From a controller's MSB to its LSB (MIDI 1.0, table III)."""

DRIVER_GONE = 3
"""The exit code of a process whose driver has gone: another one can start anew with it."""


def pack(batch: Iterable[tuple[float, int, bytes]]) -> bytes:
    """Messages (time due, port index, bytes) as records."""
    return b"".join(RECORD.pack(due, port, len(data)) + data for due, port, data in batch)


def joined_pairs(batch: Iterable[tuple[float, int, bytes]]) -> list[tuple[float, int, bytes]]:
    """The batch with the two halves of each 14-bit control change in one record, MSB first.

    So nothing can come between them: no other message, no pause, no end of a read.
    """
    out: list[tuple[float, int, bytes]] = []
    for due, port, data in batch:
        if out and out[-1][:2] == (due, port) and is_pair(out[-1][2] + data):
            out[-1] = due, port, out[-1][2] + data
        else:
            out.append((due, port, data))
    return out


def is_pair(data: bytes) -> bool:
    """Whether bytes are the MSB and the LSB of one 14-bit control change (n and n + 32)."""
    return (
        len(data) == PAIR
        and data[0] & 0xF0 == 0xB0
        and data[0] == data[3]
        and data[1] < LSB_OFFSET
        and data[4] == data[1] + LSB_OFFSET
    )


def pack_end(last: float) -> bytes:
    """The record that ends it: nothing due after `last` goes out."""
    return RECORD.pack(last, END, 0)


def pack_beat() -> bytes:
    """A sign of life."""
    return RECORD.pack(0.0, BEAT, 0)


class Records:
    """Takes bytes as they come and gives whole records."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[float, int, bytes]]:
        """The records (time due, port index, bytes) that `data` completes."""
        self._rest += data
        out = []
        at = 0
        while len(self._rest) - at >= RECORD.size:
            due, port, length = RECORD.unpack_from(self._rest, at)
            body = at + RECORD.size
            if len(self._rest) - body < length:
                break
            at = body + length
            out.append((due, port, self._rest[body:at]))
        self._rest = self._rest[at:]
        return out
