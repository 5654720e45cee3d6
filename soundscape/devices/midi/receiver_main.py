"""The process that owns the MIDI inputs and reports what comes in.

A process of its own, because a driver can hang while it holds the interpreter lock, and because a
busy thread beside the sound would cost it blocks. It reads `OpenInputs` from its standard input,
and ends when that is closed. It writes what came in, the state of each port, and signs of life. It
looks at the names of the ports once a second, since drivers do not report a port that has gone, and
at the sockets of the driver: a server may be back, with ports of the same names, before the next
look. It then reports the loss and ends, as closing a dead port can crash; its supervisor starts
another.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, Full, Queue

from soundscape.devices.midi.driver_sockets import Sockets
from soundscape.devices.midi.input_port import InputNames, InputPort, open_input
from soundscape.devices.midi.port_messages import (
    CODEC,
    DRIVER_GONE,
    InputRequest,
    MidiReceived,
    OpenInputs,
    PortStatus,
)
from soundscape.errors import MessageError, MidiPortError
from soundscape.ipc import clock
from soundscape.ipc.channel import Alive, Channel, over_standard_streams
from soundscape.midi.parser import MidiParser
from soundscape.midi.port_names import PortMatch

BEAT_EVERY = 0.5
"""Seconds between two signs of life."""

POLL, COSTLY_POLL = 1.0, 2.0
"""Seconds between two looks at which ports there are; where one delays what comes in meanwhile."""

HANGING = 10
"""Seconds without a turn of the loop after which the system ends the process."""

BACKLOG = 2000
"""Pieces that may wait to be reported; what comes then is dropped: it would be too late."""

Piece = tuple[int, float, bytes]
"""Index of the port, monotonic time (s), what the driver gave."""


class InputSlot:
    """One input of the room: sought until it is there, then listened to."""

    def __init__(self, request: InputRequest, take: Callable[[bytes], None]) -> None:
        self.name = request.port
        self.virtual = request.virtual
        self.opened: InputPort | None = None
        self._wanted = request.wanted
        self._match = PortMatch(self._wanted, request.nth, request.before)
        self._only = None if request.only is None else set(request.only)
        self._take = take
        self._incoming = MidiParser()
        self._reported = ""

    def try_open(self, there: list[str]) -> PortStatus | None:
        """Open the input if it is there. Return its status if that changed."""
        try:
            found = self._wanted if self.virtual else self._match.find(there)
            everything = self._only is None
            self.opened = open_input(found, self._take, virtual=self.virtual, everything=everything)
        except MidiPortError as err:
            return self._changed("absent", str(err))
        return self._changed("ok", self.opened.name)

    def lost(self, there: list[str]) -> PortStatus | None:
        """Return the status of an open input that is not there any more."""
        if self.opened is None or self.virtual or self.opened.name in there:
            return None
        return self._changed("lost", f"MIDI port '{self.opened.name}' has gone")

    def abandon(self) -> PortStatus | None:
        """Return the status of an open input whose driver is gone."""
        return None if self.opened is None else self._changed("lost", "the MIDI driver is gone")

    def messages(self, piece: bytes) -> list[bytes]:
        """Return the whole messages that end in this piece, if they are wanted."""
        return [one for one in self._incoming.feed(piece) if self._is_wanted(one)]

    def _is_wanted(self, message: bytes) -> bool:
        if self._only is None:
            return True
        kind = message[0] & 0xF0
        return len(message) > 1 and (max(kind, 0x90), message[1]) in self._only

    def _changed(self, state: str, text: str) -> PortStatus | None:
        if text == self._reported:
            return None
        self._reported = text
        return PortStatus(self.name, state, text)


def poll(ports: list[InputSlot], there: list[str]) -> tuple[list[PortStatus], bool]:
    """Open the inputs that have appeared. Return changed statuses, and whether one is lost.

    If one is lost, no port is touched.
    """
    lost = [status for port in ports if (status := port.lost(there))]
    if lost:
        return lost, True
    opened = [port.try_open(there) for port in ports if port.opened is None]
    return [status for status in opened if status], False


def run(
    ports: list[InputSlot],
    inbox: Queue[Piece | None],
    driver: Sockets,
    report: Callable[[object], None],
) -> bool:
    """Report incoming messages and the status of each port.

    Returns True if it is told to end, False if a port or the driver is lost.
    """
    names = InputNames()
    beat_at = poll_at = clock.now()
    while True:
        now = clock.now()
        if now >= poll_at:
            listening = any(port.opened for port in ports)
            if driver.hung_up():
                statuses, lost = [one for port in ports if (one := port.abandon())], True
            else:
                there = names.poll(afresh=not listening)
                statuses, lost = driver.watch(partial(poll, ports, there))
            for status in statuses:
                report(status)
            if lost:
                return False
            listening = any(port.opened for port in ports)
            poll_at = now + (COSTLY_POLL if listening and names.costly else POLL)
        if now >= beat_at:
            report(Alive())
            _renew_alarm()
            beat_at = now + BEAT_EVERY
        try:
            piece = inbox.get(timeout=max(0.0, min(beat_at, poll_at) - clock.now()))
        except Empty:
            continue
        if piece is None:
            names.close()
            return True
        index, at, data = piece
        for message in ports[index].messages(data):
            report(MidiReceived(ports[index].name, at, message))


def main() -> None:
    """Run the input process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the session's, which ends us
    channel = over_standard_streams(CODEC)  # drivers print, too
    inbox: Queue[Piece | None] = Queue(BACKLOG)

    def take(index: int, data: bytes) -> None:
        with suppress(Full):
            inbox.put_nowait((index, clock.now(), data))

    try:
        request = channel.receive()
    except (EOFError, MessageError):
        return
    assert isinstance(request, OpenInputs)  # noqa: S101 - the first message
    ports = [InputSlot(one, partial(take, index)) for index, one in enumerate(request.inputs)]
    threading.Thread(target=_wait_for_end, args=(channel, inbox), daemon=True).start()
    if not run(ports, inbox, Sockets(), channel.send):
        os._exit(DRIVER_GONE)  # no port may be touched any more
    for port in ports:
        if port.opened is not None:
            port.opened.close()


def _renew_alarm() -> None:
    """Let the system end this process if it hangs: no thread of it could."""
    if sys.platform != "win32":
        signal.alarm(HANGING)


def _wait_for_end(channel: Channel, inbox: Queue[Piece | None]) -> None:
    """Put None into the inbox when standard input closes: the session is over or gone."""
    with suppress(EOFError, MessageError):
        while True:
            channel.receive()  # signs of life
    inbox.put(None)
