"""Web servers. A session's is always on the loopback address, on the clinic's network if asked."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import uvicorn

from soundscape.engine.host.host import Host
from soundscape.errors import EngineError
from soundscape.message_text import quoted
from soundscape.remote.api import pages
from soundscape.remote.api.application import AppContext, make_app
from soundscape.remote.api.auth import App, RequestAuth
from soundscape.remote.api.connection_limits import Connection
from soundscape.remote.api.pairing import DocsAccess, Pairing

LOOPBACK = "127.0.0.1"
REMOTE_PORT = 8137
"""The port on which a paired device finds the page again, unless another program has it."""
BACKLOG = 32
"""Connections that may wait to be accepted; as many are accepted before one can be evicted."""
_TICK = 1.0
"""Seconds from one check of the connections' timeouts to the next."""
GRACE = 1
"""Seconds that clients have to receive the last response."""


class WebServer:
    """Serves an application behind its guard. Its methods run in one asyncio loop.

    `paired` says whether a cookie is of a paired device, `reads_docs` whether it is of a browser
    that may read the documentation. `turned_away` has the pages for a browser without, by path.
    """

    def __init__(
        self,
        app: App,
        token: str,
        paired: Callable[[str], bool],
        reads_docs: Callable[[str], bool],
        turned_away: Mapping[str, str],
    ) -> None:
        self._hosts: set[str] = set()
        self._app: App = RequestAuth(app, self._hosts, token, paired, reads_docs, turned_away)
        self._serving: list[_Listener] = []
        self._outside: _Listener | None = None

    async def start(self, port: int = 0) -> str:
        """Serve on the loopback address, at a port if it is free. Returns the URL.

        Raises EngineError.
        """
        listener = await self._listen(LOOPBACK, port)
        self._hosts.add(f"localhost:{listener.port}")
        return listener.url

    async def open(self, address: str | None, port: int = REMOTE_PORT) -> str:
        """Serve on the network too. Returns the URL that others open. Raises EngineError."""
        if self._outside is not None:
            if address in (None, self._outside.address):
                return self._outside.url
            await self.close()
        wanted = address or os.environ.get("SOUNDSCAPE_REMOTE_ADDRESS") or _seen_address()
        self._outside = await self._listen(wanted, port)
        return self._outside.url

    async def close(self) -> None:
        """Serve only on the loopback address again."""
        if self._outside is not None:
            outside, self._outside = self._outside, None
            self._hosts.discard(outside.netloc)
            self._serving.remove(outside)
            await outside.end()

    async def end(self) -> None:
        """Stop serving."""
        for listener in self._serving:
            await listener.end()

    async def _listen(self, address: str, port: int) -> _Listener:
        listener = _Listener(self._app, _bound(address, port))
        self._hosts.add(listener.netloc)
        self._serving.append(listener)
        await listener.begin()
        return listener


class Server(WebServer):
    """Serves one session."""

    def __init__(self, host: Host, token: str, devices: Pairing) -> None:
        docs = DocsAccess()
        app = make_app(AppContext(host, devices, self, docs))
        super().__init__(app, token, devices.knows, docs.knows, pages.turned_away())


class _Listener:
    """One served address."""

    def __init__(self, app: App, bound: socket.socket) -> None:
        self.address, self.port = bound.getsockname()[:2]
        host = f"[{self.address}]" if ":" in self.address else self.address
        self.netloc = f"{host}:{self.port}"
        self.url = f"http://{self.netloc}/"
        self._socket = bound
        config = uvicorn.Config(
            app,
            http=Connection,
            backlog=BACKLOG,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        self._server = _EmbeddedServer(config)
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.005)

    async def end(self) -> None:
        self._server.end()
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task


class _EmbeddedServer(uvicorn.Server):
    """Leaves the process's signals alone and enforces the limits on its connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Stop serving at once."""
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        # Uvicorn's own wakes ten times a second, which counts in a session without a client.
        while not await self.on_tick(0):
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.enforce_timeout(asyncio.get_running_loop().time())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _TICK)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bound(address: str, port: int) -> socket.socket:
    """Return a listening socket on the address: at the port if it is free, else at any port."""
    try:
        number_of = ipaddress.ip_address(address)
    except ValueError as err:
        raise EngineError(f"{quoted(address)} is not an IP address of this machine") from err
    if number_of.is_unspecified or number_of.is_multicast:
        raise EngineError(f"{address} is no machine's address; name the one that the tablet sees")
    family = socket.AF_INET6 if number_of.version == 6 else socket.AF_INET
    for number in dict.fromkeys((port, 0)):
        bound = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":  # the last session's connections may linger on the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((str(number_of), number))
        except OSError as err:
            bound.close()
            if number == 0:
                raise EngineError(f"{address}: cannot be served at ({err.strerror})") from err
        else:
            bound.setblocking(False)
            return bound
    raise AssertionError("the loop returns or raises")


def _seen_address() -> str:
    """The address at which others on the network see this machine. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation (RFC 5737)
        except OSError as err:
            raise EngineError(
                "this machine is on no network; join the clinic's, or name an address with "
                "--address"
            ) from err
        return str(probe.getsockname()[0])
