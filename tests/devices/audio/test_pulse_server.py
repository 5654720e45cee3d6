"""What is asked of a sound server is answered in time, or given up."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from soundscape.devices.audio.pulse_server import PulseServer, ask_in_time
from soundscape.errors import AudioDeviceError


def test_a_server_that_hangs_after_it_has_accepted_is_given_up() -> None:
    over = threading.Event()
    begin = time.monotonic()
    with pytest.raises(AudioDeviceError, match="no answer"):
        ask_in_time(lambda _server: over.wait(30), seconds=0.05)
    over.set()
    assert time.monotonic() - begin < 10


def test_an_answer_is_handed_on() -> None:
    assert ask_in_time(lambda _server: 3) == 3


def test_what_a_server_cannot_answer_is_the_error_that_it_is() -> None:
    def ask(_server: PulseServer) -> None:
        raise AudioDeviceError("no such sink")

    with pytest.raises(AudioDeviceError, match="no such sink"):
        ask_in_time(ask)


def test_a_server_that_is_not_there_may_be_asked_for_hours_and_takes_no_handles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    try:
        import pulsectl  # noqa: F401, PLC0415 - it loads the system's libpulse
    except (ImportError, OSError):
        pytest.skip("this system has no libpulse")
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nowhere")
    server = PulseServer()
    counts = []
    for _ in range(5):
        with suppress(AudioDeviceError):
            server.default_output()
        counts.append(len(os.listdir("/dev/fd")))  # noqa: PTH208 - no path is needed
    assert counts == counts[:1] * 5
