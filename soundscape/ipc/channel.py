"""Values through a pipe between two processes of ours: each pickled, after its length.

Only ever between a parent and the child that it started, over the child's standard streams.
"""

from __future__ import annotations

import os
import pickle
import struct
import threading
from typing import Any, BinaryIO

_LENGTH = struct.Struct("<I")


class Channel:
    """One direction or both. Any thread may send; one thread receives."""

    def __init__(self, source: BinaryIO | None, sink: BinaryIO | None) -> None:
        self._source = source
        self._sink = sink
        self._sending = threading.Lock()

    def send(self, value: object) -> None:
        """Send a value. Raises OSError when the other side is gone."""
        self.send_pickled(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))

    def send_pickled(self, data: bytes) -> None:
        """Send a value that is pickled already. Raises OSError when the other side is gone."""
        assert self._sink is not None  # noqa: S101 - whoever sends has a sink
        with self._sending:
            self._sink.write(_LENGTH.pack(len(data)) + data)
            self._sink.flush()

    def receive(self) -> Any:
        """The next value; waits for it. Raises EOFError when the other side is gone."""
        return pickle.loads(self.receive_pickled())  # noqa: S301 - from our own child or parent

    def receive_pickled(self) -> bytes:
        """The next value as it came, for whoever only hands it on."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        return self._read(length)

    def _read(self, count: int) -> bytes:
        assert self._source is not None  # noqa: S101
        data = b""
        while len(data) < count:
            try:
                more = self._source.read(count - len(data))
            except (OSError, ValueError) as err:
                raise EOFError("the other side is gone") from err
            if not more:
                raise EOFError("the other side is gone")
            data = data + more if data else more
        return data


def over_standard_streams() -> Channel:
    """Our standard input and output as a channel; what a library prints must not get in between."""
    channel = Channel(os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return channel
