"""Clients that do not behave, against the server itself on the loopback address."""

from __future__ import annotations

import asyncio
import inspect
import sys
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from paper import Answering
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from soundscape.ipc.player_messages import SessionEnded
from soundscape.remote.api.connection_limits import REQUEST_TIMEOUT, Connection, slots
from soundscape.remote.api.pairing import Pairing
from soundscape.remote.api.server import Server

pytestmark = pytest.mark.waits

TOKEN = "the-token"
HALF_A_REQUEST = b"GET /api/session HTTP/1.1\r\nHost: "


@pytest.fixture
def stage(tmp_path):
    made = Answering(tmp_path)
    yield made
    made.hear(SessionEnded())


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
@pytest.mark.parametrize(
    ("files", "connections"),
    [(16, 8), (35, 8), (256, 64), (1027, 256), (100_000, 256), (None, 256)],
)
def test_an_address_may_have_a_quarter_of_the_open_files(monkeypatch, files, connections):
    import resource  # noqa: PLC0415 - POSIX

    soft = resource.RLIM_INFINITY if files is None else files
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (soft, soft))
    assert slots() == connections


class Served:
    """A server, and who comes to it."""

    def __init__(self, url):
        self.host = url.removeprefix("http://").rstrip("/")
        self.came = []

    async def come(self, said=b""):
        reader, writer = await asyncio.open_connection(*self.host.split(":"))
        writer.write(said)
        self.came.append(writer)
        return reader

    def request(self, line, more=""):
        head = (
            f"{line} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {TOKEN}\r\n{more}\r\n"
        )
        return head.encode()


@asynccontextmanager
async def serving(stage, tmp_path):
    server = Server(stage.host, TOKEN, Pairing(tmp_path))
    served = Served(await server.start())
    try:
        yield served
    finally:
        for writer in served.came:
            writer.close()
        stage.hear(SessionEnded())
        await server.end()


async def first_line(reader):
    return await asyncio.wait_for(reader.readline(), 20)


async def is_closed(reader):
    try:
        return await asyncio.wait_for(reader.read(), 20) == b""
    except ConnectionError:
        return True


def test_the_console_is_answered_however_many_say_nothing(stage, tmp_path, monkeypatch):
    monkeypatch.setattr(Connection, "SLOTS", 4)

    async def crowd():
        async with serving(stage, tmp_path) as served:
            console = await served.come(served.request("GET /api/events"))
            assert b"200" in await first_line(console)
            silent = [await served.come(HALF_A_REQUEST) for _ in range(20)]
            another = await served.come(served.request("GET /api/session"))
            assert b"200" in await first_line(another)
            # evicted, and not let go for its slowness
            assert await asyncio.wait_for(is_closed(silent[0]), REQUEST_TIMEOUT / 2)
            stage.play_to(9)
            said = b""
            while b'"elapsed":9' not in said:  # the console is not the one that gave way
                said = await first_line(console)

    asyncio.run(crowd())


def test_a_client_that_takes_too_long_to_ask_is_let_go_and_one_that_listens_is_not(stage, tmp_path):
    async def slowly():
        async with serving(stage, tmp_path) as served:
            listener = await served.come(served.request("GET /api/events"))
            assert b"200" in await first_line(listener)
            post = served.request("POST /api/commands", "Content-Length: 60000\r\n")
            slow = [await served.come(said) for said in (b"", HALF_A_REQUEST, post + b"{")]
            loop = asyncio.get_running_loop()
            time = loop.time
            loop.time = lambda: time() + REQUEST_TIMEOUT + 1
            for reader in slow:
                assert await is_closed(reader)
            stage.play_to(9)
            said = b""
            while b'"elapsed":9' not in said:
                said = await first_line(listener)

    asyncio.run(slowly())


def test_what_a_client_did_not_say_to_its_end_is_not_done(stage, tmp_path):
    asked = []
    answer = stage.player.send
    stage.player.send = lambda ask: (asked.append(ask.command.do), answer(ask))[1]

    async def vanish():
        async with serving(stage, tmp_path) as served:
            post = served.request("POST /api/commands", "Content-Length: 100\r\n")
            await served.come(post + b'{"do": "stop"}')
            await asyncio.sleep(0)
            served.came[0].close()
            await served.came[0].wait_closed()
            whole = served.request("POST /api/commands", "Content-Length: 14\r\n")
            reader = await served.come(whole + b'{"do": "mark"}')
            assert b"200" in await first_line(reader)

    asyncio.run(vanish())
    assert asked == ["mark"]


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x00\xa5\x01\x00" * 30,
        b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: here\r\n\r\n\x00\xff no request\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\nContent-Length: 30\r\n\r\n{}",
    ],
    ids=["tls", "a large header", "rubbish after a request", "two lengths"],
)
def test_what_is_no_request_is_ended_and_disturbs_nobody(stage, tmp_path, said):
    async def rubbish():
        async with serving(stage, tmp_path) as served:
            reader = await served.come(said)
            with suppress(ConnectionError):  # it was ended before all was read
                assert b" 200 " not in await asyncio.wait_for(reader.read(), 20)
            sane = await served.come(served.request("GET /api/session"))
            assert b"200" in await first_line(sane)

    asyncio.run(rubbish())


def test_uvicorn_has_what_is_subclassed_of_it() -> None:
    server = uvicorn.Server(uvicorn.Config(app=str, http=Connection))
    assert server.server_state.connections == set()
    assert list(inspect.signature(uvicorn.Server.on_tick).parameters) == ["self", "counter"]
    assert inspect.iscoroutinefunction(uvicorn.Server.on_tick)
    assert list(inspect.signature(uvicorn.Server.main_loop).parameters) == ["self"]
    assert inspect.iscoroutinefunction(uvicorn.Server.main_loop)
    with uvicorn.Server.capture_signals(server):
        pass
    loop = asyncio.new_event_loop()
    protocol = H11Protocol(server.config, server.server_state, {}, loop)
    loop.close()
    assert protocol.connections is server.server_state.connections
    assert {"loop", "transport", "client", "cycle"} <= set(vars(protocol))
    cycle = inspect.signature(RequestResponseCycle).parameters
    assert "on_response" in cycle  # what calls on_response_complete
    assert callable(H11Protocol.on_response_complete)
