"""The control process, seen from outside: MIDI inputs whose driver may hang or crash.

A thread starts the process, watches its signs of life, kills it when it is silent and starts
another; a second one reads what it says. What came waits in a queue for whoever takes it.
"""

from __future__ import annotations

import io
import json
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import Any

from soundscape.controls.control_surface import Address
from soundscape.ipc import clock
from soundscape.ipc.spawn import spawn
from soundscape.scene.models import PortSpec

MODULE = "soundscape.devices.midi.receiver_main"
"""What runs in the process."""

SILENCE = 2.0
"""Seconds without a sign of life after which the process counts as hanging …"""

STARTING = 10.0
"""… and as long as it has to give the first."""

AGAIN, LONGEST_AGAIN = 0.2, 10.0
"""Seconds before the next process; doubled for each that did not live as long as the longest."""

BACKLOG = 2000


@dataclass(frozen=True, slots=True)
class MidiReceived:
    """A whole message that came in, with the port's name and the monotonic time (s)."""

    port: str
    at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class PortStatus:
    """How a port fares from here on: `ok` (text: its full name), `absent`, `lost`, `failed`."""

    port: str
    state: str
    text: str


class MidiInputs:
    """The MIDI inputs among some ports, in a process of their own.

    `only` says what is listened to on each; without it everything is, clock and SysEx too.
    """

    def __init__(
        self,
        ports: Mapping[str, PortSpec],
        only: Mapping[str, set[Address]] | None = None,
    ) -> None:
        self._specs: list[dict[str, Any]] = [
            {
                "port": name,
                "input": spec.input,
                "nth": spec.nth,
                "virtual": spec.virtual,
                "only": None if only is None else sorted(only.get(name, ())),
            }
            for name, spec in ports.items()
            if spec.input is not None
        ]
        self._news: Queue[MidiReceived | PortStatus | None] = Queue(BACKLOG)
        self._over = threading.Event()
        self._heard_at = 0.0
        self._thread = threading.Thread(target=self._keep, name="midi inputs", daemon=True)

    def start(self) -> None:
        """Start the process and return at once."""
        self._thread.start()

    def wake(self) -> None:
        """Let whoever waits in `take` look round: there it comes as None."""
        with suppress(Full):
            self._news.put_nowait(None)

    def take(self, timeout: float) -> MidiReceived | PortStatus | None:
        """What came next, within so many seconds."""
        try:
            return self._news.get(timeout=timeout)
        except Empty:
            return None

    def close(self) -> None:
        """End the process; one that does not end by itself is killed."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(3.0)

    def _keep(self) -> None:
        """Keep a process running."""
        pause = AGAIN
        while not self._over.is_set():
            began = clock.now()
            self._attend(spawn(MODULE))
            lived = clock.now() - began
            pause = AGAIN if lived > LONGEST_AGAIN else min(LONGEST_AGAIN, pause * 2)
            self._over.wait(pause)

    def _attend(self, process: subprocess.Popen[bytes]) -> None:
        """Tell a process its ports and read what it says, until it ends, hangs or is not wanted."""
        assert process.stdin is not None  # noqa: S101 - it was asked for
        self._heard_at = clock.now() + STARTING - SILENCE
        reading = threading.Thread(target=self._read, args=(process,), daemon=True)
        reading.start()
        with suppress(OSError):  # it has ended already
            process.stdin.write(json.dumps(self._specs).encode("ascii") + b"\n")
        why = self._watched(process, reading)
        code = _ended(process)
        if why or (code and not self._over.is_set()):
            self._failed(why or "the MIDI driver has crashed")
        reading.join()

    def _watched(self, process: subprocess.Popen[bytes], reading: threading.Thread) -> str:
        """Watch a process until it ends or is not wanted; why, if it had to be killed."""
        while reading.is_alive() and not self._over.wait(0.1):
            if clock.now() > self._heard_at + SILENCE:
                process.kill()
                return "the MIDI driver does not answer"
        return ""

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert isinstance(process.stdout, io.RawIOBase)  # noqa: S101 - it was asked for
        with io.BufferedReader(process.stdout) as lines, suppress(ValueError):  # a line cut off
            for line in lines:
                self._heard_at = clock.now()
                self._note(json.loads(line))

    def _note(self, facts: dict[str, Any]) -> None:
        if "data" in facts:
            self._tell(MidiReceived(facts["port"], facts["at"], bytes.fromhex(facts["data"])))
        elif "state" in facts:
            self._remember(facts)
            self._tell(PortStatus(facts["port"], facts["state"], facts["text"]))

    def _remember(self, facts: dict[str, Any]) -> None:
        """Keep the full name of a port that opened: the next process looks for the same one."""
        if facts["state"] == "ok":
            for spec in self._specs:
                if spec["port"] == facts["port"]:
                    spec["before"] = facts["text"]

    def _failed(self, text: str) -> None:
        for spec in self._specs:
            self._tell(PortStatus(str(spec["port"]), "failed", text))

    def _tell(self, news: MidiReceived | PortStatus) -> None:
        """Put it where it is taken. Of what nobody takes in time, messages are dropped."""
        with suppress(Full):
            self._news.put(news, timeout=None if isinstance(news, PortStatus) else 0.0)


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Its exit code: it ends when its standard input is closed, and is killed if it does not."""
    assert process.stdin is not None  # noqa: S101 - it was asked for
    with suppress(OSError):
        process.stdin.close()
    try:
        return process.wait(1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
