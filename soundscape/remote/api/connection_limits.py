"""Limits on the connections of a served address: their number, and the time for a request.

A client that reaches the port can open connections and send nothing, with a token or without. Each
takes one of the few files that a process may have open (256 on macOS, 1024 on most Linux). When
they are used up, no client is served any more, not even the console.

uvicorn has no such limits, so its protocol is subclassed. `tests/remote/api/test_connection_limits`
tests what is used of it, and pyproject.toml has the versions for which that test has passed.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_TIMEOUT = 10.0
"""Seconds that a client has to send a request, from its first byte to the last of its body."""
MAX_CONNECTIONS = 256
"""Connections to an address at a time."""


def slots() -> int:
    """Return how many connections an address may have: at most a quarter of our open files."""
    if sys.platform == "win32":
        return MAX_CONNECTIONS
    import resource  # noqa: PLC0415 - POSIX

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (
        MAX_CONNECTIONS
        if soft == resource.RLIM_INFINITY
        else max(8, min(MAX_CONNECTIONS, soft // 4))
    )


class Connection(H11Protocol):
    """A client's connection. When all slots are taken, a new connection evicts another."""

    SLOTS = slots()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a client; evict another where there are too many."""
        super().connection_made(transport)
        self._request_since = self.loop.time()
        if len(self.connections) > self.SLOTS:
            _to_evict(self._others()).transport.abort()

    def on_response_complete(self) -> None:
        """Start the time of the next request."""
        self._request_since = self.loop.time()
        super().on_response_complete()

    @property
    def answering(self) -> bool:
        """Whether the request is complete and its response is not."""
        cycle = self.cycle
        return cycle is not None and not (cycle.more_body or cycle.response_complete)

    def enforce_timeout(self, now: float) -> None:
        """Abort the connection if its request takes too long, by the loop's time `now`."""
        if not self.answering and now - self._request_since > REQUEST_TIMEOUT:
            self.transport.abort()

    def _others(self) -> list[Connection]:
        others = [one for one in self.connections if isinstance(one, Connection)]
        return [one for one in others if one is not self and not one.transport.is_closing()]

    def rank(self) -> tuple[bool, float]:
        """Lowest for the connection to evict first: not being answered, then the oldest."""
        return self.answering, self._request_since


def _to_evict(connections: list[Connection]) -> Connection:
    """Return a connection of the client that has most, so that the others keep theirs."""
    counted = Counter(_client(one) for one in connections)
    busiest, _ = counted.most_common(1)[0]
    return min((one for one in connections if _client(one) == busiest), key=Connection.rank)


def _client(connection: Connection) -> Any:
    return connection.client[0] if connection.client else None
