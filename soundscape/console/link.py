"""The console's connection to the session. One thread listens, one asks; the screen never waits."""

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
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.views.event_texts import event_text, needs_attention
from soundscape.views.snapshot import Snapshot

TRY_AGAIN = (0.5, 1.0, 2.0)
"""Seconds between attempts to reach the host; the last one from then on."""
MOST_WAITING = 4
STALE_AFTER = 3.0
"""Seconds after which a waiting command is dropped, since a late effect would surprise."""
NO_ANSWER = marked("the room does not answer; the sound plays on - trying again")
STANDS_STILL = marked("the session is not answering, its processes stand still - trying again")
NO_SOUND = marked("the room does not answer, and nothing plays any more")
NOT_DONE = marked("the room answered too late: not done")
NOT_KNOWN = marked("the room does not answer: it may not have been done")


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """An answer for the therapist, or the reason why there is none."""

    text: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The connection broke; the link tries again."""


@dataclass(frozen=True, slots=True)
class SessionOver:
    """The session has ended."""


LinkNews = Snapshot | StatusMessage | ConnectionLost | SessionOver | PairingLink
"""What the threads publish to the screen."""


class Link:
    """Listens and asks in threads of its own; `publish` is called in them.

    The threads are daemons, so one that waits for a host that hangs does not keep the console from
    closing.
    """

    def __init__(self, client: Client, publish: Callable[[LinkNews], None]) -> None:
        self._client, self._publish_news = client, publish
        self._asked: Queue[tuple[float, Callable[[], LinkNews]]] = Queue(MOST_WAITING)
        self._closed = threading.Event()

    def open(self) -> None:
        """Start both threads."""
        for name, work in (("listen", self._listen), ("ask", self._ask)):
            threading.Thread(target=work, name=name, daemon=True).start()

    def lost(self) -> str:
        """Return what it means that the host does not answer, in English."""
        if self._client.plays():
            return NO_ANSWER
        return STANDS_STILL if self._client.lives() else NO_SOUND

    def close(self) -> None:
        """Publish nothing more."""
        self._closed.set()

    def ask(self, command: Command) -> bool:
        """Queue a command. Return False if too many wait already."""
        return self._put(lambda: StatusMessage(self._client.do(command.as_json()).said))

    def ask_code(self) -> bool:
        """Queue a request for a link that pairs a device. Return False if too many wait already."""
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
            self._publish(StatusMessage(_(NOT_DONE), wrong=True) if late else _done(job))

    def _listen(self) -> None:
        failed = 0
        while not self._closed.is_set():
            try:
                for change in self._client.changes():
                    failed = 0
                    self._handle_change(change)
            except SoundscapeError:
                if not failed and self._client.is_over():  # its last words were missed
                    self._publish(SessionOver())
                    return
                self._publish(ConnectionLost())
                self._closed.wait(TRY_AGAIN[min(failed, len(TRY_AGAIN) - 1)])
                failed += 1
            else:
                self._publish(SessionOver())
                return

    def _handle_change(self, change: Snapshot | SessionEvent) -> None:
        if isinstance(change, Snapshot):
            self._publish(change)
        elif (said := _status_of(change.line)) is not None:
            self._publish(said)

    def _publish(self, news: LinkNews) -> None:
        if not self._closed.is_set():
            self._publish_news(news)


def _done(job: Callable[[], LinkNews]) -> LinkNews:
    try:
        return job()
    except (CommandRefused, InvalidValue) as err:
        return StatusMessage(str(err), wrong=True)
    except SoundscapeError:
        return StatusMessage(_(NOT_KNOWN), wrong=True)


def _status_of(line: Mapping[str, Any]) -> StatusMessage | None:
    """Return the message for a fault, a warning, or a command from a pedal or the tablet."""
    if line.get("event") != "command" and not needs_attention(line):
        return None
    return StatusMessage(event_text(line), wrong=needs_attention(line))
