"""The sound card, through pygame's mixer, fed block by block.

Mixing, gains and fades are done before; pygame is a sink, and its volume and fades are never used.
SDL's thread fetches the blocks itself (`pull_queue`). How much the system holds depends on the
driver (`driver_buffers`); when it plays what, and where it ran dry, is known by when it asks for
more (`device_clock`).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from soundscape.devices.audio import pulse_server, sdl
from soundscape.devices.audio.channel_map import stream_channels
from soundscape.devices.audio.device_clock import DeviceClock, Gap
from soundscape.devices.audio.driver_buffers import (
    AHEAD,
    MOST_AHEAD,
    driver_buffer,
    usual_ahead,
)
from soundscape.devices.audio.output import BLOCK_FRAMES, ROOM_TRIMS, checked
from soundscape.devices.audio.pull_queue import CHANNELS, PullQueue
from soundscape.errors import AudioDeviceError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.mixer.output_trims import OutputGains
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE, db_to_gain

if TYPE_CHECKING:
    from soundscape.scene.models import OutputPair

PATIENCE = 0.8
"""Seconds after it is empty in which a device that asks for no block counts as lost. A sound server
on a busy machine was seen to stand still for 0.7 s, and went on. The host counts a player as hung
after a second."""

_START_PATIENCE = 5.0  # seconds; a sound server may take two to wake up, a wireless device more
_FILLING = 0.03  # seconds in which SDL fills a device that is just open; a server takes 20 ms
_NAP = 0.02  # seconds; how long a wait is at most before we see whether the device is gone
_COUNTS = (2, 4, 6)  # how many channels pygame's mixer opens


class PygameOutput:
    """A sound card, or whatever SDL_AUDIODRIVER names, at 48 kHz float32.

    `device` is a name or a part of it, None or `default` for the system's own. `outputs` copies the
    stereo sound to pairs of the device's channels, each with a trim; without it, to the first two.
    `ahead` is how many seconds of finished sound wait for the device; None chooses by the priority
    that the thread has which opens it.
    """

    def __init__(
        self,
        device: str | None = None,
        outputs: Mapping[str, OutputPair] | None = None,
        ahead: float | None = None,
        *,
        now: Clock = clock.now,
        sleep: Sleep = time.sleep,
    ) -> None:
        self.name = device or sdl.DEFAULT
        """The device; once it was open on a sound server, never just the default."""
        self.block_frames = BLOCK_FRAMES
        self.ahead = ahead or AHEAD
        self._wanted_ahead = ahead
        self._device = device
        self._pairs = dict(outputs or {})
        self._channels = _channel_count(self._pairs.values())
        self._places: Sequence[int] = range(self._channels)  # of each channel in the stream
        self._now = now
        self._sleep = sleep
        self._buffer = driver_buffer("", self.ahead)
        self._clock = DeviceClock()
        self._queue: PullQueue | None = None
        self._written = 0  # blocks
        self._taken = 0
        self._room = False
        self._started_at: float | None = None
        self._begun = threading.Event()  # the device has taken the first block
        self._seen_gaps = 0

    @property
    def gaps(self) -> Sequence[Gap]:
        """The gaps so far, by the device's own clock."""
        return self._clock.gaps

    def open(self) -> None:
        """Open the device; AudioDeviceError lists what there is."""
        if pulse_server.in_use() and pulse_server.hangs():
            # SDL would wait for half a minute, and hold the interpreter's lock.
            raise AudioDeviceError("the sound server does not answer")
        self.ahead = self._wanted_ahead or usual_ahead()
        driver = sdl.driver_name()
        on_pipewire = driver == "pulseaudio" and _is_on_pipewire()
        self._buffer = buffer = driver_buffer(driver, self.ahead, on_pipewire=on_pipewire)
        for name, value in buffer.environment.items():
            os.environ.setdefault(name, value)
        if driver == "pulseaudio" and self._device in (None, sdl.DEFAULT):
            self._device = _present_default()
        self.name = self._device or sdl.DEFAULT
        if driver == "pulseaudio" and self._pairs:
            self._places = _places_on_server(self._device, self._channels)
            self._channels = max(self._channels, len(self._places))
        sdl.open_mixer(
            self._device,
            rate=SAMPLE_RATE,
            channels=self._channels,
            buffer=buffer.buffer,
            voices=CHANNELS,
        )
        self.block_frames = buffer.block
        self._clock = DeviceClock(buffer.held, deadline=buffer.deadline)
        self._queue = PullQueue(
            buffer.block,
            buffer.buffer,
            self._channels,
            buffer.ready,
            self._note_taken,
            self._note_asked,
        )
        self._written = self._taken = self._seen_gaps = 0
        self._room = False
        self._started_at = None
        self._begun.clear()
        if buffer.deadline:
            self._sleep(_FILLING)

    def wait_for_room(self) -> None:
        """Wait until the next block is wanted."""
        queue = self._open_queue()
        if self._started_at is None:
            self._started_at = self._now()
            queue.start()
        waited = 0.0
        # The device may ask as late as it is empty, and wake up slowly for the first block.
        patience = PATIENCE + self._buffer.held if self._taken else _START_PATIENCE
        while not self._room:
            self._room = queue.wait_for_room(_NAP)
            if self._room:
                break
            # What counts is time waited here, so a suspended machine loses nothing.
            due = self._clock.time_of(self._taken * self.block_frames)
            waited = waited + _NAP if due is None or self._now() > due else 0.0
            if waited > patience:
                raise self._lost(PATIENCE if self._taken else _START_PATIENCE)

    def next_heard(self) -> float | None:
        """Return when the next block is heard; see AudioOutput.next_heard."""
        taken_at = self._clock.time_of(self._written * self.block_frames)
        return None if taken_at is None or not self._clock.settled else taken_at + self._delay

    def write(self, block: Block, gains: OutputGains = ROOM_TRIMS) -> float:
        """Write a block when the device wants one; see AudioOutput.write."""
        queue = self._open_queue()
        sound = self._spread(checked(block, self.block_frames), gains)
        if sdl.device_removed():
            raise AudioDeviceError(f"audio device {self.name!r} has been taken away")
        self.wait_for_room()
        self._room = False
        queue.put(sound)
        if not self._begun.wait(_START_PATIENCE):
            raise self._lost(_START_PATIENCE)
        self._deepen(queue)
        taken_at = self._clock.time_of(self._written * self.block_frames)
        self._written += 1
        return (self._now() if taken_at is None else taken_at) + self._delay

    def drain(self) -> None:
        """Wait until the last block has been taken and the system's buffers have played."""
        queue = self._open_queue()
        queue.finish()
        end = self._clock.time_of(self._written * self.block_frames) or self._now()
        limit = max(end - self._now(), 0.0) + _START_PATIENCE
        for _ in range(round(limit / _NAP)):
            if not queue.busy:
                break
            self._sleep(_NAP)
        self._sleep(max(0.0, end + self._delay - self._now()) + 2 * _NAP)

    def close(self) -> None:
        """Close the device."""
        queue, self._queue = self._queue, None
        if queue is not None:
            queue.close()
            sdl.close_mixer()

    @property
    def _delay(self) -> float:
        """Return the seconds from when SDL takes a frame until it is heard."""
        return self._buffer.held + self._buffer.beyond

    def _open_queue(self) -> PullQueue:
        if self._queue is None:
            raise AudioDeviceError(f"audio device {self.name!r} is not open")
        return self._queue

    def _lost(self, waited: float) -> AudioDeviceError:
        return AudioDeviceError(
            f"audio device {self.name!r} has taken no sound for {waited:g} s; it seems to be gone"
        )

    def _note_taken(self, asked: float, given: float) -> None:
        """Note, in SDL's thread, that it asked for a block and was given it."""
        self._clock.taken(self._asked_after(), asked, given)
        self._taken += 1
        self._begun.set()

    def _note_asked(self, asked: float) -> float:
        """Note, in SDL's thread, that it asks for a block. Return how long to hold it back."""
        # It has mixed one buffer and has begun another since `start`. A device that is not full
        # yet, of silence, takes them at once.
        buffer = self._buffer.buffer / SAMPLE_RATE
        full = self._started_at is not None and asked - self._started_at > buffer / 2
        return self._clock.asked(self._asked_after(), asked, full=full)

    def _asked_after(self) -> int:
        """Return how many frames the device has when it asks for a block: all but one buffer."""
        return self._taken * self.block_frames - (self._buffer.buffer if self._taken else 0)

    def _deepen(self, queue: PullQueue) -> None:
        """Keep more blocks ready after a gap."""
        if len(self.gaps) > self._seen_gaps:
            self._seen_gaps = len(self.gaps)
            step = self.block_frames / SAMPLE_RATE
            while self.ahead < MOST_AHEAD and step > 0.0:
                queue.allow_more()
                self.ahead += self.block_frames / SAMPLE_RATE
                step -= AHEAD

    def _spread(self, block: Block, gains: OutputGains) -> Block:
        """Return the block for the device's channels: shape (block_frames, channels), C order."""
        if not self._pairs:
            return np.ascontiguousarray(block, dtype=np.float32)
        wide = np.zeros((len(block), self._channels), dtype=np.float32)
        for name, pair in self._pairs.items():
            gain = np.asarray(gains.get(name, db_to_gain(pair.trim)), np.float32)
            places = [self._places[number - 1] for number in pair.channels]
            wide[:, places] = block * gain[..., np.newaxis]
        return wide


