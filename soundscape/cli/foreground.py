"""Follows a session in the foreground, without a console, for service managers and scripts."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from soundscape.cli.attach_ui import broke_off
from soundscape.cli.connect import REPLACED_WITHIN
from soundscape.cli.status_text import status_line
from soundscape.errors import EngineError, SessionLost, SoundscapeError
from soundscape.ipc import clock
from soundscape.message_text import printable
from soundscape.remote.client.client import Client, SessionEvent
from soundscape.timeline.commands import SHORT_STOP
from soundscape.units import format_clock
from soundscape.views.event_texts import event_text
from soundscape.views.snapshot import Snapshot

PLAYS_ON = "its music plays on, and Ctrl-C or `soundscape stop` fades it out"
LOOK_EVERY = 0.5
"""Seconds between two checks whether the session plays."""
TRIES = 5
"""How often a broken stream is opened again."""


def follow(client: Client, settled: Callable[[], None]) -> int:
    """Print what happens, until the session is over. Return the exit code.

    `settled` is called once the signal handlers are set. Raises EngineError if the session ended by
    a fault.
    """
    printer = Printer()
    with _signals(client) as interrupted:
        settled()
        lost = True
        while lost:
            try:
                for change in _changes(client, printer):
                    printer.take(change)
                lost = False
            except SessionLost:
                if client.is_over():  # on a busy machine its last words may be missed
                    break
                if not _answers_again(client, printer):
                    printer.fault = broke_off(printer.resume)
                    break
        printer.end()
    if interrupted():
        return 130
    if printer.fault:
        raise EngineError(printer.fault)
    return 0


def _changes(client: Client, printer: Printer) -> Iterator[Snapshot | SessionEvent]:
    """Yield events and snapshots; open a broken stream again a few times."""
    for left in reversed(range(TRIES)):
        try:
            for change in client.changes(since=printer.happened):
                printer.happened += isinstance(change, SessionEvent)
                yield change
        except SessionLost:
            if not left:
                raise
        else:
            return


def _answers_again(client: Client, printer: Printer) -> bool:
    """Wait until the host answers again. Return False once no process of the session lives.

    We must not exit before, or a service manager would end the session with us. A host that slept
    answers again, and so does one that replaces a host that died.
    """
    limit, quiet = clock.now() + REPLACED_WITHIN, True
    while client.plays() or client.lives():
        with suppress(EngineError):
            client.keys()
            return True
        if quiet and clock.now() > limit:
            quiet = False
            printer.say(_not_answering(client))
        time.sleep(LOOK_EVERY)
    return False


def _not_answering(client: Client) -> str:
    if client.plays():
        return f"the session's host does not answer; {PLAYS_ON}"
    return "the session is not answering: its processes stand still"


@contextmanager
def _signals(client: Client) -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C and SIGTERM stop with a short fade. Yield a function: whether Ctrl-C came.

    Closing the terminal (SIGHUP) has no effect on the sound.
    """
    caught: list[int] = []

    def ask() -> None:
        with suppress(SoundscapeError):  # it is over already
            client.do(SHORT_STOP.as_json())

    def stop(number: int, _frame: FrameType | None) -> None:
        caught.append(number)
        threading.Thread(target=ask, daemon=True).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    if sys.platform != "win32":
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield lambda: signal.SIGINT in caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Printer:
    """Prints a line for each event and, on a terminal, keeps a line with the state beneath."""

    def __init__(self) -> None:
        self.fault = ""
        self.happened = 0
        """The number of events that were shown."""
        self.resume: Sequence[str] = ()
        """The commands that resume the session if it breaks off."""
        self._live = sys.stdout.isatty()
        self._gone = False

    def take(self, change: Snapshot | SessionEvent) -> None:
        """Show an event or a snapshot. A terminal that is gone is ignored."""
        if isinstance(change, SessionEvent) and change.line.get("event") == "fault":
            self.fault = str(change.line.get("message"))
        if isinstance(change, Snapshot):
            self.resume = change.texts.resume
        if self._gone:
            return
        try:
            if isinstance(change, SessionEvent):
                self._tell(change.line)
            elif self._live:
                self._draw(change)
        except OSError:
            self._gone = True

    def say(self, text: str) -> None:
        """Print a line that is not an event of the session."""
        if not self._gone:
            with suppress(OSError):
                self._print(text)

    def end(self) -> None:
        """Move the cursor below the line with the state."""
        if self._live and not self._gone:
            with suppress(OSError):
                self._print("")

    def _tell(self, line: dict[str, Any]) -> None:
        text = event_text(line)
        if text:
            text = f"warning: {text}" if line["event"] == "warning" else text
            self._print(f"{format_clock(float(line['t'])):>7}  {text}")

    def _draw(self, view: Snapshot) -> None:
        width = shutil.get_terminal_size().columns - 1
        line = status_line(view, width)
        sys.stdout.write("\r" + line.ljust(width))
        sys.stdout.flush()

    def _print(self, text: str) -> None:
        """Print a line above the one with the state, without what moves the cursor or rings."""
        text = printable(text, " ")
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write("\r" + text[:width].ljust(width) + "\n")
        else:
            sys.stdout.write(text + "\n")
        sys.stdout.flush()
