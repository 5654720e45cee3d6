"""Processes made of pipes: what a `Worker` sees of one, and the other ends of its pipes."""

from __future__ import annotations

import os
import subprocess
import threading
from typing import Any

from soundscape.ipc.channel import Channel
from soundscape.ipc.codec import Codec
from soundscape.ipc.worker import Worker


class PipeProcess:
    """Stands in for `subprocess.Popen`: it lives until `exit` or `kill` is called."""

    def __init__(self, codec: Codec) -> None:
        from_us, to_us = os.pipe()
        self.stdout = os.fdopen(from_us, "rb", 0)
        own_source, own_sink = os.pipe()
        self.stdin = os.fdopen(own_sink, "wb", 0)
        self._ours = os.fdopen(own_source, "rb", 0), os.fdopen(to_us, "wb", 0)
        self.channel = Channel(*self._ours, codec)
        self.pid = 4711
        self.returncode: int | None = None
        self.killed = False
        self._gone = threading.Event()

    def exit(self, code: int = 0) -> None:
        """It ends by itself."""
        if not self._gone.is_set():
            self.returncode = code
            self._gone.set()
            self._ours[1].close()

    def kill(self) -> None:
        if self.returncode is None:
            self.killed = True
            self.exit(-9)

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if not self._gone.wait(timeout):
            raise subprocess.TimeoutExpired("it", timeout or 0.0)
        assert self.returncode is not None
        return self.returncode

    def received(self) -> list[Any]:
        """What it was sent, to the end of its input."""
        messages = []
        try:
            while True:
                messages.append(self.channel.receive())
        except EOFError:
            self.exit()
            return messages

    def die(self) -> None:
        """It is killed: both of its pipes end."""
        self.exit(-9)
        self._ours[0].close()

    def close(self) -> None:
        """Let go of all pipes. What writes to it or reads from it sees the end."""
        self.exit()
        self._ours[0].close()
        self.stdout.close()


def worker(process: PipeProcess, codec: Codec) -> Worker:
    return Worker(process, codec)  # type: ignore[arg-type]
