"""The process that keeps DMX universes alive after a session: their last frame, again and again.

A receiver that no longer receives anything may go dark after a few seconds. So the light process
has a keeper beside it, and tells it which universes are sent. When its standard input ends, the
light process has let go of them, or has died. Then the keeper sends until another session takes
the universes over, or `lights release` is called, or the system ends it.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from soundscape.devices.dmx.universe_claim import claim_universe, reserve_universe
from soundscape.devices.dmx.universe_messages import KEEPER_CODEC, KeepUniverses, UniverseRequest
from soundscape.devices.dmx.universe_port import UniversePort
from soundscape.errors import MessageError
from soundscape.ipc import clock
from soundscape.ipc.channel import Alive, Channel, over_standard_streams
from soundscape.ipc.clock import Clock, Sleep
from soundscape.ipc.priority import be_served_next
from soundscape.ipc.process_lock import ProcessLock

LOOK_EVERY = 0.2
"""Seconds between two looks for a request to hand over."""

CLAIM_WITHIN, CLAIM_EVERY = 3.0, 0.02
"""Seconds in which the system takes the universes from a light process that died, and between two
tries.
"""


class KeptUniverse:
    """A universe to go on with. It is reserved from now on, and sent once it can be claimed."""

    def __init__(self, request: UniverseRequest) -> None:
        self.request = request
        self.port: UniversePort | None = None
        self._path = Path(request.file)
        self._reservation: ProcessLock | None = None
        with suppress(OSError):
            self._reservation = reserve_universe(self._path)

    def claim(self) -> None:
        """Begin to send, unless another process does."""
        with suppress(OSError):
            claim = claim_universe(self._path, self.request.frame, heed_request=True)
            if claim is not None:
                self.port = UniversePort(self.request, claim)
                self.port.transmission.begin()

    def close(self) -> None:
        """Stop sending, and leave it to others."""
        if self.port is not None:
            self.port.close()
            self.port = None
        if self._reservation is not None:
            self._reservation.release()
            self._reservation = None


def keep(
    universes: Sequence[KeptUniverse], now: Clock = clock.now, sleep: Sleep = time.sleep
) -> None:
    """Send the last frames until every universe is handed over or released."""
    left = list(universes)
    until = now() + CLAIM_WITHIN
    try:
        while left:
            for universe in list(left):
                if universe.port is None:
                    universe.claim()
                if not _goes_on(universe, now(), until):
                    left.remove(universe)
                    universe.close()
            sleep(_pause(left, now()))
    finally:
        for universe in left:
            universe.close()


def _goes_on(universe: KeptUniverse, now: float, until: float) -> bool:
    """Send what is due. Return whether the universe is still to be kept."""
    port = universe.port
    if port is None:
        return now <= until
    asked = port.claim.requested()
    if asked == "take":
        port.transmission.repeat()  # the next sender has a whole second from here
    port.send_due(now)
    port.watch.poll(now)
    if asked == "release":
        port.end_stream()
    return asked is None


def _pause(universes: Sequence[KeptUniverse], now: float) -> float:
    """Return the seconds until something is to be done."""
    ports = [universe.port for universe in universes]
    dues = [due for port in ports if port and (due := port.transmission.due) is not None]
    wait = CLAIM_EVERY if None in ports else LOOK_EVERY
    return min(wait, *(max(0.0, due - now) for due in dues)) if dues else wait


def wait_for_end(channel: Channel) -> list[KeptUniverse]:
    """Take what the light process says, until it is gone. Return what is to be kept."""
    kept = dict[str, KeptUniverse]()
    with suppress(EOFError, MessageError):
        while True:
            message = channel.receive()
            assert isinstance(message, KeepUniverses)  # noqa: S101 - the only message
            wanted = {request.file: request for request in message.universes}
            for file in kept.keys() - wanted.keys():
                kept.pop(file).close()
            for file in wanted.keys() - kept.keys():
                kept[file] = KeptUniverse(wanted[file])
            with suppress(OSError):
                channel.send(Alive())
    return list(kept.values())


def main() -> None:
    """Run a keeper."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit())  # keeps what was sent
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    kept = wait_for_end(over_standard_streams(KEEPER_CODEC))
    be_served_next()
    keep(kept)
