"""When the packets of a universe are sent: at each change, and again and again without one.

Times are monotonic seconds.
"""

from __future__ import annotations

from soundscape.dmx.slot_values import decode_slots

PACKET_GAP = 0.025
"""Seconds between two packets: a DMX line carries 44 full frames a second (ANSI E1.11, table 6)."""

KEEP_ALIVE = 0.8
"""Seconds after which an unchanged frame is sent again.

sACN asks for 800 to 1000 ms (ANSI E1.31-2018, 6.6.2), Art-Net for at most 4 s.
"""

COPIES = 4
"""Packets of a frame that has just changed: the first and three more (E1.31-2018, 6.6.2)."""


class Transmission:
    """One universe: its frame of 512 values, and what is due. Nothing is sent before `begin`."""

    def __init__(self, frame: bytes) -> None:
        self._frame = bytearray(frame)
        self._copies = 0
        self._sent_at = float("-inf")
        self._begun = False

    @property
    def begun(self) -> bool:
        """Whether the universe is being sent."""
        return self._begun

    @property
    def frame(self) -> bytes:
        """The 512 values."""
        return bytes(self._frame)

    def begin(self) -> None:
        """Send the frame from now on."""
        if not self._begun:
            self._begun, self._copies = True, COPIES

    def apply(self, data: bytes) -> None:
        """Take over the values of a message, and send them with the next packet."""
        self.begin()
        for slot, value in decode_slots(data):
            if self._frame[slot - 1] != value:
                self._frame[slot - 1] = value
                self._copies = COPIES

    def repeat(self) -> None:
        """Send the frame once more as soon as may be."""
        self._copies = max(self._copies, 1)

    @property
    def due(self) -> float | None:
        """When the next packet is to be sent; None before the beginning."""
        if not self._begun:
            return None
        return self._sent_at + (PACKET_GAP if self._copies else KEEP_ALIVE)

    def take(self, now: float) -> bytes | None:
        """The frame, if a packet is due."""
        due = self.due
        if due is None or now < due:
            return None
        self._sent_at = now
        self._copies = max(0, self._copies - 1)
        return self.frame
