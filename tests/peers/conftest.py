from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from jack import end, ports, until
from peers import missing, need

from soundscape.devices import midi


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A JACK server of our own, which waits for its clients rather than losing what they send."""
    if importlib.util.find_spec("rtmidi") is None:
        missing("python-rtmidi, which speaks to JACK, has no wheel for this Python")
    name = f"soundscape{os.getpid()}"
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    monkeypatch.setenv("SOUNDSCAPE_MIDI_BACKEND", "UNIX_JACK")
    command = [need("jackd"), "-n", name, "--no-realtime", "-S", "-t", "1000"]
    server = subprocess.Popen(
        [*command, "-d", "dummy", "-r", "48000", "-p", "256"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    midi._backend.cache_clear()
    try:
        until(lambda: "system:playback_1" in ports(), "JACK does not start")
        yield
    finally:
        midi._backend.cache_clear()
        end(server)


@pytest.fixture
def dump(jack: None, tmp_path: Path) -> Iterator[Path]:
    """A file that grows by a line for each message that the monitor's port receives."""
    path = tmp_path / "dump.txt"
    with path.open("wb") as file:
        command = [need("stdbuf"), "-oL", need("jack_midi_dump"), "-a", "dumper"]
        monitor = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    try:
        until(lambda: "dumper:input" in ports(), "jack_midi_dump does not start")
        yield path
    finally:
        end(monitor)
