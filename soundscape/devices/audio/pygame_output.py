"""The sound card, through pygame's mixer: one channel, fed block by block.

Mixing, gains and fades are done before; pygame is a sink, its volume and fades are never touched.
A pygame channel plays one sound and queues one; SDL_mixer joins them without a gap where a sound is
a whole number of device buffers. Nothing tells us when the queue frees (that event would wait
in a queue of its own), so `wait_for_room` sleeps until shortly before it should, and then looks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from soundscape.devices.audio import sdl
from soundscape.devices.audio.delay_locked_loop import DelayLockedLoop
from soundscape.devices.audio.output import (
    BLOCK_FRAMES,
    BLOCK_SECONDS,
    BUFFER_FRAMES,
    UnderrunCounter,
    checked,
)
from soundscape.devices.audio.sdl import mixer
from soundscape.errors import AudioDeviceError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE, db_to_gain

if TYPE_CHECKING:
    from soundscape.scene.models import OutputPair

PATIENCE = 0.5
"""Seconds without room for a block, after which the device counts as lost."""

_START_PATIENCE = 5.0  # seconds; a sound server may take two to wake up, a wireless device more
_DRAIN = 0.1  # seconds; the device's two buffers, and a thread of the driver's that comes late
_NAP = 0.002  # seconds between looks at the queue
_STUCK = 4  # naps with a queued block behind a silent channel, until it is started by hand
_COUNTS = (2, 4, 6)  # how many channels pygame's mixer opens


class PygameOutput:
    """A sound card, or whatever SDL_AUDIODRIVER names, at 48 kHz float32.

    `device` is a name or a part of it, None or `default` for the system's own. `outputs` copies the
    stereo sound to pairs of the device's channels, each with a trim; without it, to the first two.
    """

    def __init__(
        self,
        device: str | None = None,
        outputs: Mapping[str, OutputPair] | None = None,
        *,
        now: Clock = clock.now,
        sleep: Sleep = time.sleep,
    ) -> None:
        self.name = device or sdl.DEFAULT
        self.block_frames = BLOCK_FRAMES
        self._device = device
        self._pairs = tuple((outputs or {}).values())
        self._channels = _channel_count(self._pairs)
        self._now = now
        self._sleep = sleep
        self._punctuality = UnderrunCounter()
        self._pace = DelayLockedLoop(BLOCK_SECONDS)
        self._channel: mixer.Channel | None = None
        self._queued = False  # a block waits that was not yet seen to begin
        self._patience = PATIENCE

    @property
    def underruns(self) -> int:
        """How often the queue ran empty, or a block was accepted late."""
        return self._punctuality.underruns

    def open(self) -> None:
        """Open the device; AudioDeviceError lists what there is."""
        sdl.open_mixer(
            self._device, rate=SAMPLE_RATE, channels=self._channels, buffer=BUFFER_FRAMES
        )
        self._channel = mixer.Channel(0)
        self._pace = DelayLockedLoop(BLOCK_SECONDS)
        self._queued = False
        self._patience = _START_PATIENCE
        self._punctuality = UnderrunCounter()

    def wait_for_room(self) -> None:
        """Sleep until the queued block has begun to sound, and tell the pace when it did."""
        if not self._queued:
            return
        self._queued = False
        self._look_for_begin(self._open_channel())
        if self._patience > PATIENCE:
            # The device has woken up. How long that took is no underrun of ours.
            self._patience = PATIENCE
            self._punctuality = UnderrunCounter()

    def write(self, block: Block) -> float:
        """Queue a block once the one before it has begun; see Output.write."""
        channel = self._open_channel()
        sound = mixer.Sound(buffer=self._spread(checked(block)))
        if sdl.device_removed():
            raise AudioDeviceError(f"audio device {self.name!r} has been taken away")
        self.wait_for_room()
        idle = not channel.get_busy()
        channel.queue(sound)
        moment = self._now()
        # Busy is briefly untrue between two sounds; but what plays at once was behind nothing.
        empty = idle and channel.get_queue() is None
        self._punctuality.accept(moment, empty=empty)
        if empty:
            self._pace.restart(moment)
            return moment
        self._queued = True
        return self._pace.next_begin()

    def drain(self) -> None:
        """Wait until the last block has left the queue, and the device's buffers have played."""
        channel = self._open_channel()
        self._await(channel, lambda: not channel.get_busy())
        self._sleep(_DRAIN)

    def close(self) -> None:
        """Close the device."""
        if self._channel is not None:
            self._channel = None
            sdl.close_mixer()

    def _open_channel(self) -> mixer.Channel:
        if self._channel is None:
            raise AudioDeviceError(f"audio device {self.name!r} is not open")
        return self._channel

    def _look_for_begin(self, channel: mixer.Channel) -> None:
        wait = self._pace.next_look() - self._now()
        if wait > 0.0:
            self._sleep(wait)
        if channel.get_queue() is None:
            self._pace.missed(self._now())
            return
        self._await(channel, lambda: channel.get_queue() is None)
        self._pace.seen(self._now() - _NAP / 2.0)

    def _await(self, channel: mixer.Channel, done: Callable[[], bool]) -> None:
        """Nap until it is done. What counts is time slept, so a suspended machine loses nothing."""
        silent = 0
        for _ in range(round(self._patience / _NAP)):
            if done():
                return
            self._sleep(_NAP)
            queued = channel.get_queue()
            silent = silent + 1 if queued is not None and not channel.get_busy() else 0
            if queued is not None and silent == _STUCK:
                # The last sound ended just as this one was queued, and pygame started neither.
                channel.play(queued)
        raise AudioDeviceError(
            f"audio device {self.name!r} has taken no sound for {self._patience:g} s; it "
            "seems to be gone"
        )

    def _spread(self, block: Block) -> Block:
        """The block as the device's channels: shape (block_frames, channels), C order."""
        if not self._pairs:
            return np.ascontiguousarray(block, dtype=np.float32)
        wide = np.zeros((len(block), self._channels), dtype=np.float32)
        for pair in self._pairs:
            wide[:, [number - 1 for number in pair.channels]] = block * db_to_gain(pair.trim)
        return wide


def _channel_count(pairs: Iterable[OutputPair]) -> int:
    """How many channels to open for the pairs."""
    highest = max((number for pair in pairs for number in pair.channels), default=2)
    for count in _COUNTS:
        if highest <= count:
            return count
    raise AudioDeviceError(
        f"audio outputs name channel {highest}; pygame's mixer opens at most {_COUNTS[-1]}"
    )
