"""A bounded queue of commands for the player. It never refuses one that works towards silence."""

from __future__ import annotations

from collections import deque
from contextlib import suppress

from soundscape.command_specs import COMMANDS
from soundscape.ipc.player_messages import CommandRequest

MOST_REQUESTS = 1000
"""Commands that may wait. Only a broken client sends more than are done."""


class CommandQueue:
    """Requests in their order, each with the monotonic time (s) at which it was collected.

    `put` may be called from any thread; the rest belongs to the render thread.
    """

    def __init__(self) -> None:
        self._new: deque[CommandRequest] = deque()
        self._collected: deque[tuple[CommandRequest, float]] = deque()

    def put(self, request: CommandRequest) -> CommandRequest | None:
        """Add a request. Return the request that a full queue refuses, if any.

        That is the new one; but one that works towards silence takes the place of the newest.
        """
        if len(self._new) + len(self._collected) < MOST_REQUESTS:
            self._new.append(request)
            return None
        if not COMMANDS[request.command.do].towards_silence:
            return request
        refused = None
        with suppress(IndexError):  # all are collected
            refused = self._new.pop()
        self._new.append(request)
        return refused

    def collect(self, now: float) -> None:
        """Take over the requests that were put in meanwhile."""
        with suppress(IndexError):
            while True:
                self._collected.append((self._new.popleft(), now))

    def first(self) -> tuple[CommandRequest, float]:
        """Return the oldest request, and when it was collected. Raises IndexError."""
        return self._collected[0]

    def pop(self) -> CommandRequest:
        """Remove the oldest request. Raises IndexError."""
        return self._collected.popleft()[0]

    @property
    def waiting(self) -> bool:
        """Whether a collected request waits."""
        return bool(self._collected)

    @property
    def urgent(self) -> bool:
        """Whether a request is urgent, so that none waits for its file."""
        return any(COMMANDS[request.command.do].urgent for request, _ in self._collected)

    @property
    def stops(self) -> bool:
        """Whether one of the requests is `stop`."""
        return any(request.command.do == "stop" for request, _ in self._collected)
