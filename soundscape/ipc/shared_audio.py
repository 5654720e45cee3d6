"""The sound that the player last handed to the output, in memory shared with the host.

The player writes after each block and never waits; the host reads at any time. So the host knows
where the session is by the clock, and can meter the sound, without a message between the two. A
small file has a copy of the position, for programs that look at it from outside.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundscape.ipc.shared_audio_layout import (
    HEADER,
    LENGTH,
    NUMBER,
    SIZE,
    START,
    STOP_AT,
    memory_name,
)
from soundscape.ipc.shared_memory import open_memory
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE

_TRIES = 100


@dataclass(frozen=True, slots=True)
class PlaybackPosition:
    """How far the player is: its last block is frames `frame` to `end`.

    `moment` is the monotonic time (s) at which frame `frame` goes to the device.
    """

    frame: int
    end: int
    moment: float
    underruns: int

    def frame_at(self, now: float) -> int:
        """Return the frame that goes to the device at a monotonic time (s), at most `end`."""
        return max(0, min(self.end, self.frame + round((now - self.moment) * SAMPLE_RATE)))

    def silent_for(self, now: float) -> float:
        """Return for how many seconds the device has had nothing to play at a monotonic time."""
        return max(0.0, now - self.moment - (self.end - self.frame) / SAMPLE_RATE)


class SharedAudio:
    """The memory of a file that `ipc.shared_audio_layout.create_shared_audio` made.

    Raises OSError if it is gone.
    """

    def __init__(self, path: Path) -> None:
        self._map = open_memory(memory_name(path), SIZE)
        self._file = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        self._sound = np.frombuffer(self._map, np.float32, LENGTH * 2, START).reshape(LENGTH, 2)
        self._turn = 0

    def write(self, frame: int, block: Block, moment: float, underruns: int) -> None:
        """Write a block, float32 of shape (n, 2), whose first frame is `frame`.

        It goes to the device at `moment`, a monotonic time (s).
        """
        at, count = frame % LENGTH, len(block)
        first = min(count, LENGTH - at)
        self._sound[at : at + first] = block[:first]
        if first < count:
            self._sound[: count - first] = block[first:]
        self._turn += 1
        fields = (self._turn, frame, frame + count, moment, underruns)
        # The turn stands at both ends, so a reader in between sees that they differ.
        HEADER.pack_into(self._map, 0, *fields, -1)
        HEADER.pack_into(self._map, 0, *fields, self._turn)

    def position(self) -> PlaybackPosition | None:
        """Return the position of the last block; None before the first."""
        for _ in range(_TRIES):
            turn, frame, end, moment, underruns, again = HEADER.unpack_from(self._map, 0)
            if turn == 0:
                return None
            if turn == again and HEADER.unpack_from(self._map, 0)[0] == turn:
                return PlaybackPosition(frame, end, moment, underruns)
        return None

    def read(self, first: int, end: int) -> Block:
        """Return a copy of frames `first` to `end`, at most LENGTH: float32, shape (n, 2)."""
        index = np.arange(first, end) % LENGTH
        return np.array(self._sound[index])

    def publish_position(self) -> None:
        """Copy the position to the file. It may wait for the disk: not for the render thread.

        Nor is the file mapped: a thread that waits for a page keeps the interpreter's lock.
        """
        with suppress(OSError):
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, self._map[: HEADER.size])

    @property
    def stop_requested(self) -> bool:
        """Whether a process requests that the player fades out."""
        os.lseek(self._file, STOP_AT, os.SEEK_SET)
        return bool(NUMBER.unpack(os.read(self._file, NUMBER.size))[0])

    def close(self) -> None:
        """Unmap the memory and close the file."""
        del self._sound
        self._map.close()
        os.close(self._file)