def _is_on_pipewire() -> bool:
    with suppress(AudioDeviceError):
        return pulse_server.ask_in_time(pulse_server.PulseServer.is_pipewire)
    return False


def _present_default() -> str | None:
    """The sound server's default device, by its name; None where it does not tell.

    SDL forbids the server to move a stream that names its device: the music never comes out of
    another one, whatever is plugged, unplugged or made the default (`PA_STREAM_DONT_MOVE`).
    """

    def ask(server: pulse_server.PulseServer) -> pulse_server.Output | None:
        default = server.default_output()
        return default and server.output(default.name)  # none, where two have one name

    try:
        found = pulse_server.ask_in_time(ask)
    except AudioDeviceError:
        return None
    return found.name if found and found.name in sdl.names() else None


def _places_on_server(device: str | None, least: int) -> Sequence[int]:
    """Each channel's place in the stream to an output of a sound server.

    Raises AudioDeviceError if the server would mix the channels.
    """
    found = pulse_server.ask_in_time(lambda server: server.output(device))
    if found is None:  # SDL says what there is
        return range(least)
    return stream_channels(found.name, found.key, found.positions, least)


def _channel_count(pairs: Iterable[OutputPair]) -> int:
    """Return how many channels to open for the pairs."""
    highest = max((number for pair in pairs for number in pair.channels), default=2)
    for count in _COUNTS:
        if highest <= count:
            return count
    raise AudioDeviceError(
        f"audio outputs name channel {highest}; pygame's mixer opens at most {_COUNTS[-1]}"
    )
