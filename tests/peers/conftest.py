from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pulse
import pytest
from jack import Jack
from mosquitto import Mosquitto
from peers import missing

from soundscape.devices.midi import mido_ports

_NUMBERS = count()
"""JACK does not like to meet a name again in one process."""


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jack]:
    """A JACK server of our own, which waits for its clients."""
    if importlib.util.find_spec("rtmidi") is None:
        missing("python-rtmidi, which speaks to JACK, has no wheel for this Python")
    name = f"soundscape{os.getpid()}-{next(_NUMBERS)}"
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    monkeypatch.setenv("SOUNDSCAPE_MIDI_BACKEND", "UNIX_JACK")
    server = Jack(name)
    mido_ports._backend.cache_clear()
    try:
        server.start()
        yield server
    finally:
        mido_ports._backend.cache_clear()
        server.end()


@pytest.fixture
def dump(jack: Jack, tmp_path: Path) -> Path:
    """A file that grows by a line for each message that the monitor's port receives."""
    path = tmp_path / "dump.txt"
    jack.dump(path)
    return path


@pytest.fixture
def sound_server(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A PulseAudio of our own with one output, called "Room"; in `environment` where it is."""
    socket = tmp_path / "socket"
    places = {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PULSE_SERVER": f"unix:{socket}",
    }
    server = pulse.start(socket, places)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**places, "SDL_AUDIODRIVER": "pulseaudio"}.items():
            patch.setenv(name, value)
        yield server
    server.kill()
    server.wait()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """An MQTT broker of our own with TLS, passwords and access lists."""
    users = ("room-1", "room-2", "room-3", "station", "home-assistant", "guest")
    broker = Mosquitto(tmp_path / "mosquitto", users)
    broker.start()
    yield broker
    broker.kill()
