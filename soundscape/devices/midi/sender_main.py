"""The process that owns the MIDI outputs and DMX universes, and sends each message when it is due.

It is a process of its own, because a driver can block for ever in a send while it holds the
interpreter's lock. It reads `OpenOutputs` and then batches from its standard input, and writes the
state of each port and signs of life to its standard output. It ends when told to, or when the
session is gone. Messages due by then are still sent, and so are the note-offs that the session can
no longer send; nothing else is: lights keep their last look. A keeper goes on sending that of DMX
universes. It imports as little as it can, to start fast.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from soundscape.devices.dmx.keeper import Keeper
from soundscape.devices.dmx.universe_outputs import UniverseOutputs
from soundscape.devices.midi.driver_sockets import Sockets
from soundscape.devices.midi.inbox import Inbox
from soundscape.devices.midi.output_ports import MidiOutput, MidiOutputPorts
from soundscape.devices.midi.port_messages import (
    CODEC,
    DRIVER_GONE,
    OpenOutputs,
    OutputRequest,
    PortStatus,
    SendTiming,
)
from soundscape.devices.midi.send_queue import LatenessHistogram
from soundscape.errors import MessageError
from soundscape.ipc import clock
from soundscape.ipc.channel import Alive, Channel, over_standard_streams
from soundscape.ipc.priority import be_served_next

if sys.platform == "win32":
    import ctypes

BEAT_EVERY = 0.25
POLL_INTERVAL = 1.0
SILENCE = 3.0
"""Seconds without a message after which the session hangs, and the notes of its cues are ended."""


class Housekeeping:
    """The work beside sending: signs of life, and polls of the ports and of the driver."""

    def __init__(
        self,
        inbox: Inbox,
        outputs: MidiOutputPorts,
        driver: Sockets,
        report: Callable[[object], None],
        universes: UniverseOutputs,
        keeper: Keeper,
    ) -> None:
        self.next = 0.0
        self.lateness = LatenessHistogram()
        self._inbox = inbox
        self._outputs = outputs
        self._driver = driver
        self._report = report
        self._universes = universes
        self._keeper = keeper
        self._poll_at = clock.now() + POLL_INTERVAL
        self._let_go = False
        self._reported: SendTiming | None = None

    def run(self, now: float) -> None:
        """Poll the outputs and report, as far as that is due."""
        self.next = now + BEAT_EVERY
        if self._driver.hung_up():
            self._outputs.abandon("the MIDI driver is gone")
            self.report_timing()
            os._exit(DRIVER_GONE)  # to close its ports would crash; another process takes over
        if now >= self._poll_at:
            self._poll_at = now + POLL_INTERVAL
            self._driver.watch(self._outputs.poll)
        self._universes.poll(now)
        self._keeper.poll()
        silent = now - self._inbox.received_at > SILENCE
        if silent and not self._let_go:
            self._outputs.release_cue_notes()
        self._let_go = silent
        self.report_timing()
        self._report(Alive())

    def report_timing(self) -> None:
        """Report how late messages were sent, if that has changed."""
        timing = self.lateness.report()
        if timing != self._reported:
            self._reported = timing
            self._report(timing)


def run(
    inbox: Inbox,
    outputs: MidiOutputPorts,
    housekeeping: Housekeeping,
    universes: UniverseOutputs,
) -> None:
    """Send messages when they are due, until the queue is over."""
    while True:
        now = clock.now()
        if now >= housekeeping.next:
            housekeeping.run(now)
        universes.transmit(now)
        with inbox.changed:
            now = clock.now()
            due = inbox.queue.take(now)
            if not due:
                if inbox.queue.over:
                    return
                waits = (inbox.queue.wait(now), universes.wait(now), housekeeping.next - now)
                inbox.changed.wait(max(0.0, min(wait for wait in waits if wait is not None)))
                continue
        for when, _, port, data in due:
            if (universes if universes.has(port) else outputs).send(port, data):
                housekeeping.lateness.note(clock.now() - when)


def main() -> None:
    """Run the output process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the session's, which ends us
    if sys.platform == "win32":
        ctypes.windll.winmm.timeBeginPeriod(1)  # else waits there are 16 ms coarse
    channel = over_standard_streams(CODEC)  # drivers print, too
    try:
        request = channel.receive()
    except (EOFError, MessageError):
        return
    assert isinstance(request, OpenOutputs)  # noqa: S101 - the first message
    report = partial(_report, channel)
    inbox, driver = Inbox(), Sockets()
    threading.Thread(target=_listen, args=(inbox, channel), daemon=True).start()
    wanted = [_output(one) for one in request.outputs]
    universes = UniverseOutputs(
        request.universes,
        len(wanted),
        lambda port, state, text: report(PortStatus(port, state, text)),
        report,
        clock.now(),
    )
    keeper = Keeper(universes)
    if request.universes:
        keeper.start()
    outputs = driver.watch(lambda: MidiOutputPorts(wanted, report))
    be_served_next()  # only now: drivers compute for long as they open
    housekeeping = Housekeeping(inbox, outputs, driver, report, universes, keeper)
    run(inbox, outputs, housekeeping, universes)
    if inbox.broken_off:
        outputs.release_cue_notes()
    housekeeping.report_timing()
    keeper.hand_over()
    outputs.close()


def _listen(inbox: Inbox, channel: Channel) -> None:
    be_served_next()
    inbox.listen(channel)


def _output(request: OutputRequest) -> MidiOutput:
    return MidiOutput(
        port=request.port,
        wanted=request.wanted,
        virtual=request.virtual,
        nth=request.nth,
        before=request.before,
        lights=frozenset((channel, note) for channel, note in request.lights),
    )


def _report(channel: Channel, message: object) -> None:
    with suppress(OSError):  # the session is gone; standard input says so as well
        channel.send(message)
