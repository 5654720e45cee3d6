"""Art-Net 4 packets of one universe, packed by the library isawaartnet."""

from __future__ import annotations

from isawaartnet import ArtNetPacket

ARTNET_PORT = 6454
POLL_EVERY = 3.0
"""Seconds between two polls of a receiver (Art-Net 4, ArtPoll)."""

_POLL_REPLY = b"Art-Net\x00\x00\x21"
_NET, _SUB, _PORT_TYPES, _GOOD_OUTPUT, _SW_OUT = 18, 19, 174, 182, 190
"""Where the fields of an ArtPollReply begin (Art-Net 4, table 4)."""
_OUTPUTS = 4
_IS_OUTPUT, _MERGES = 0x80, 0x08


class ArtnetPackets:
    """Packets for a universe, 0 to 32767: net, sub-net and universe in one number."""

    def __init__(self, universe: int) -> None:
        self._universe = universe

    def data(self, frame: bytes, sequence: int) -> bytes:
        """The packet of a frame (512 values)."""
        return bytes(ArtNetPacket.create_dmx(bytearray(frame), self._universe, sequence))

    @staticmethod
    def following(sequence: int) -> int:
        """The sequence number after another one: 1 to 255, since 0 says that there is none."""
        return sequence % 255 + 1

    def poll(self) -> bytes:
        """The packet that asks a receiver for its state."""
        return bytes(ArtNetPacket.create_poll())

    def merges(self, reply: bytes) -> bool | None:
        """Whether a receiver merges another sender's data with ours; None if it does not say."""
        if len(reply) < _SW_OUT + _OUTPUTS or not reply.startswith(_POLL_REPLY):
            return None
        base = (reply[_NET] & 0x7F) << 8 | (reply[_SUB] & 0x0F) << 4
        for output in range(_OUTPUTS):
            here = base | reply[_SW_OUT + output] & 0x0F
            if reply[_PORT_TYPES + output] & _IS_OUTPUT and here == self._universe:
                return bool(reply[_GOOD_OUTPUT + output] & _MERGES)
        return None
