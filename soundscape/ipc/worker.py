"""One process of ours, seen from the process that uses it: messages to it and from it.

Sending never waits. Messages wait in a bounded queue for a thread that writes them; when the queue
is full, the process does not read, and a message that finds no place is dropped and reported to the
sender. Imports the standard library only.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from queue import Full, Queue
from typing import IO, Any, Protocol

from soundscape.errors import MessageError
from soundscape.ipc.channel import BACKLOG, Channel
from soundscape.ipc.codec import Codec


class Process(Protocol):
    """What is needed of a process: `subprocess.Popen`, or one that somebody else has started."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    returncode: int | Any

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    def poll(self) -> int | None:
        """Its exit code, None while it lives."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...


class Worker:
    """A process started by `ipc.spawn.spawn`. Any thread may send; one thread reads `messages`."""

    def __init__(self, process: Process, codec: Codec) -> None:
        assert process.stdin is not None  # noqa: S101 - `spawn` makes both pipes
        assert process.stdout is not None  # noqa: S101
        self.process = process
        self.broken = False
        """It sent what cannot be read."""
        self._stdin, self._stdout = process.stdin, process.stdout
        self._channel = Channel(process.stdout, process.stdin, codec)  # type: ignore[arg-type]
        self._backlog: Queue[object] = Queue(BACKLOG)
        threading.Thread(target=self._write, name="worker writer", daemon=True).start()

    @property
    def codec(self) -> Codec:
        """What encodes and decodes. It may be replaced by one of more classes."""
        return self._channel.codec

    @codec.setter
    def codec(self, codec: Codec) -> None:
        self._channel.codec = codec

    @property
    def pid(self) -> int:
        """The process's number."""
        return self.process.pid

    def send(self, message: object) -> bool:
        """Queue a message; bytes are one that is encoded already. False where it finds no place."""
        try:
            self._backlog.put_nowait(message)
        except Full:
            return False
        return True

    def messages(self) -> Iterator[object]:
        """What it sends, as it comes, until it is gone or sends what cannot be read."""
        with self._stdout:
            while True:
                try:
                    yield self._channel.receive()
                except EOFError:
                    return
                except MessageError:
                    self.broken = True
                    return

    def close_input(self) -> bool:
        """Close its standard input after all that was sent. False where the queue is full."""
        return self.send(_END)

    def close_output(self) -> None:
        """Close the pipe that it writes to, where its messages are not read any more."""
        self._stdout.close()

    def wait(self, patience: float) -> bool:
        """Wait until it has ended by itself; whether it did within `patience` seconds."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End it at once, whatever it does. Its writer ends with it."""
        self.process.kill()
        self.process.wait()
        self.close_input()

    def _write(self) -> None:
        with suppress(OSError), self._stdin:  # OSError: it has died, as its reader notices
            while (message := self._backlog.get()) is not _END:
                if isinstance(message, bytes | bytearray):
                    self._channel.send_encoded(bytes(message))
                else:
                    self._channel.send(message)


_END = object()
