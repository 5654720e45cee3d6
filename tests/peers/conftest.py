from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jack import Jack
from peers import missing, need
from sound_server import SoundServer, running_sound_server

from soundscape.devices.midi import mido_ports


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jack]:
    """A JACK server of our own, which waits for its clients rather than losing what they send."""
    if importlib.util.find_spec("rtmidi") is None:
        missing("python-rtmidi, which speaks to JACK, has no wheel for this Python")
    name = f"soundscape{os.getpid()}"
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
def sound_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A PulseAudio of our own with one output, called "Room"; in the environment where it is."""
    with running_sound_server(tmp_path, need("pulseaudio")) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server
