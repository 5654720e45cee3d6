"""The process that sends to lamps over MQTT, each message when it is due.

It is a process of its own, beside that of MIDI and DMX, since a connection with TLS computes, and
waits, where those must not. It reads `OpenLamps` and then batches from its standard input, and
writes the states of the lamps and signs of life to its standard output. It ends when told to, or
when the session is gone; the lamps then end the leg that they are in, and stay.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from soundscape.devices.lamps.lamp_messages import LAMP_CODEC, LampStatus, OpenLamps
from soundscape.devices.lamps.lamp_sender import LampSender
from soundscape.devices.midi.inbox import Inbox
from soundscape.errors import MessageError, NetworkError
from soundscape.ipc import clock
from soundscape.ipc.channel import Alive, Channel, over_standard_streams

BEAT_EVERY = 0.25


def run(inbox: Inbox, sender: LampSender, report: Callable[[object], None]) -> None:
    """Send messages when they are due, until the queue is over."""
    beat_at = clock.now()
    while True:
        now = clock.now()
        if now >= beat_at:
            beat_at = now + BEAT_EVERY
            for change in sender.poll():
                report(change)
            report(Alive())
        with inbox.changed:
            now = clock.now()
            due = inbox.queue.take(now)
            if not due:
                if inbox.queue.over:
                    return
                waits = (inbox.queue.wait(now), beat_at - now)
                inbox.changed.wait(max(0.0, min(wait for wait in waits if wait is not None)))
                continue
        for when, _, index, data in due:
            sender.send(index, data, now - when)


def main() -> None:
    """Run the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the session's, which ends us
    channel = over_standard_streams(LAMP_CODEC)
    try:
        request = channel.receive()
    except (EOFError, MessageError):
        return
    assert isinstance(request, OpenLamps)  # noqa: S101 - the first message
    report = partial(_report, channel)
    inbox = Inbox()
    threading.Thread(target=inbox.listen, args=(channel,), daemon=True).start()
    try:
        sender = LampSender(request)
    except NetworkError as err:
        report(LampStatus(tuple(lamp.output for lamp in request.lamps), "absent", str(err)))
        _wait_for_end(inbox, report)
        return
    sender.start()
    run(inbox, sender, report)
    sender.close()


def _wait_for_end(inbox: Inbox, report: Callable[[object], None]) -> None:
    """Give signs of life until the end: another process would find the same."""
    while not inbox.queue.over:
        report(Alive())
        with inbox.changed:
            inbox.changed.wait(BEAT_EVERY)


def _report(channel: Channel, message: object) -> None:
    with suppress(OSError):  # the session is gone; standard input says so as well
        channel.send(message)
