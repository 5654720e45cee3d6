"""The process that keeps DMX universes alive after a session: their last frame, again and again.

A receiver that no longer receives anything may go dark after a few seconds. So the light process
starts a keeper when it ends. It sends until another session takes the universes over, or `lights
release` is called, or the system ends it. It reads one message from its standard input, and writes
one sign of life once it is loaded: until then the light process goes on sending.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from soundscape.devices.dmx.universe_claim import claim_universe
from soundscape.devices.dmx.universe_messages import KEEPER_CODEC, KeepUniverses, UniverseRequest
from soundscape.devices.dmx.universe_port import UniversePort
from soundscape.errors import MessageError
from soundscape.ipc import clock
from soundscape.ipc.channel import Alive, Channel, over_standard_streams
from soundscape.ipc.clock import Clock, Sleep
from soundscape.ipc.spawn import outlive, spawn

MODULE = "soundscape.devices.dmx.keeper_main"

LOOK_EVERY = 0.2
"""Seconds between two looks for a request to hand over."""

CLAIM_WITHIN, CLAIM_EVERY = 3.0, 0.05
"""Seconds in which the light process lets go of the universes, and between two tries."""


def keep(
    requests: Sequence[UniverseRequest], now: Clock = clock.now, sleep: Sleep = time.sleep
) -> None:
    """Send the last frames until every universe is handed over or released."""
    waiting, ports = list(requests), list[UniversePort]()
    until = now() + CLAIM_WITHIN
    try:
        while waiting or ports:
            for request in list(waiting):
                claimed = _claimed(request)
                if claimed is not None:
                    ports.append(claimed)
                if claimed is not None or now() > until:
                    waiting.remove(request)
            for port in list(ports):
                port.send_due(now())
                port.watch.poll(now())
                asked = port.claim.requested()
                if asked == "release":
                    port.end_stream()
                if asked is not None:
                    ports.remove(port)
                    port.close()
            sleep(CLAIM_EVERY if waiting else LOOK_EVERY)
    finally:
        for port in ports:
            port.close()


def _claimed(request: UniverseRequest) -> UniversePort | None:
    """The universe, unless another process has it."""
    with suppress(OSError):
        claim = claim_universe(Path(request.file), request.frame)
        if claim is not None:
            port = UniversePort(request, claim)
            port.transmission.begin()
            return port
    return None


def start_keeper(requests: tuple[UniverseRequest, ...]) -> threading.Event:
    """Start a keeper for universes, which outlives this process. The event says that it is loaded.

    Raises OSError if the system starts no process.
    """
    process, loaded = spawn(MODULE), threading.Event()
    assert process.stdin is not None  # noqa: S101 - `spawn` makes both pipes
    assert process.stdout is not None  # noqa: S101
    source = process.stdout
    with suppress(OSError), process.stdin as stdin:
        Channel(None, stdin, KEEPER_CODEC).send(KeepUniverses(requests))  # type: ignore[arg-type]

    def wait() -> None:
        source.read(1)
        loaded.set()

    threading.Thread(target=wait, daemon=True).start()
    outlive(process)
    return loaded


def main() -> None:
    """Run a keeper."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit())  # keeps what was sent
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    channel = over_standard_streams(KEEPER_CODEC)
    try:
        message = channel.receive()
    except (EOFError, MessageError):
        return
    with suppress(OSError):
        channel.send(Alive())
    assert isinstance(message, KeepUniverses)  # noqa: S101 - the only message
    keep(message.universes)


if __name__ == "__main__":
    main()
