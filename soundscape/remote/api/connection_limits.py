"""The connections of an address that is served: how many there are, how long each may take to ask.

Whoever reaches the port may open connections and say nothing, with a token or without. Each takes
one of the few files that a process may have open (256 on macOS, 1024 on most Linux), and when these
are gone nobody is answered any more, the console neither.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

ASK_WITHIN = 10.0
"""Seconds that a client has to say what it asks, from the first byte to the body's last."""
MOST = 256
"""Connections to an address."""


def places() -> int:
    """How many connections an address may have: at most a quarter of the files we may open."""
    if sys.platform == "win32":
        return MOST
    import resource  # noqa: PLC0415 - POSIX

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(8, min(MOST, soft // 4))


class Connection(H11Protocol):
    """One client. Where all places are taken, another one's gives way to it."""

    PLACES = places()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        self._asks_since = self.loop.time()
        if len(self.connections) > self.PLACES:
            _one_too_many(self._others()).transport.abort()

    def on_response_complete(self) -> None:
        """It was answered, and may ask again."""
        self._asks_since = self.loop.time()
        super().on_response_complete()

    @property
    def answered(self) -> bool:
        """Whether it has said all that it asks, and gets the answer."""
        cycle = self.cycle
        return cycle is not None and not (cycle.more_body or cycle.response_complete)

    def mind_time(self, now: float) -> None:
        """End it, by the loop's time, where it takes too long to ask."""
        if not self.answered and now - self._asks_since > ASK_WITHIN:
            self.transport.abort()

    def _others(self) -> list[Connection]:
        others = [one for one in self.connections if isinstance(one, Connection)]
        return [one for one in others if one is not self and not one.transport.is_closing()]

    def rank(self) -> tuple[bool, float]:
        """Lowest for the one that gives way first: it is not answered, it is there for longest."""
        return self.answered, self._asks_since


def _one_too_many(connections: list[Connection]) -> Connection:
    """One of the client that has most, so that no other suffers from it."""
    counted = Counter(_client(one) for one in connections)
    busiest, _ = counted.most_common(1)[0]
    return min((one for one in connections if _client(one) == busiest), key=Connection.rank)


def _client(connection: Connection) -> Any:
    return connection.client[0] if connection.client else None
