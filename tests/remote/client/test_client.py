"""The client where nobody answers, and where what answers is no snapshot."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from shows import phase, playlist, show, track

from soundscape.errors import CommandRefused, EngineError, InvalidValue, SessionLost
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import create_shared_audio, remove_shared_audio
from soundscape.remote.client.client import Client
from soundscape.timeline.conductor import Conductor
from soundscape.views.take_snapshot import take_snapshot


@pytest.fixture
def nobody():
    """An address at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/"


@pytest.fixture
def shared(tmp_path):
    made = SharedAudio(create_shared_audio(tmp_path / "audio"))
    made.write(0, np.zeros((1024, 2), np.float32), time.perf_counter(), 0)
    made.publish_position()
    return made


def test_a_session_that_plays_without_its_host_can_still_be_ended(nobody, shared, tmp_path):
    client = Client(nobody, "token", tmp_path / "audio")
    assert client.plays()
    assert "fade out" in client.do({"do": "stop"}).said
    assert shared.stop_requested


@pytest.mark.parametrize("do", ["mute", "next", "hold"])
def test_nothing_else_can_be_asked_of_it(nobody, shared, tmp_path, do):
    with pytest.raises(SessionLost):
        Client(nobody, "token", tmp_path / "audio").do({"do": do})
    assert not shared.stop_requested


def test_what_does_not_play_cannot_be_ended(nobody, tmp_path):
    client = Client(nobody, "token", create_shared_audio(tmp_path / "audio"))
    assert not client.plays()
    with pytest.raises(SessionLost):
        client.do({"do": "stop"})


def test_it_is_over_once_its_files_are_removed(nobody, shared, tmp_path):
    client = Client(nobody, "token", tmp_path / "audio")
    assert not client.is_over()
    shared.close()
    remove_shared_audio(tmp_path / "audio")
    assert client.is_over()


def test_without_shared_audio_it_counts_as_playing(nobody):
    assert Client(nobody, "token").plays()
    assert not Client(nobody, "token").is_over()
    assert not Client(nobody, "token").stop_requested


@pytest.fixture
def answering() -> Iterator[Callable[[int, bytes], Client]]:
    """Makes a client of a server that answers everything in one way."""
    answer = [0, b""]

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()

        def client(status: int, body: bytes) -> Client:
            answer[:] = status, body
            return Client(f"http://127.0.0.1:{server.server_port}/", "token")

        yield client
        server.shutdown()
        serving.join()


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (401, SessionLost, "does not know us: no"),
        (403, SessionLost, "does not know us: no"),
        (409, CommandRefused, "no"),
        (413, InvalidValue, "no"),
        (422, InvalidValue, "no"),
        (503, EngineError, "no"),
        (204, EngineError, "no"),
    ],
)
def test_an_answer_that_is_a_refusal_is_the_error_of_its_kind(answering, status, error, text):
    client = answering(status, b'{"detail": "no"}' if status != 204 else b"")
    expected = text if status != 204 else "answered with status 204"
    for call in (client.status, lambda: client.do({"do": "hold"}), lambda: list(client.changes())):
        with pytest.raises(error, match=expected) as caught:
            call()
        assert type(caught.value) is error


@pytest.mark.parametrize("body", [b"", b"Not Found", b"[]", b'{"detail"', b"\xff"])
def test_a_refusal_that_says_nothing_is_told_by_its_status(answering, body):
    with pytest.raises(EngineError, match="answered with status 500"):
        answering(500, body).status()


@pytest.mark.parametrize("body", [b"", b"event: happened\ndata: {}\n\n"])
def test_a_stream_that_stops_before_the_end_of_the_session_is_a_session_lost(answering, body):
    with pytest.raises(SessionLost):
        list(answering(200, body).changes())


@pytest.mark.parametrize("state", ["playing", "paused", "ending"])
def test_only_a_stream_whose_last_snapshot_has_ended_ends_in_order(answering, state):
    view = take_snapshot(Conductor(show(phase("p", 60, playlist("m", track("t", 50))))))

    def stream(state: str) -> bytes:
        last = view.model_copy(update={"state": state})
        return b"event: snapshot\ndata: " + last.model_dump_json().encode() + b"\n\n"

    (told,) = answering(200, stream("ended")).changes()
    assert told.state == "ended"
    with pytest.raises(SessionLost):
        list(answering(200, stream(state)).changes())


@pytest.mark.parametrize("body", [b"", b"no", b"{}", b'{"state": "sings"}'])
def test_an_answer_that_is_not_understood_is_said_to_be_of_another_version(answering, body):
    with pytest.raises(EngineError, match="another version"):
        answering(200, body).status()
