"""Messages through a pipe between two processes of ours: each encoded, after its length.

Imports the standard library only, so that small processes can use it.
"""

from __future__ import annotations

import os
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from queue import Full, Queue
from typing import Any, BinaryIO

from soundscape.errors import MessageError
from soundscape.ipc.codec import Codec

LONGEST = 1 << 30
"""Bytes of a message; a longer one is not ours."""

BACKLOG = 1000
"""Messages that may wait for a process that does not read."""

_LENGTH = struct.Struct("<I")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Alive:
    """A sign of life, and nothing else."""


class Outbox:
    """Messages that wait to be sent. When the other side hangs, new ones are dropped."""

    def __init__(self) -> None:
        self._queue: Queue[Any] = Queue(BACKLOG)

    def put(self, message: object) -> None:
        """Put a message in, or drop it. Never waits."""
        with suppress(Full):
            self._queue.put_nowait(message)

    def get(self, timeout: float = 0.0) -> Any:
        """The next message. Raises queue.Empty where none comes within so many seconds."""
        return self._queue.get(timeout=timeout)


class Channel:
    """One direction or both. Any thread may send; one thread receives."""

    def __init__(self, source: BinaryIO | None, sink: BinaryIO | None, codec: Codec) -> None:
        self._source = source
        self._sink = sink
        self.codec = codec
        self._sending = threading.Lock()

    def send(self, message: object) -> None:
        """Send a message. Raises OSError when the other side is gone."""
        self.send_encoded(self.codec.encode(message))

    def send_encoded(self, data: bytes | bytearray) -> None:
        """Send a message that is encoded already. Raises OSError when the other side is gone."""
        assert self._sink is not None  # noqa: S101 - a sender has a sink
        view = memoryview(_LENGTH.pack(len(data)) + data)
        with self._sending:
            while view:
                view = view[self._sink.write(view) or 0 :]

    def receive(self) -> Any:
        """Wait for the next message. Raises EOFError when the other side is gone, MessageError."""
        return self.codec.decode(self.receive_encoded())

    def receive_encoded(self) -> bytearray:
        """The next message as it came, to be handed on. Raises as `receive` does."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length > LONGEST:
            raise MessageError(f"a message of {length} bytes")
        return self._read(length)

    def _read(self, count: int) -> bytearray:
        assert self._source is not None  # noqa: S101
        data = bytearray()
        while len(data) < count:
            try:
                piece = self._source.read(min(_PIECE, count - len(data)))
            except (OSError, ValueError) as err:
                raise EOFError("the other side is gone") from err
            if not piece:
                raise EOFError("the other side is gone")
            data += piece
        return data


def over_standard_streams(codec: Codec) -> Channel:
    """Our standard input and output as a channel. What a library prints goes to the null device."""
    return Channel(*standard_streams(), codec)


def standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Our standard input and output, unbuffered. What a library prints goes to the null device."""
    streams = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return streams
