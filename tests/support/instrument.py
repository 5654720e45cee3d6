"""A MIDI device that a test plays: real bytes into a real driver."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from peers import missing

PLAYER = """
import sys, rtmidi
client = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, sys.argv[1])
client.open_virtual_port("out")
print("ready", flush=True)
for line in sys.stdin:
    client.send_message(bytes.fromhex(line))
client.close_port()
client.delete()
"""


class Instrument:
    """A client of JACK with one output, as a pedal or a pad has it.

    In a process of its own: whoever touches a port whose server has died, dies with it.
    """

    def __init__(self, name: str) -> None:
        if importlib.util.find_spec("rtmidi") is None:
            missing("python-rtmidi, which speaks to JACK, has no wheel for this Python")
        self._process = subprocess.Popen(
            [sys.executable, "-c", PLAYER, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def send(self, *data: int) -> None:
        """Send a message, whole or not."""
        assert self._process.stdin is not None
        self._process.stdin.write(bytes(data).hex() + "\n")
        self._process.stdin.flush()

    def press(self, note: int, velocity: int = 100) -> None:
        """Press and let go."""
        self.send(0x90, note, velocity)
        self.send(0x80, note, 0)

    def unplug(self) -> None:
        """Take it away. It takes its leave of the server: one that waits for it would hang."""
        with self._process:
            self._process.communicate(timeout=10.0)


class Listener:
    """A client of JACK with one input, as a pad with lights has it."""

    def __init__(self, name: str) -> None:
        rtmidi = pytest.importorskip("rtmidi")
        self._heard: list[bytes] = []
        self._client = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name)
        self._client.open_virtual_port("in")

    @property
    def heard(self) -> list[bytes]:
        """All that came so far."""
        while (heard := self._client.get_message()) is not None:
            self._heard.append(bytes(heard[0]))
        return self._heard

    def unplug(self) -> None:
        """Take it away."""
        self._client.close_port()
        self._client.delete()
