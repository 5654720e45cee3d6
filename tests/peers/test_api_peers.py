"""The API does what its OpenAPI document says, whatever comes: schemathesis in its default size.

The host is ours, served for real; its player is of paper, so that `stop` does not end the run.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from paper import Answering
from peers import missing

from soundscape.ipc.player_messages import SessionEnded
from soundscape.remote.api.pairing import Pairing
from soundscape.remote.api.server import Server

pytestmark = pytest.mark.peer

TOKEN = "the-token"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a session is served, as long as the test lasts."""
    monkeypatch.setenv("SOUNDSCAPE_REMOTE_ADDRESS", "127.0.0.1")
    stage = Answering(tmp_path)
    served: list[str] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        server = Server(stage.host, TOKEN, Pairing(tmp_path))
        served.append(await server.start())
        ready.set()
        while not over.is_set():
            await asyncio.sleep(0.05)
        await server.end()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(10)
    yield served[0]
    over.set()
    stage.hear(SessionEnded())
    thread.join(10)


def test_the_api_keeps_to_its_document(url: str, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists():
        missing("schemathesis is not installed")
    done = subprocess.run(
        [
            *(program, "run", f"{url}openapi.json", "--header", f"Authorization: Bearer {TOKEN}"),
            *("--exclude-path", "/api/events"),  # it has no end
            *("--seed", "7", "--generation-database", "none"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "120"},
    )
    assert done.returncode == 0, done.stdout[:4000] + done.stdout[-3000:] + done.stderr
