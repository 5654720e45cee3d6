"""The client where nobody answers."""

from __future__ import annotations

import socket
import time

import numpy as np
import pytest

from soundscape.errors import SessionLost
from soundscape.ipc.shared_audio import SharedAudio
from soundscape.ipc.shared_audio_layout import create_shared_audio
from soundscape.remote.client.client import Client


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


def test_without_shared_audio_it_counts_as_playing(nobody):
    assert Client(nobody, "token").plays()
