"""The inside of the light process: it owns the MIDI outputs and sends each message when it is due.

A process of its own, because a driver can block for ever in a send while it holds the interpreter
lock. It reads from its standard input a line of JSON (the ports) and then records, and writes lines
of JSON (how each port fares, and signs of life) to its standard output. It ends when told to, or
when the other side is gone; what is due by then still goes out, and note-offs that the other side
owes and cannot send any more, and nothing else: lights keep their last look. It imports as little
as it can, to be there soon.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from functools import partial

from soundscape.devices.midi.driver_sockets import Sockets
from soundscape.devices.midi.output_ports import MidiOutput, MidiOutputPorts
from soundscape.devices.midi.send_queue import LatenessHistogram, SendQueue
from soundscape.devices.midi.wire import BEAT, DRIVER_GONE, END, Records
from soundscape.ipc import clock
from soundscape.ipc.priority import be_served_next

if sys.platform == "win32":
    import ctypes

BEAT_EVERY = 0.25
LOOK_EVERY = 1.0
SILENCE = 3.0
"""The engine has not been heard for so long (s): it hangs, and the notes it owes are let go."""


class Inbox:
    """What the engine has said; `news` guards it and tells of additions."""

    def __init__(self) -> None:
        self.agenda = SendQueue()
        self.news = threading.Condition()
        self.heard_at = clock.now()
        self.broken_off = False

    def listen(self) -> None:
        """Put what standard input says on the agenda, until it ends."""
        records = Records()
        while data := os.read(0, 65536):
            with self.news:
                self.heard_at = clock.now()
                self.news.notify()
                for due, port, message in records.feed(data):
                    if port == END:
                        self.agenda.end(due)
                        return
                    if port != BEAT:
                        self.agenda.add(due, port, message)
        with self.news:
            self.broken_off = True
            self.agenda.end(clock.now())
            self.news.notify()


class Housekeeping:
    """What is done beside sending: signs of life, a look at the ports and at the driver."""

    def __init__(
        self, inbox: Inbox, outputs: MidiOutputPorts, driver: Sockets, report: partial[None]
    ):
        self.next = 0.0
        self.punctuality = LatenessHistogram()
        self._inbox = inbox
        self._outputs = outputs
        self._driver = driver
        self._report = report
        self._look_at = clock.now() + LOOK_EVERY
        self._let_go = False

    def go(self, now: float) -> None:
        """Do what is due of it."""
        self.next = now + BEAT_EVERY
        if self._driver.hung_up():
            self._outputs.gone("the MIDI driver is gone")
            self._report(punctuality=self.punctuality.report())
            os._exit(DRIVER_GONE)  # to close its ports would crash; another process starts anew
        if now >= self._look_at:
            self._look_at = now + LOOK_EVERY
            self._driver.watch(self._outputs.look)
        silent = now - self._inbox.heard_at > SILENCE
        if silent and not self._let_go:
            self._outputs.let_go()
        self._let_go = silent
        self._report(punctuality=self.punctuality.report())


def run(inbox: Inbox, outputs: MidiOutputPorts, rounds: Housekeeping) -> None:
    """Send what is due until the agenda is over."""
    while True:
        now = clock.now()
        if now >= rounds.next:
            rounds.go(now)
        with inbox.news:
            now = clock.now()
            due = inbox.agenda.take(now)
            if not due:
                if inbox.agenda.over:
                    return
                wait = inbox.agenda.wait(now)
                idle = max(0.0, rounds.next - now)
                inbox.news.wait(idle if wait is None else min(wait, idle))
                continue
        for when, _, port, data in due:
            if outputs.send(port, data):
                rounds.punctuality.note(clock.now() - when)


def main() -> None:
    """Run the light process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the session's, which ends us
    if sys.platform == "win32":
        ctypes.windll.winmm.timeBeginPeriod(1)  # else waits there are 16 ms coarse
    report = partial(_report, os.dup(1))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # drivers print there, too
    specs = json.loads(_line())
    inbox, driver = Inbox(), Sockets()
    threading.Thread(target=_listen, args=(inbox,), daemon=True).start()
    outputs = driver.watch(lambda: MidiOutputPorts([_output(spec) for spec in specs], report))
    be_served_next()  # only now: drivers compute for long as they open
    rounds = Housekeeping(inbox, outputs, driver, report)
    run(inbox, outputs, rounds)
    if inbox.broken_off:
        outputs.let_go()
    report(punctuality=rounds.punctuality.report())
    outputs.close()


def _listen(inbox: Inbox) -> None:
    be_served_next()
    inbox.listen()


def _output(spec: dict[str, object]) -> MidiOutput:
    lights = spec["lights"]
    assert isinstance(lights, list)  # noqa: S101 - the engine's own words
    return MidiOutput(
        port=str(spec["port"]),
        wanted=str(spec["output"]),
        virtual=bool(spec["virtual"]),
        nth=None if spec["nth"] is None else int(str(spec["nth"])),
        before=str(spec["before"]),
        lights=frozenset((int(channel), int(note)) for channel, note in lights),
    )


def _line() -> bytes:
    """The first line of standard input, and no byte more."""
    line = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line


def _report(out: int, **facts: object) -> None:
    with suppress(OSError):  # the engine is gone; standard input says so as well
        os.write(out, json.dumps(facts).encode("ascii") + b"\n")


if __name__ == "__main__":
    main()
