"""The commands that were sent to the player and have no answer yet.

Not thread-safe: the host calls it under its own lock. Setting the result of a future may run its
owner's code, so that is returned as calls to make once the lock is free.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from itertools import count
from typing import Any

from soundscape.command_specs import COMMANDS
from soundscape.errors import SoundscapeError
from soundscape.ipc.player_messages import CommandDone, CommandRequest
from soundscape.timeline.commands import Command

ANSWER_WITHIN = 5.0
"""Seconds after which a player that does not answer counts as hung."""

Call = Callable[[], None]


class PendingRequests:
    """The commands that the player has not answered, by their numbers, which begin with `first`."""

    def __init__(self, first: int = 0) -> None:
        self._numbers = count(first)
        self._pending: dict[int, tuple[CommandRequest, Future[CommandDone]]] = {}

    def add(self, command: Command, now: float) -> tuple[CommandRequest, Future[CommandDone]]:
        """Number a command. Its request expires, unless it works towards silence."""
        expires = not COMMANDS[command.do].towards_silence
        until = now + ANSWER_WITHIN if expires else None
        request = CommandRequest(next(self._numbers), command, until)
        future: Future[CommandDone] = Future()
        self._pending[request.number] = request, future
        return request, future

    def requests(self) -> list[CommandRequest]:
        """The requests without an answer, oldest first: the next player gets them again."""
        return [request for request, _ in self._pending.values()]

    def resolve(self, done: CommandDone) -> list[Call]:
        """A command was done. Returns the calls that tell the caller of `add`."""
        _, future = self._pending.pop(done.number, (None, None))
        return [] if future is None else [partial(set_result, future, done)]

    def fail(self, number: int, error: SoundscapeError) -> list[Call]:
        """A command failed. Returns the calls that tell the caller of `add`."""
        _, future = self._pending.pop(number, (None, None))
        return [] if future is None else [partial(set_error, future, error)]

    def fail_all(self, error: SoundscapeError) -> list[Call]:
        """No command is answered any more. Returns the calls that tell the callers of `add`."""
        return [call for number in list(self._pending) for call in self.fail(number, error)]


def set_result(future: Future[Any], value: object) -> None:
    """Give a future its result, unless it has one or was cancelled."""
    if not future.done():
        future.set_result(value)


def set_error(future: Future[Any], error: Exception) -> None:
    """Give a future its error, unless it has a result or was cancelled."""
    if not future.done():
        future.set_exception(error)
