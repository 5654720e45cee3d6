"""Listens for other senders of a universe, as far as the network shows them.

sACN senders are heard by their multicast packets and by the announcements of what they send. Over
Art-Net the receiver is polled, which says whether it merges two senders. Nothing here binds a port
in a way that would take packets from a receiver on this computer.
"""

from __future__ import annotations

import socket
import sys
from contextlib import ExitStack, suppress

from soundscape.dmx.artnet_packets import ARTNET_PORT, POLL_EVERY, ArtnetPackets
from soundscape.dmx.other_senders import OtherSenders
from soundscape.dmx.sacn_packets import ANNOUNCE_EVERY, DISCOVERY_GROUP, SACN_PORT, SacnPackets

_READ = 2048
_MOST = 32
"""Packets taken at once; a flood is left to the system's buffer, which drops it."""

Change = tuple[str, bool]
"""A sender's name, and whether it has come or is gone."""


class SacnWatch:
    """Hears the packets and announcements of other sACN senders, and announces ours.

    Raises OSError if the system has no more sockets.
    """

    def __init__(self, packets: SacnPackets, local: str) -> None:
        self._packets = packets
        self._others = OtherSenders()
        self._changes: list[Change] = []
        self._announce_at = 0.0
        self._listening: list[socket.socket] = []
        # A socket bound to a group receives that group only. Windows cannot bind so; a socket on
        # all addresses there could take the packets of a receiver on this computer.
        with ExitStack() as opened:
            if sys.platform != "win32":
                for group in (packets.group, DISCOVERY_GROUP):
                    if (one := _group_socket(group, local)) is not None:
                        self._listening.append(opened.enter_context(one))
            self._announcing = opened.enter_context(_multicast_socket(local))
            self._sockets = opened.pop_all()

    def poll(self, now: float) -> list[Change]:
        """Read what has come, and announce what is sent if it is time. Return what has changed."""
        for one in self._listening:
            for _ in range(_MOST):
                try:
                    data = one.recv(_READ)
                except OSError:
                    break
                self.take(data, now)
        if now >= self._announce_at:
            self._announce_at = now + ANNOUNCE_EVERY
            with suppress(OSError):
                self._announcing.sendto(self._packets.announcement(), (DISCOVERY_GROUP, SACN_PORT))
        changes = self._changes + [(name, False) for name in self._others.take_gone(now)]
        self._changes = []
        return changes

    def take(self, data: bytes, now: float) -> None:
        """Look at a packet."""
        name = self._packets.other_sender(data)
        if name is not None and self._others.see(name, now):
            self._changes.append((name, True))

    def close(self) -> None:
        """Stop listening."""
        self._sockets.close()


class ArtnetWatch:
    """Asks a receiver whether it merges. It answers to the protocol's own port."""

    def __init__(self, packets: ArtnetPackets, local: str, receiver: str) -> None:
        self._packets = packets
        self._receiver = receiver
        self._merges = False
        self._changes: list[Change] = []
        self._poll_at = 0.0
        self._socket: socket.socket | None = None
        if local not in (receiver, "0.0.0.0") and not receiver.startswith("127."):  # noqa: S104
            self._socket = _answer_socket(local)

    def poll(self, now: float) -> list[Change]:
        """Read the answers, and ask again if it is time. Return what has changed."""
        if self._socket is None:
            return []
        for _ in range(_MOST):
            try:
                data, sender = self._socket.recvfrom(_READ)
            except OSError:
                break
            if sender[0] == self._receiver:
                self.take(data, now)
        if now >= self._poll_at:
            self._poll_at = now + POLL_EVERY
            with suppress(OSError):
                self._socket.sendto(self._packets.poll(), (self._receiver, ARTNET_PORT))
        changes, self._changes = self._changes, []
        return changes

    def take(self, data: bytes, _now: float) -> None:
        """Look at an answer."""
        merges = self._packets.merges(data)
        if merges is not None and merges != self._merges:
            self._merges = merges
            self._changes.append(("", merges))

    def close(self) -> None:
        """Stop asking."""
        if self._socket is not None:
            self._socket.close()


def _group_socket(group: str, local: str) -> socket.socket | None:
    """Return a socket that receives a multicast group; None where the system has none."""
    one = _shared_socket()
    try:
        one.bind((group, SACN_PORT))
        member = socket.inet_aton(group) + socket.inet_aton(local)
        one.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    except OSError:
        one.close()
        return None
    return one


def _multicast_socket(local: str) -> socket.socket:
    """Return a socket that sends to multicast groups from the address of an interface."""
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setblocking(False)
    with suppress(OSError):
        one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(local))
    return one


def _answer_socket(local: str) -> socket.socket | None:
    one = _shared_socket()
    try:
        one.bind((local, ARTNET_PORT))
    except OSError:
        one.close()
        return None
    return one


def _shared_socket() -> socket.socket:
    """Return a socket whose port other programs may have too."""
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        with suppress(OSError):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return one
