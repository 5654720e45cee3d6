"""The process of the bridge between a session and the clinic's broker.

It reads a `BridgeRequest` from its standard input and ends when that is closed: its host has ended
the session, or is dead and another one starts another bridge.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from functools import partial

from soundscape.errors import MessageError, NetworkError
from soundscape.ipc.channel import Alive, Channel, over_standard_streams
from soundscape.library.languages import use_language
from soundscape.remote.mqtt.bridge import RoomBridge
from soundscape.remote.mqtt.bridge_messages import CODEC, BridgeRequest, BridgeStatus

NICENESS = 10
"""The sound comes first, and the host."""
BEAT_EVERY = 0.5
LINGER = 3.0
"""Seconds for the last messages to the broker."""


def main() -> None:
    """Do the request that comes on standard input."""
    if sys.platform != "win32":
        os.nice(NICENESS)
    use_language(os.environ)
    channel = over_standard_streams(CODEC)
    try:
        request: BridgeRequest = channel.receive()
    except (EOFError, MessageError):
        return
    report = partial(_send, channel)
    threading.Thread(target=_beat, args=(report,), daemon=True).start()
    try:
        bridge = RoomBridge(request, report)
    except NetworkError as err:
        report(BridgeStatus(connected=False, why=str(err)))
        _wait_for_end(channel)
        return
    following = threading.Thread(target=bridge.run, daemon=True)
    following.start()
    _wait_for_end(channel)
    threading.Thread(target=_leave, daemon=True).start()
    following.join(LINGER / 2)  # the last thing that it publishes is that the session has ended
    bridge.close()


def _wait_for_end(channel: Channel) -> None:
    with suppress(EOFError, MessageError):
        while True:
            channel.receive()  # signs of life of the host


def _beat(report: partial[None]) -> None:
    wait = threading.Event()
    while not wait.wait(BEAT_EVERY):
        report(Alive())


def _leave() -> None:
    """Leave, whatever the connection to the broker still waits for."""
    threading.Event().wait(LINGER)
    os._exit(0)


def _send(channel: Channel, message: object) -> None:
    with suppress(OSError):  # the host is gone
        channel.send(message)
