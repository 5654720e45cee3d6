"""What is asked of a sound server is answered in time, or given up."""

from __future__ import annotations

import threading
import time

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
