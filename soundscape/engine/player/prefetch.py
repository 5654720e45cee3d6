"""A source that a worker thread reads ahead.

The worker owns the source, from opening to closing it. The render thread takes frames and never
waits, not even for a lock: a worker that is busy or suspended may hold one. Each side writes only
its own counters; the blocks between them are in a deque, whose ends are safe for two threads. An
offline render waits with `wait_for`.

A live reader that finds too few frames gets what there is with a ramp to silence at its end, and a
ramp up when there is sound again: an underrun is heard as a short dip, not as a click, and is
counted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from soundscape.errors import SoundscapeError
from soundscape.ipc.priority import step_back
from soundscape.mixer.source import Block, Source
from soundscape.units import frames

AHEAD = frames(11.0)
"""How far a worker reads ahead, so that a disk that hangs for 10 s is not heard."""
REFILL = frames(1.0)
"""Frames that must be used up before the worker wakes: waking costs more than reading."""
OPENED = frames(15.0)
"""How long before its beginning a source is opened, if its beginning is known by then."""
CHUNK = 8192
"""Frames read at a time."""
RAMP = 480
"""Frames kept back, so that there is something to ramp down."""

_SILENCE: Block = np.zeros((0, 2), np.float32)


class _Signal:
    """Wakes one thread that waits. Setting it never waits."""

    def __init__(self) -> None:
        self._unset = threading.Lock()
        self._unset.acquire()

    def set(self) -> None:
        with suppress(RuntimeError):  # set already
            self._unset.release()

    def wait(self) -> None:
        self._unset.acquire()


class Prefetch:
    """A `mixer.Source` that reads ahead. `length` is the most frames that will be read."""

    def __init__(self, open_source: Callable[[], Source], length: int, chunk: int = CHUNK) -> None:
        self.underruns = 0
        self.fault: str | None = None  # why the source ended, where it was not its end
        self.length = length
        self._open = open_source
        self._chunk = chunk
        self._blocks: deque[Block] = deque()
        self._read = 0  # frames: the worker's counter
        self._ended = False  # the worker's; the last thing that it sets
        self._delivered = 0  # frames: the reader's counter
        self._head: Block = _SILENCE  # the reader's: what is left of a block
        self._wanted = AHEAD
        self._closed = False
        self._starved = False
        self._room, self._news = _Signal(), _Signal()
        self._worker = threading.Thread(target=self._work, name="decoder", daemon=True)

    def start(self) -> None:
        """Start the worker."""
        self._worker.start()

    # the render thread's side -------------------------------------------------------------------

    def read(self, count: int) -> Block:
        """Return the next `count` frames, or as many as there are."""
        ended, buffered = self._buffered()
        enough = ended or buffered >= min(count + RAMP, self._most())
        first = self._delivered
        taken = self._take(min(count, buffered))
        if buffered - len(taken) < self._wanted - REFILL:
            self._room.set()
        if ended and self.fault is not None and self._read < self.length:
            taken = self._rounded_off(taken, first)
        if self._starved and len(taken):
            taken = _ramped(taken, rising=True)
            self._starved = False
        if not enough and not self._starved:
            self.underruns += 1
            self._starved = True
            taken = _ramped(taken, rising=False)
        return taken

    def close(self) -> None:
        """Tell the worker to end, without waiting for it."""
        self._closed = True
        self._room.set()

    # what the session asks ------------------------------------------------------------------------

    @property
    def available(self) -> int | None:
        """The number of frames of the source once it is at its end; None before that."""
        return self._read if self._ended else None

    def ready(self, count: int) -> bool:
        """Return whether `count` frames (or all that come) can be read at once."""
        ended, buffered = self._buffered()
        return ended or buffered >= min(count, self._most())

    def wait_for(self, count: int) -> None:
        """Wait until `count` frames (or all that come) can be read at once. Offline only."""
        self._wanted = max(self._wanted, count + REFILL)
        while not self.ready(count):
            self._room.set()
            self._news.wait()

    def _buffered(self) -> tuple[bool, int]:
        """Return whether the worker is done, and how many frames can be read, in this order."""
        ended = self._ended
        return ended, self._read - self._delivered

    def _most(self) -> int:
        return max(0, self.length - self._delivered)

    def _take(self, count: int) -> Block:
        parts: list[Block] = []
        wanted = count
        while wanted:
            head = self._head if len(self._head) else self._blocks.popleft()
            parts.append(head[:wanted])
            self._head = head[wanted:]
            wanted -= len(parts[-1])
        self._delivered += count
        if not parts:
            return _SILENCE
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _rounded_off(self, block: Block, first: int) -> Block:
        """Return a block, whose first frame is `first`, with its part of a ramp to a damaged end.

        Damage may be found too late for a fade, so sound that breaks off ends with a ramp.
        """
        left = self._read - np.arange(first, first + len(block))
        if not len(left) or left[-1] > RAMP:
            return block
        gains = np.minimum(left / np.float32(RAMP + 1), 1.0).astype(np.float32)
        rounded: Block = block * gains[:, np.newaxis]
        return rounded

    # the worker's side ----------------------------------------------------------------------------

    def _work(self) -> None:
        step_back()
        try:
            source = self._open()
            try:
                self._fill(source)
            finally:
                source.close()
        except SoundscapeError as err:
            self._finish(str(err))
        except Exception as err:  # noqa: BLE001 - a worker that died unseen would leave a hole
            self._finish(f"internal fault: {err!r}")

    def _fill(self, source: Source) -> None:
        while self._read < self.length:
            if not self._wait_for_room():
                return
            wanted = min(self._chunk, self.length - self._read)
            block = source.read(wanted)
            if len(block):
                self._blocks.append(block)
                self._read += len(block)
                self._news.set()
            if len(block) < wanted:
                break
        self._finish(getattr(source, "fault", None))

    def _wait_for_room(self) -> bool:
        """Wait, if all wanted frames are read, until some are used. Return False when closed."""
        if self._read - self._delivered >= self._wanted:
            while not self._closed and self._read - self._delivered >= self._wanted - REFILL:
                self._room.wait()
        return not self._closed

    def _finish(self, fault: str | None) -> None:
        self.fault = fault
        self._ended = True
        self._news.set()


def _ramped(block: Block, *, rising: bool) -> Block:
    """Return a block with a straight ramp of at most `RAMP` frames at its start or end."""
    length = min(RAMP, len(block))
    ramp = np.arange(1, length + 1, dtype=np.float32)[:, np.newaxis] / np.float32(length + 1)
    result = block.copy()
    if rising:
        result[:length] *= ramp
    elif length:
        result[-length:] *= ramp[::-1]
    return result
