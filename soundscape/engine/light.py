"""The light process, seen from the session: messages go to it ahead of time, and nobody waits.

Neighbours: the render thread calls `send`; a thread of ours writes to the process's standard
input, another reads how its ports fare. A process that hangs fills the bounded backlog, and what
comes then is dropped and counted: light must never hold up sound.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import soundscape
from soundscape.devices.midi_sender import pack, pack_end
from soundscape.scene.models import PortSpec

COMMAND = (sys.executable, "-m", "soundscape.devices.midi_sender")
"""What runs in the process: a program of its own, neither a fork nor a copy of what started us."""

if sys.platform == "win32":
    NEW_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    NEW_GROUP = 0
"""With a session of its own elsewhere: the terminal's Ctrl-C and hang-up are not for it."""

BACKLOG = 1000
"""Batches that may wait for a process that does not read."""

Batch = Sequence[tuple[float, str, bytes]]
"""Monotonic time due (s), port of the room, message."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How punctual it was. Seconds, from due to sent; `late` counts those over 2 ms."""

    sent: int
    late: int
    median: float
    p99: float
    worst: float


class LightProcess:
    """The MIDI outputs of a room, in a process of their own."""

    def __init__(self, ports: Mapping[str, PortSpec]) -> None:
        self._outputs = {name: spec for name, spec in ports.items() if spec.output is not None}
        self._index = {name: index for index, name in enumerate(self._outputs)}
        self._health = dict.fromkeys(self._outputs, "opening")
        self._faults: list[str] = []
        self._known = threading.Condition()
        self._backlog: queue.Queue[bytes] = queue.Queue(BACKLOG)
        self._process: subprocess.Popen[bytes] | None = None
        self._threads: list[threading.Thread] = []
        self._end: bytes | None = None  # the last that is written; known from when it is to end
        self.dropped = 0
        self.timing: Timing | None = None

    def start(self) -> None:
        """Start the process and return at once; the ports open meanwhile."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # drivers print there
            bufsize=0,
            env=_environment(),
            creationflags=NEW_GROUP,
            start_new_session=True,
        )
        specs = [
            {"port": name, "output": spec.output, "virtual": spec.virtual}
            for name, spec in self._outputs.items()
        ]
        self._backlog.put(json.dumps(specs).encode("ascii") + b"\n")
        for work in (self._write, self._read):
            thread = threading.Thread(target=work, args=(self._process,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def send(self, batch: Batch) -> None:
        """Hand over messages, each to be sent when it is due. Never waits."""
        known = [(due, self._index[port], data) for due, port, data in batch if port in self._index]
        if not known:
            return
        try:
            self._backlog.put_nowait(pack(known))
        except queue.Full:
            self.dropped += len(known)

    def health(self) -> dict[str, str]:
        """How each output fares: `ok`, `absent`, `failed: …`, or `opening` at first."""
        with self._known:
            return dict(self._health)

    def faults(self) -> list[str]:
        """What went wrong since the last call: one plain line each, told once."""
        with self._known:
            told, self._faults = self._faults, []
        return told

    def wait_ready(self, timeout: float) -> bool:
        """Wait until every output is open or known to be absent; false if it takes too long."""
        with self._known:
            return self._known.wait_for(lambda: "opening" not in self._health.values(), timeout)

    def close(self, drain: float = 1.0) -> None:
        """Send what is due within `drain` seconds and nothing more, then end the process.

        One that does not end by itself is killed.
        """
        process = self._process
        if process is None:
            return
        self._process = None
        self._end = pack_end(time.monotonic() + drain)
        try:
            self._backlog.put_nowait(self._end)
            process.wait(drain + 1.0)
        except (queue.Full, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        for thread in self._threads:
            thread.join(1.0)

    def _write(self, process: subprocess.Popen[bytes]) -> None:
        """Write the backlog to the process, until it is gone."""
        pipe = process.stdin
        assert pipe is not None  # noqa: S101 - it was asked for
        with pipe, suppress(OSError):  # if it has died, _read says so
            data = None
            while data is None or data is not self._end:
                data = self._backlog.get()
                view = memoryview(data)
                while view:
                    view = view[pipe.write(view) or 0 :]

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Note what the process reports, until it is gone."""
        pipe = process.stdout
        assert pipe is not None  # noqa: S101 - it was asked for
        with pipe:
            for line in pipe:
                self._note(json.loads(line))
        if self._end is None:
            with self._known:
                for port in self._health:
                    self._health[port] = "failed: the light process ended"
                self._faults.append("lights offline: the light process ended")
                self._known.notify_all()

    def _note(self, facts: dict[str, object]) -> None:
        punctuality = facts.get("punctuality")
        if isinstance(punctuality, dict):
            self.timing = Timing(**punctuality)
            return
        port, state, text = str(facts["port"]), str(facts["state"]), str(facts["text"])
        with self._known:
            self._health[port] = f"failed: {text}" if state == "failed" else state
            if state != "ok":
                self._faults.append(f"lights offline: {port}: {text}")
            self._known.notify_all()


def _environment() -> dict[str, str]:
    """Ours, and this package found where we found it."""
    path = [str(Path(soundscape.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}
