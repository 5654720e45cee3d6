"""What is kept of a universe between its senders: its identity, sequence number and last frame.

A receiver drops packets whose sequence number is a little behind (ANSI E1.31-2018, 6.7.2), so the
next sender goes on counting where the last one stopped.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from soundscape.dmx.slot_values import SLOTS

_FORMAT = struct.Struct(f">8s16sB{SLOTS}s")
_MAGIC = b"SSDMX-1\n"


@dataclass(frozen=True, slots=True)
class UniverseRecord:
    """`cid` identifies the sender to receivers (16 bytes), `sequence` is that of the last packet,
    `frame` the values (512) that were sent last.
    """

    cid: bytes
    sequence: int
    frame: bytes

    def encode(self) -> bytes:
        """The content of a file."""
        return _FORMAT.pack(_MAGIC, self.cid, self.sequence, self.frame)


def decode_record(data: bytes) -> UniverseRecord | None:
    """The record in a file's content; None where there is none."""
    if len(data) != _FORMAT.size or not data.startswith(_MAGIC):
        return None
    _, cid, sequence, frame = _FORMAT.unpack(data)
    return UniverseRecord(cid, sequence, frame)
