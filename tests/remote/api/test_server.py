import asyncio
from types import SimpleNamespace

import pytest

from soundscape.errors import EngineError
from soundscape.remote.api import server as module
from soundscape.remote.api.server import Server, _bound


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "here", "127.0.0.1:80"],  # noqa: S104 - it is refused
)
def test_the_page_is_opened_only_at_an_address_of_a_machine(address):
    with pytest.raises(EngineError, match="address"):
        _bound(address, 0)


class Listener:
    """Serves nothing."""

    def __init__(self, _app, bound):
        self.address, self.port = bound
        self.netloc = f"{self.address}:{self.port}"
        self.url = f"http://{self.netloc}/"
        self.state = "new"

    async def begin(self):
        self.state = "serves"

    async def end(self):
        self.state = "ended"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(module, "_Listener", Listener)
    monkeypatch.setattr(module, "_bound", lambda address, port: (address, port or 5000))
    monkeypatch.setattr(module, "make_app", lambda context: None)
    monkeypatch.setattr(module, "_seen_address", lambda: "10.0.0.1")
    monkeypatch.delenv("SOUNDSCAPE_REMOTE_ADDRESS", raising=False)
    return Server(None, "token", SimpleNamespace(knows=lambda cookie: False))


def test_the_network_is_served_at_one_address_until_another_is_asked_for(server):
    async def use() -> None:
        await server.start()
        assert await server.open(None) == "http://10.0.0.1:8137/"
        first = server._outside
        assert await server.open(None) == first.url
        assert await server.open("10.0.0.1") == first.url
        assert (server._outside, first.state) == (first, "serves")
        assert server._hosts == {"127.0.0.1:5000", "localhost:5000", "10.0.0.1:8137"}
        assert await server.open("10.0.0.2") == "http://10.0.0.2:8137/"
        assert first.state == "ended"
        assert server._hosts == {"127.0.0.1:5000", "localhost:5000", "10.0.0.2:8137"}
        await server.close()
        assert server._hosts == {"127.0.0.1:5000", "localhost:5000"}
        assert [one.state for one in server._serving] == ["serves"]
        await server.close()  # it is closed already
        await server.end()
        assert [one.state for one in server._serving] == ["ended"]

    asyncio.run(use())


def test_the_address_that_the_user_has_set_is_taken(server, monkeypatch):
    monkeypatch.setenv("SOUNDSCAPE_REMOTE_ADDRESS", "10.0.0.9")
    assert asyncio.run(server.open(None)) == "http://10.0.0.9:8137/"
