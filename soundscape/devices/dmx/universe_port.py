"""One universe that is being sent: its socket, and what it tells of the receiver.

Everything is done in the calls of one thread, none of which waits.
"""

from __future__ import annotations

import socket
import sys
from contextlib import ExitStack, suppress

from soundscape.devices.dmx.sender_watch import ArtnetWatch, SacnWatch
from soundscape.devices.dmx.universe_claim import UniverseClaim
from soundscape.devices.dmx.universe_messages import UniverseRequest
from soundscape.dmx.artnet_packets import ARTNET_PORT, ArtnetPackets
from soundscape.dmx.reachability import MULTICAST, Reachability
from soundscape.dmx.sacn_packets import SACN_PORT, SacnPackets
from soundscape.dmx.transmission import Transmission

_LAST_PACKETS = 3
"""Packets that end a stream (E1.31-2018, 6.2.6)."""

_IP_RECVERR = 11
"""Linux then reports a receiver that does not answer on its network (ip(7)). Python has no name."""

_READ, _MOST = 2048, 32
"""Bytes read at once, and packets."""


class UniversePort:
    """A universe that this process has claimed.

    Raises OSError if the system has no socket for it. The claim is then released.
    """

    def __init__(self, request: UniverseRequest, claim: UniverseClaim) -> None:
        self.request = request
        self.claim = claim
        self._direct = False
        self.transmission = Transmission(claim.record.frame)
        self.reachability = Reachability()
        self._sequence = claim.record.sequence
        self.watch: SacnWatch | ArtnetWatch
        self._packets: SacnPackets | ArtnetPackets
        with ExitStack() as opened:
            opened.callback(claim.release)
            self._open(opened)
            opened.pop_all()

    def _open(self, opened: ExitStack) -> None:
        """Make the socket and the watch."""
        request = self.request
        if request.protocol == "sacn":
            sacn = SacnPackets(
                request.universe, self.claim.record.cid, request.source, request.priority
            )
            self._receiver = sacn.group if request.to == MULTICAST else request.to, SACN_PORT
            self._socket = opened.enter_context(self._connected())
            self._packets, self.watch = sacn, SacnWatch(sacn, _local_address(self._socket))
        else:
            artnet = ArtnetPackets(request.universe)
            self._receiver = request.to, ARTNET_PORT
            self._socket = opened.enter_context(self._connected())
            local = _local_address(self._socket)
            self._packets, self.watch = artnet, ArtnetWatch(artnet, local, request.to)

    def send_due(self, now: float) -> bool:
        """Send a packet if one is due. Return whether one was sent.

        An error of the network makes the receiver lost.
        """
        frame = self.transmission.take(now)
        if frame is None:
            return False
        self.look(now)
        self._sequence = self._packets.following(self._sequence)
        try:
            self._socket.send(self._packets.data(frame, self._sequence))
        except BlockingIOError:
            return False  # the system's buffer is full; another packet follows
        except OSError as err:
            self._fail(err, now)
            return False
        self.reachability.succeed(now)
        return True

    def look(self, now: float) -> None:
        """Take what the network has reported about the packets so far, and what came back."""
        for _ in range(_MOST):
            try:
                data = self._socket.recv(_READ)
            except BlockingIOError:
                return
            except OSError as err:
                self._fail(err, now)
                return
            self.watch.take(data, now)

    def save(self) -> None:
        """Keep the frame and the sequence number for the next sender."""
        self.claim.save(self._sequence, self.transmission.frame)

    def end_stream(self) -> None:
        """Tell the receiver that nothing more comes (sACN), so that it does not wait for it."""
        if not isinstance(self._packets, SacnPackets):
            return
        for _ in range(_LAST_PACKETS):
            self._sequence = self._packets.following(self._sequence)
            with suppress(OSError):
                self._socket.send(self._packets.last(self.transmission.frame, self._sequence))

    def close(self) -> None:
        """Stop sending, keep what was sent, and let another process send."""
        self.save()
        self.watch.close()
        self._socket.close()
        self.claim.release()

    def _fail(self, err: OSError, now: float) -> None:
        """Note an error. Another socket knows nothing of it, and finds the network as it is now."""
        self.reachability.fail(now, plain_error(err))
        self._socket.close()
        self._socket = self._connected()

    def _connected(self) -> socket.socket:
        """Return a socket to the receiver. Where there is no network, what is sent reports it.

        A receiver that was on a network of this computer is not looked for behind a router: if the
        cable is pulled, its packets would go there, and nothing would report that it is gone.
        """
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setblocking(False)
        if sys.platform == "linux" and self.request.to != MULTICAST:
            one.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
            with suppress(OSError):
                one.connect(self._receiver)
                self._direct = True
            if self._direct:
                return one
            one.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 0)
        with suppress(OSError):
            one.connect(self._receiver)
        return one


def _local_address(connected: socket.socket) -> str:
    """The address of this computer towards the receiver."""
    return str(connected.getsockname()[0])


def plain_error(err: OSError) -> str:
    """What an error of the network means for a receiver."""
    if isinstance(err, ConnectionRefusedError | ConnectionResetError):
        return "nothing there receives it"
    return err.strerror or type(err).__name__
