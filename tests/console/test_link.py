from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from queue import SimpleQueue
from typing import Any, Self

import pytest
from played import Played

from soundscape.console import link as link_module
from soundscape.console.link import (
    MOST_WAITING,
    NOT_DONE,
    NOT_KNOWN,
    ConnectionLost,
    Link,
    LinkNews,
    SessionOver,
    StatusMessage,
)
from soundscape.remote.api.schemas import PairingLink
from soundscape.timeline.commands import Command
from soundscape.views.snapshot import Remote, Snapshot

PATIENCE = 5.0
"""Seconds after which a test gives up; none takes them."""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "TRY_AGAIN", (0.001,))


class Heard:
    """What a link tells, in its order."""

    def __init__(self, room: Any) -> None:
        self._news: SimpleQueue[LinkNews] = SimpleQueue()
        self.link = Link(room, self._news.put)

    def next(self, *kinds: type) -> LinkNews:
        """The next news of some kinds."""
        while True:
            news = self._news.get(timeout=PATIENCE)
            if isinstance(news, kinds):
                return news

    def __enter__(self) -> Self:
        self.link.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()


def test_it_tells_the_session_at_once_and_each_change() -> None:
    room = Played()
    with Heard(room) as heard:
        assert isinstance(heard.next(Snapshot), Snapshot)
        room.advance(12)
        views = [heard.next(Snapshot) for _ in range(2)]
        assert [view.elapsed for view in views if isinstance(view, Snapshot)][-1] == 12


def test_a_command_is_done_and_its_answer_told() -> None:
    room = Played()
    with Heard(room) as heard:
        assert heard.link.ask(Command("hold"))
        assert heard.next(StatusMessage) == StatusMessage(
            "held in arrival at 0:00; the music goes on"
        )
        assert room.asked == [Command("hold")]


def test_a_refusal_is_told_as_one() -> None:
    with Heard(Played()) as heard:
        heard.link.ask(Command("play"))
        said = heard.next(StatusMessage)
        assert isinstance(said, StatusMessage)
        assert said.wrong
        assert said.text.startswith("cannot play")


def test_a_room_that_does_not_answer_may_not_have_done_it() -> None:
    room = Played()
    room.broken = True
    with Heard(room) as heard:
        heard.link.ask(Command("hold"))
        assert heard.next(StatusMessage) == StatusMessage(NOT_KNOWN, wrong=True)


def test_a_lost_connection_is_told_and_found_again() -> None:
    room = Played()
    with Heard(room) as heard:
        heard.next(Snapshot)
        room.break_off()
        heard.next(ConnectionLost)
        room.answer_again()
        assert isinstance(heard.next(Snapshot), Snapshot)


def test_the_end_is_told_once() -> None:
    room = Played()
    with Heard(room) as heard:
        room.do({"do": "stop", "fade": 1.0})
        room.advance(3)
        assert heard.next(SessionOver) == SessionOver()


def test_an_end_that_was_missed_is_one_too() -> None:
    room = Played()
    with Heard(room) as heard:
        heard.next(Snapshot)
        room.cleared = True
        room.break_off()
        assert heard.next(SessionOver, ConnectionLost) == SessionOver()


def test_files_that_go_after_the_connection_was_lost_are_no_end() -> None:
    """Another command has looked for sessions, and removed those of one that broke off."""
    room = Played()
    with Heard(room) as heard:
        heard.next(Snapshot)
        room.break_off()
        heard.next(ConnectionLost)
        room.cleared = True
        assert heard.next(SessionOver, ConnectionLost) == ConnectionLost()


def test_what_others_asked_and_what_went_wrong_is_told() -> None:
    room = Played()
    with Heard(room) as heard:
        room.tell(event="clip-start", title="x")
        room.tell(event="command", do="hold", answer="held")
        room.tell(event="warning", message="peak is long")
        room.tell(event="fault", message="a file is gone")
        assert [heard.next(StatusMessage) for _ in range(3)] == [
            StatusMessage("held"),
            StatusMessage("peak is long", wrong=True),
            StatusMessage("a file is gone", wrong=True),
        ]


def test_a_code_is_asked_for() -> None:
    room = Played(remote=Remote(on=True, url="http://10.0.0.2:80"))
    with Heard(room) as heard:
        heard.link.ask_code()
        assert heard.next(PairingLink) == room.pairing()


class Slow(Played):
    """A room that takes its time for the first command."""

    def __init__(self) -> None:
        super().__init__()
        self.busy, self.go_on = threading.Event(), threading.Event()

    def do(self, asked: Mapping[str, Any]) -> Any:
        self.busy.set()
        assert self.go_on.wait(PATIENCE)
        return super().do(asked)

    def changes(self) -> Iterator[Any]:
        self.go_on.wait(PATIENCE)
        yield from super().changes()


def test_a_command_that_waited_too_long_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Slow()
    with Heard(room) as heard:
        heard.link.ask(Command("hold"))
        assert room.busy.wait(PATIENCE)
        heard.link.ask(Command("next"))
        monkeypatch.setattr(link_module, "STALE_AFTER", -1.0)
        room.go_on.set()
        assert [heard.next(StatusMessage) for _ in range(2)] == [
            StatusMessage("held in arrival at 0:00; the music goes on"),
            StatusMessage(NOT_DONE, wrong=True),
        ]
        assert room.asked == [Command("hold")]


def test_no_more_commands_wait_than_a_therapist_can_mean() -> None:
    room = Slow()
    with Heard(room) as heard:
        heard.link.ask(Command("hold"))
        assert room.busy.wait(PATIENCE)
        taken = [heard.link.ask(Command("mark")) for _ in range(MOST_WAITING + 2)]
        assert taken == [True] * MOST_WAITING + [False] * 2
        room.go_on.set()
