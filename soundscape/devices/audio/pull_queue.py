"""SDL's audio thread takes each block from us when it needs it, and waits where there is none yet.

A pygame channel plays one sound and queues one. SDL does not wait for the next: a queue that is
empty for a moment is silence, although the sound server may still hold plenty. And after it stood
still, SDL takes several buffers within a millisecond. So its own thread fetches the blocks. pygame
gives up a sound in that thread, as it goes on to the next one, and a weak reference tells us.

No sound may be queued on the channel that is just going on, but on another it may. So two channels
feed each other: one plays the blocks, the other silence of the same length, one buffer ahead. When
a block is over, the next silence is queued; when a silence is over, the next block. A third
channel starts both from SDL's thread, so that no buffer falls in between. SDL_mixer goes through
the channels in their order: what a lower one starts on a higher one begins in the same buffer.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from queue import Empty, SimpleQueue

import numpy as np

from soundscape.devices.audio.sdl import mixer
from soundscape.ipc import clock
from soundscape.mixer.source import Block

CHANNELS = 3
"""Channels of pygame's mixer that it uses."""

Over = Callable[["weakref.ref[mixer.Sound]"], None]

Taken = Callable[[float, float], None]
"""Hears, in SDL's thread, at which monotonic time a block was asked for, and when it was given."""

Asked = Callable[[float], float]
"""Hears, in SDL's thread, at which monotonic time a block is asked for, and says how long (s) to
hold it back.
"""


class PullQueue:
    """Blocks of `frames` frames on their way to SDL's thread, which mixes a `buffer` at a time.

    `ready`: how many may wait here. With none, each block is made when SDL asks for it.
    """

    def __init__(
        self, frames: int, buffer: int, channels: int, ready: int, taken: Taken, asked: Asked
    ) -> None:
        self._blocks_channel, self._start_channel, self._silence_channel = map(
            mixer.Channel, range(CHANNELS)
        )
        self._quiet = np.zeros((frames, channels), np.float32)
        self._first = np.zeros((buffer + 1, channels), np.float32)
        self._taken = taken
        self._asked = asked
        self._blocks: SimpleQueue[mixer.Sound | None] = SimpleQueue()
        self._room: SimpleQueue[None] = SimpleQueue()  # an entry for each block that may be put
        self._references: set[weakref.ref[mixer.Sound]] = set()
        self._started = self._finished = False
        for _ in range(ready):
            self.allow_more()

    def wait_for_room(self, timeout: float) -> bool:
        """Wait until one more block may be put; false if that took longer than `timeout` (s)."""
        try:
            self._room.get(timeout=timeout)
        except Empty:
            return False
        return True

    def allow_more(self) -> None:
        """Let one more block wait from now on."""
        self._room.put(None)

    def start(self) -> None:
        """Let SDL ask for the first block. A second call does nothing."""
        while not self._started:
            sound = mixer.Sound(buffer=self._first)
            reference = weakref.ref(sound, self._start)
            self._references.add(reference)
            self._start_channel.play(sound)
            del sound
            # pygame does not give up a sound that is over before `play` has returned, as it may be
            # while SDL fills the device.
            self._started = reference() is None or self._start_channel.get_busy()
            if not self._started:
                self._references.discard(reference)

    def put(self, block: Block) -> None:
        """Hand over a block, of float32 in the device's channels, for each `wait_for_room`."""
        self._blocks.put(self._followed(block, self._block_over))

    def finish(self) -> None:
        """No block follows: what has been put is played to its end."""
        self._finished = True
        self._blocks.put(None)

    @property
    def busy(self) -> bool:
        """Whether a block plays or waits."""
        return not self._blocks.empty() or self._blocks_channel.get_busy()

    def close(self) -> None:
        """Let SDL's thread go, if it waits, and hear of nothing any more."""
        self.finish()
        self._references.clear()

    # in SDL's thread ----------------------------------------------------------------------------

    def _start(self, reference: weakref.ref[mixer.Sound]) -> None:
        self._references.discard(reference)
        asked = clock.now()
        self._asked(asked)
        self.allow_more()
        self._queue_block(asked)
        if not self._finished:
            self._queue_silence()  # this one plays at once, and is in front from now on
            self._queue_silence()

    def _silence_over(self, reference: weakref.ref[mixer.Sound]) -> None:
        self._references.discard(reference)
        asked = clock.now()
        if (wait := self._asked(asked)) > 0.0:
            time.sleep(wait)
        self.allow_more()
        self._queue_block(asked)

    def _block_over(self, reference: weakref.ref[mixer.Sound]) -> None:
        self._references.discard(reference)
        if not self._finished or not self._blocks.empty():
            self._queue_silence()

    def _queue_block(self, asked: float) -> None:
        if self._finished and self._blocks.empty():
            return
        sound = self._blocks.get()
        if sound is not None:
            self._blocks_channel.queue(sound)
            self._taken(asked, clock.now())

    def _queue_silence(self) -> None:
        self._silence_channel.queue(self._followed(self._quiet, self._silence_over))

    def _followed(self, block: Block, over: Over) -> mixer.Sound:
        """A sound that reports when pygame is done with it. Keep no other reference to it."""
        sound = mixer.Sound(buffer=block)
        self._references.add(weakref.ref(sound, over))
        return sound
