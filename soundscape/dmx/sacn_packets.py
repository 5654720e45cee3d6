"""sACN packets (ANSI E1.31-2018) of one universe, packed by the library sacn."""

from __future__ import annotations

from sacn.messages.data_packet import DataPacket, calculate_multicast_addr
from sacn.messages.universe_discovery import UniverseDiscoveryPacket

SACN_PORT = 5568
DISCOVERY_GROUP = "239.255.250.214"
"""Where senders announce the universes that they send (table 9-9)."""

ANNOUNCE_EVERY = 10.0
"""Seconds between two announcements (table A-1)."""

_NO_PACKET = (TypeError, ValueError, IndexError)
"""What the library raises for bytes that are no packet of its kind."""


class SacnPackets:
    """Packets of a sender with an identity (`cid`, 16 bytes), a name and a priority (0 to 200)."""

    def __init__(self, universe: int, cid: bytes, source: str, priority: int) -> None:
        self.group = calculate_multicast_addr(universe)
        self._packet = DataPacket(tuple(cid), source, universe, priority=priority)
        self._announcement = UniverseDiscoveryPacket(tuple(cid), source, (universe,))

    def data(self, frame: bytes, sequence: int) -> bytes:
        """The packet of a frame (512 values)."""
        self._packet.dmxData = tuple(frame)
        self._packet.sequence = sequence
        return bytes(self._packet.getBytes())

    @staticmethod
    def following(sequence: int) -> int:
        """The sequence number after another one."""
        return (sequence + 1) % 256

    def last(self, frame: bytes, sequence: int) -> bytes:
        """A packet that ends the stream: receivers then no longer wait for this sender."""
        self._packet.option_StreamTerminated = True
        try:
            return self.data(frame, sequence)
        finally:
            self._packet.option_StreamTerminated = False

    def announcement(self) -> bytes:
        """The packet that says which universe is sent."""
        return bytes(self._announcement.getBytes())

    def other_sender(self, data: bytes) -> str | None:
        """The name of another sender of this universe that a packet comes from; None if none.

        Not one that gives way to ours by its priority, ends its stream, or sends a preview.
        """
        ours = self._packet
        try:
            packet = DataPacket.make_data_packet(data)
        except _NO_PACKET:
            return self._announced(data)
        gives_way = packet.option_StreamTerminated or packet.option_PreviewData
        if packet.universe != ours.universe or packet.cid == ours.cid or gives_way:
            return None
        return packet.sourceName if packet.priority >= ours.priority else None

    def _announced(self, data: bytes) -> str | None:
        try:
            packet = UniverseDiscoveryPacket.make_universe_discovery_packet(data)
        except _NO_PACKET:
            return None
        if packet.cid == self._packet.cid or self._packet.universe not in packet.universes:
            return None
        return str(packet.sourceName)
