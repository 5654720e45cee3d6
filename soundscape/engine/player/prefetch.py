"""A source read ahead by a worker thread of its own.

Owner: the worker owns the source beneath, from opening to closing it. The render thread takes
frames out and never waits; an offline render waits, by `wait_for`. Between them: a bounded list of
blocks under a lock that is held for moments only.

A live reader that finds too little gets what there is with a ramp to silence at its end, and a ramp
up when sound is there again: an underrun is heard as a short dip, not as a click, and is counted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import numpy as np

from soundscape.errors import SoundscapeError
from soundscape.ipc.priority import step_back
from soundscape.mixer.source import Block, Source
from soundscape.timeline.layer import IN_TIME
from soundscape.units import frames

AHEAD = IN_TIME
"""How far a worker reads ahead: a fault is known at least 5 s before it would be heard."""
REFILL = frames(0.5)
"""What must be gone of it before the worker wakes again: waking costs more than reading."""
CHUNK = 8192
"""Frames read at a time."""
RAMP = 480
"""Frames kept back, so that there is something to ramp down."""

_SILENCE: Block = np.zeros((0, 2), np.float32)


class Prefetch:
    """A `mixer.Source` that reads ahead. `length` is the frames that will be asked for at most."""

    def __init__(self, open_source: Callable[[], Source], length: int, chunk: int = CHUNK) -> None:
        self.underruns = 0
        self.fault: str | None = None  # why the source ended, where it was not its end
        self.length = length
        self._open = open_source
        self._chunk = chunk
        self._blocks: deque[Block] = deque()
        self._buffered = 0
        self._wanted = AHEAD
        self._delivered = 0
        self._ended = False
        self._closed = False
        self._starved = False
        self._change = threading.Condition()
        self._worker = threading.Thread(target=self._work, name="decoder", daemon=True)

    def start(self) -> None:
        """Begin to read ahead."""
        self._worker.start()

    # the render thread's side -------------------------------------------------------------------

    def read(self, count: int) -> Block:
        """The next `count` frames, or what there is of them."""
        with self._change:
            enough = self._ended or self._buffered >= min(count + RAMP, self._most())
            taken = self._take(count if enough else min(count, self._buffered))
            if self._buffered < self._wanted - REFILL:
                self._change.notify_all()
        if self._starved and len(taken):
            taken = _ramped(taken, rising=True)
            self._starved = False
        if not enough and not self._starved:
            self.underruns += 1
            self._starved = True
            taken = _ramped(taken, rising=False)
        return taken

    def close(self) -> None:
        """Let the worker end; it is not waited for."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    # what the session asks ------------------------------------------------------------------------

    @property
    def available(self) -> int | None:
        """Once the source is at its end: the frames it had in all. Before that None."""
        with self._change:
            return self._delivered + self._buffered if self._ended else None

    def ready(self, count: int) -> bool:
        """Whether `count` frames (or all that come) can be read at once."""
        with self._change:
            return self._ended or self._buffered >= min(count, self._most())

    def wait_for(self, count: int) -> None:
        """Wait until `count` frames (or all that come) can be read at once. Offline only."""
        with self._change:
            self._wanted = max(self._wanted, count + REFILL)
            self._change.notify_all()
            self._change.wait_for(lambda: self._ended or self._buffered >= min(count, self._most()))

    # the worker's side ----------------------------------------------------------------------------

    def _most(self) -> int:
        return max(0, self.length - self._delivered)

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
        left = self.length
        while left > 0:
            if not self._wait_for_room():
                return
            wanted = min(self._chunk, left)
            block = source.read(wanted)
            left -= len(block)
            with self._change:
                if len(block):
                    self._blocks.append(block)
                    self._buffered += len(block)
                self._change.notify_all()
            if len(block) < wanted:
                break
        fault: str | None = getattr(source, "fault", None)
        if fault is not None and left > 0:
            self._round_off()
        self._finish(fault)

    def _wait_for_room(self) -> bool:
        """Once all that is wanted is there, wait until some of it is gone; false when closed."""
        with self._change:
            if self._buffered >= self._wanted:
                self._change.wait_for(
                    lambda: self._closed or self._buffered < self._wanted - REFILL
                )
            return not self._closed

    def _round_off(self) -> None:
        """Damage may be found too late for a fade: what breaks off ends with a ramp."""
        with self._change:
            tail: list[Block] = []
            while self._blocks and sum(map(len, tail)) < RAMP:
                tail.insert(0, self._blocks.pop())
            if tail:
                self._blocks.append(_ramped(np.concatenate(tail), rising=False))

    def _finish(self, fault: str | None) -> None:
        with self._change:
            self.fault = fault
            self._ended = True
            self._change.notify_all()

    def _take(self, count: int) -> Block:
        parts: list[Block] = []
        wanted = count
        while wanted and self._blocks:
            head = self._blocks[0]
            if len(head) <= wanted:
                parts.append(self._blocks.popleft())
            else:
                parts.append(head[:wanted])
                self._blocks[0] = head[wanted:]
            wanted -= len(parts[-1])
        self._buffered -= count - wanted
        self._delivered += count - wanted
        if not parts:
            return _SILENCE
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _ramped(block: Block, *, rising: bool) -> Block:
    """The block with a straight ramp of at most `RAMP` frames at its start or end."""
    length = min(RAMP, len(block))
    ramp = np.arange(1, length + 1, dtype=np.float32)[:, np.newaxis] / np.float32(length + 1)
    result = block.copy()
    if rising:
        result[:length] *= ramp
    elif length:
        result[-length:] *= ramp[::-1]
    return result
