"""The two threads that talk with the room: one listens, one asks. The screen never waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Full, Queue
from typing import Any

from soundscape.errors import CommandRefused, InvalidValue, SoundscapeError
from soundscape.ipc import clock
from soundscape.remote.api.schemas import PairingLink
from soundscape.remote.client.client import Client, SessionEvent
from soundscape.timeline.commands import Command
from soundscape.views.event_texts import event_text, needs_attention
from soundscape.views.snapshot import Snapshot

TRY_AGAIN = (0.5, 1.0, 2.0)
"""Seconds between the attempts to reach the room; the last one from then on."""
MOST_WAITING = 4
STALE_AFTER = 3.0
"""Seconds after which a command that could not be asked is dropped: late, it would surprise."""
NO_ANSWER = "the room does not answer; the sound plays on - trying again"
STANDS_STILL = "the session is not answering, its processes stand still - trying again"
NO_SOUND = "the room does not answer, and nothing plays any more"
NOT_DONE = "the room answered too late: not done"
NOT_KNOWN = "the room does not answer: it may not have been done"


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """An answer, or why there is none."""

    text: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The connection broke; it is tried again."""


@dataclass(frozen=True, slots=True)
class SessionOver:
    """The session has ended."""


LinkNews = Snapshot | StatusMessage | ConnectionLost | SessionOver | PairingLink
"""What the threads tell the screen."""


class Link:
    """Listens and asks in threads of its own; `tell` is called in them.

    The threads are daemons: one that waits for a room that hangs does not keep the
    console from closing.
    """

    def __init__(self, client: Client, tell: Callable[[LinkNews], None]) -> None:
        self._client, self._tell = client, tell
        self._asked: Queue[tuple[float, Callable[[], LinkNews]]] = Queue(MOST_WAITING)
        self._closed = threading.Event()

    def open(self) -> None:
        """Start both threads."""
        for name, work in (("listen", self._listen), ("ask", self._ask)):
            threading.Thread(target=work, name=name, daemon=True).start()

    def lost(self) -> str:
        """What it means that the room does not answer."""
        if self._client.plays():
            return NO_ANSWER
        return STANDS_STILL if self._client.lives() else NO_SOUND

    def close(self) -> None:
        """Tell nothing more."""
        self._closed.set()

    def ask(self, command: Command) -> bool:
        """Have a command asked. False where too many wait already."""
        return self._put(lambda: StatusMessage(self._client.do(command.as_json()).said))

    def ask_code(self) -> bool:
        """Have a link asked that pairs a device."""
        return self._put(self._client.pairing)

    def _put(self, job: Callable[[], LinkNews]) -> bool:
        try:
            self._asked.put_nowait((clock.now(), job))
        except Full:
            return False
        return True

    def _ask(self) -> None:
        while not self._closed.is_set():
            asked_at, job = self._asked.get()
            late = clock.now() - asked_at > STALE_AFTER
            self._say(StatusMessage(NOT_DONE, wrong=True) if late else _done(job))

    def _listen(self) -> None:
        failed = 0
        while not self._closed.is_set():
            try:
                for change in self._client.changes():
                    failed = 0
                    self._hear(change)
            except SoundscapeError:
                self._say(ConnectionLost())
                self._closed.wait(TRY_AGAIN[min(failed, len(TRY_AGAIN) - 1)])
                failed += 1
            else:
                self._say(SessionOver())
                return

    def _hear(self, change: Snapshot | SessionEvent) -> None:
        if isinstance(change, Snapshot):
            self._say(change)
        elif (said := _worth_saying(change.line)) is not None:
            self._say(said)

    def _say(self, news: LinkNews) -> None:
        if not self._closed.is_set():
            self._tell(news)


def _done(job: Callable[[], LinkNews]) -> LinkNews:
    try:
        return job()
    except (CommandRefused, InvalidValue) as err:
        return StatusMessage(str(err), wrong=True)
    except SoundscapeError:
        return StatusMessage(NOT_KNOWN, wrong=True)


def _worth_saying(line: Mapping[str, Any]) -> StatusMessage | None:
    """Warnings and faults; and what others asked for: a pedal, the tablet, another terminal."""
    if line.get("event") != "command" and not needs_attention(line):
        return None
    return StatusMessage(event_text(line), wrong=needs_attention(line))
