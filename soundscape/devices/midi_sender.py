"""The inside of the light process: it owns the MIDI outputs and sends each message when it is due.

A process of its own, because a driver can block for ever in a send while it holds the interpreter
lock. It reads from its standard input a line of JSON (the ports) and then records, and writes lines
of JSON (how each port fares, at the end how punctual it was) to its standard output. It ends when
told to, or when the other side is gone; what is due by then still goes out, and nothing else:
lights keep their last look. It imports as little as it can, to be there soon.
"""

from __future__ import annotations

import heapq
import json
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from soundscape.devices.midi import OutputPort, open_output
from soundscape.errors import MidiPortError

if sys.platform == "win32":
    import ctypes

RECORD = struct.Struct("<dHI")
"""Before each message: monotonic time due (s), index of its port, its length."""

END = 0xFFFF
"""The port index of the record that ends it; its time is the last at which anything may go."""

LATE = 0.002
"""A message sent later than this (s) counts as late."""

PACE = 0.001
"""Seconds between messages to a port (a DIN cable carries about 1000 a second) …"""

BURST = 8
"""… after so many at once. Drivers and receivers drop what comes in larger bursts."""

_BIN = 0.0001

Item = tuple[float, int, int, bytes]
"""Time due, running number (which keeps the order of equals), port, message."""


def pack(batch: Iterable[tuple[float, int, bytes]]) -> bytes:
    """Messages (time due, port index, bytes) as records."""
    return b"".join(RECORD.pack(due, port, len(data)) + data for due, port, data in batch)


def pack_end(last: float) -> bytes:
    """The record that ends it: nothing due after `last` goes out."""
    return RECORD.pack(last, END, 0)


