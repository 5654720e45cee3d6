"""Staying with a session whose host dies."""

from __future__ import annotations

import os
import signal
import sys
from queue import SimpleQueue

import pytest

from soundscape.cli import foreground
from soundscape.errors import EngineError, SessionLost
from soundscape.remote.client.client import SessionEvent


class Alone:
    """The client of a session whose host has died: it plays for a while."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.asked: SimpleQueue[object] = SimpleQueue()

    def changes(self, since):
        raise SessionLost("the session does not answer")
        yield since

    def is_over(self):
        return False

    def plays(self):
        self.looks -= 1
        return self.looks > 0

    def lives(self):
        return False

    def keys(self):
        raise SessionLost("the session does not answer")

    def do(self, asked):
        self.asked.put(asked)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(foreground, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(foreground, "REPLACED_WITHIN", 0.0)


def test_it_stays_as_long_as_the_session_plays_without_its_host(capsys):
    client = Alone(looks=50)
    with pytest.raises(EngineError, match="nothing plays any more"):
        foreground.follow(client, lambda: None)
    assert client.looks == 0
    assert "its music plays on" in capsys.readouterr().out


def test_what_does_not_play_is_not_said_to(capsys):
    with pytest.raises(EngineError, match="nothing plays any more"):
        foreground.follow(Alone(looks=0), lambda: None)
    assert not capsys.readouterr().out


class MissedEnd(Alone):
    """The client of a session that ended while this process got no time to listen."""

    def is_over(self):
        return True


def test_a_session_that_ended_unheard_did_not_break_off(capsys):
    client = MissedEnd(looks=50)
    assert foreground.follow(client, lambda: None) == 0
    assert (client.looks, capsys.readouterr().out) == (50, "")


class Replaced(Alone):
    """The client of a session whose host has died: another one answers at the first try."""

    def __init__(self):
        super().__init__(looks=1000)
        self.since = []

    def changes(self, since):
        self.since.append(since)
        if len(self.since) == 1:
            yield SessionEvent({"t": 1.0, "event": "phase", "name": "one"})
        if len(self.since) <= foreground.TRIES:
            raise SessionLost("the session does not answer")

    def keys(self):
        return {}


def test_another_host_goes_on_with_what_was_not_shown_yet_and_nothing_is_said(capsys, monkeypatch):
    monkeypatch.setattr(foreground, "REPLACED_WITHIN", 60.0)
    client = Replaced()
    assert foreground.follow(client, lambda: None) == 0
    assert client.since == [0, *[1] * foreground.TRIES]
    assert capsys.readouterr().out == "   0:01  phase one\n"


class Asleep(Alone):
    """The client of a session that stands still for a while, and then goes on to its end."""

    def changes(self, since):
        if self.looks > 0:
            raise SessionLost("the session does not answer")
        return iter(())

    def lives(self):
        return True

    def keys(self):
        if self.looks > 0:
            raise SessionLost("the session does not answer")
        return {}


def test_a_session_that_slept_is_followed_again(capsys):
    assert foreground.follow(Asleep(looks=10), lambda: None) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_it_can_be_ended_even_then():
    client = Alone(looks=20)
    look = client.plays

    def interrupting():
        if client.looks == 10:
            os.kill(os.getpid(), signal.SIGINT)
        return look()

    client.plays = interrupting
    assert foreground.follow(client, lambda: None) == 130
    assert client.asked.get(timeout=20) == {"do": "stop", "fade": 5.0}