class Records:
    """Takes bytes as they come and gives whole records."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[float, int, bytes]]:
        """The records (time due, port index, bytes) that `data` completes."""
        self._rest += data
        out = []
        at = 0
        while len(self._rest) - at >= RECORD.size:
            due, port, length = RECORD.unpack_from(self._rest, at)
            body = at + RECORD.size
            if len(self._rest) - body < length:
                break
            at = body + length
            out.append((due, port, self._rest[body:at]))
        self._rest = self._rest[at:]
        return out


class Agenda:
    """What is still to be sent, soonest first; equals in the order in which they came."""

    def __init__(self) -> None:
        self._heap: list[Item] = []
        self._count = 0
        self._last: float | None = None

    def add(self, due: float, port: int, data: bytes) -> None:
        """Remember a message; after the end, nothing any more."""
        if self._last is None:
            heapq.heappush(self._heap, (due, self._count, port, data))
            self._count += 1

    def end(self, last: float) -> None:
        """Forget what is due after `last`, and whatever may yet come."""
        self._last = last
        self._heap = [item for item in self._heap if item[0] <= last]
        heapq.heapify(self._heap)

    @property
    def over(self) -> bool:
        """Whether nothing will ever be due again."""
        return self._last is not None and not self._heap

    def take(self, now: float) -> list[Item]:
        """What is due."""
        out = []
        while self._heap and self._heap[0][0] <= now:
            out.append(heapq.heappop(self._heap))
        return out

    def wait(self, now: float) -> float | None:
        """Seconds until something is due; None while nothing is known."""
        return max(0.0, self._heap[0][0] - now) if self._heap else None


class Punctuality:
    """How late messages left, in bins of 0.1 ms up to 100 ms."""

    def __init__(self) -> None:
        self._bins = [0] * 1001
        self._worst = 0.0
        self._late = 0

    def note(self, lateness: float) -> None:
        """Count a message that was sent `lateness` seconds after it was due."""
        self._bins[min(len(self._bins) - 1, max(0, int(lateness / _BIN)))] += 1
        self._worst = max(self._worst, lateness)
        self._late += lateness > LATE

    def percentile(self, part: float) -> float:
        """The lateness (s) that `part` of all messages did not pass."""
        needed = part * sum(self._bins)
        reached = 0
        for index, count in enumerate(self._bins):
            reached += count
            if reached >= needed:
                return min(self._worst, (index + 1) * _BIN)
        return self._worst

    def report(self) -> dict[str, float]:
        """The figures as plain numbers; times in seconds."""
        return {
            "sent": sum(self._bins),
            "late": self._late,
            "median": self.percentile(0.5),
            "p99": self.percentile(0.99),
            "worst": self._worst,
        }


class Pace:
    """Spreads out what has piled up for one port, after this process was held up."""

    def __init__(self) -> None:
        self._spent = 0.0

    def delay(self, now: float) -> float:
        """Seconds for which the message that is to be sent now has to wait."""
        self._spent = max(self._spent, now) + PACE
        return max(0.0, self._spent - now - BURST * PACE)


class Ports:
    """The outputs, by index; one that is absent or fails is reported once and then left alone."""

    def __init__(self, specs: list[dict[str, object]], report: Callable[..., None]) -> None:
        self._report = report
        self._open: list[OutputPort | None] = [self._try(spec) for spec in specs]
        self._names = [str(spec["port"]) for spec in specs]
        self._paces = [Pace() for _ in specs]

    def _try(self, spec: dict[str, object]) -> OutputPort | None:
        port = str(spec["port"])
        try:
            opened = open_output(str(spec["output"]), virtual=bool(spec["virtual"]))
        except MidiPortError as err:
            self._report(port=port, state="absent", text=str(err))
            return None
        self._report(port=port, state="ok", text=opened.name)
        return opened

    def send(self, index: int, data: bytes) -> bool:
        """Send a message; whether it went."""
        port = self._open[index] if index < len(self._open) else None
        if port is None:
            return False
        if (delay := self._paces[index].delay(time.monotonic())) > 0:
            time.sleep(delay)
        try:
            port.send(data)
        except MidiPortError as err:
            self._open[index] = None  # and never touched again
            self._report(port=self._names[index], state="failed", text=str(err))
            return False
        return True

    def close(self) -> None:
        """Give all of them up."""
        for port in self._open:
            if port is not None:
                port.close()


def run(agenda: Agenda, news: threading.Condition, ports: Ports) -> Punctuality:
    """Send what is due until the agenda is over; `news` guards it and tells of additions."""
    punctuality = Punctuality()
    while True:
        with news:
            due = agenda.take(time.monotonic())
            if not due:
                if agenda.over:
                    return punctuality
                news.wait(agenda.wait(time.monotonic()))
                continue
        for when, _, port, data in due:
            if ports.send(port, data):
                punctuality.note(time.monotonic() - when)


def listen(agenda: Agenda, news: threading.Condition) -> None:
    """Put what standard input says on the agenda, until it ends."""
    records = Records()
    while data := os.read(0, 65536):
        with news:
            for due, port, message in records.feed(data):
                if port == END:
                    agenda.end(due)
                    news.notify()
                    return
                agenda.add(due, port, message)
            news.notify()
    with news:
        agenda.end(time.monotonic())
        news.notify()


def main() -> None:
    """Run the light process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the session's, which ends us
    if sys.platform == "win32":
        ctypes.windll.winmm.timeBeginPeriod(1)  # else waits there are 16 ms coarse
    report = partial(_report, os.dup(1))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # drivers print there, too
    ports = Ports(json.loads(_line()), report)
    agenda, news = Agenda(), threading.Condition()
    threading.Thread(target=listen, args=(agenda, news), daemon=True).start()
    punctuality = run(agenda, news, ports)
    ports.close()
    report(punctuality=punctuality.report())


def _line() -> bytes:
    """The first line of standard input, and no byte more."""
    line = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line


def _report(out: int, **facts: object) -> None:
    os.write(out, json.dumps(facts).encode("ascii") + b"\n")


if __name__ == "__main__":
    main()
