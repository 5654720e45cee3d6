"""An output without a device: a clock that takes blocks exactly at the speed of sound."""

from __future__ import annotations

import time
from collections.abc import Sequence

from soundscape.devices.audio.device_clock import Gap
from soundscape.devices.audio.output import BLOCK_FRAMES, ROOM_TRIMS, checked
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.mixer.output_trims import OutputGains
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE


class NullOutput:
    """Plays into nothing, in real time.

    Block n begins n blocks after the first. Each deadline comes from the count of frames, so they
    do not drift. After a gap the count starts again.
    """

    def __init__(self, *, now: Clock = clock.now, sleep: Sleep = time.sleep) -> None:
        self.name = "null"
        self.block_frames = BLOCK_FRAMES
        self.ahead = BLOCK_FRAMES / SAMPLE_RATE
        self._now = now
        self._sleep = sleep
        self._gaps: list[Gap] = []
        self._epoch = 0.0
        self._blocks = 0

    @property
    def gaps(self) -> Sequence[Gap]:
        """The times at which a block came after the end of the one before it."""
        return self._gaps

    def open(self) -> None:
        """Open the output. The clock runs from the first block on."""
        self._gaps = []
        self._blocks = 0

    def wait_for_room(self) -> None:
        """Wait until the last block begins."""
        self._wait_until(self._begin(self._blocks - 1))

    def next_heard(self) -> float:
        """Return when the next block begins."""
        return max(self._now(), self._begin(self._blocks)) if self._blocks else self._now()

    def write(self, block: Block, gains: OutputGains = ROOM_TRIMS) -> float:  # noqa: ARG002
        """Take a block once the one before it has begun; see Output.write."""
        checked(block)
        self.wait_for_room()
        moment = self._now()
        late = moment - self._begin(self._blocks)
        if self._blocks and late > 0.0:
            self._gaps.append(Gap(moment, late))
        if late > 0.0 or not self._blocks:
            self._epoch, self._blocks = moment, 0
        begin = self._begin(self._blocks)
        self._blocks += 1
        return begin

    def drain(self) -> None:
        """Wait until the last block has ended."""
        self._wait_until(self._begin(self._blocks))

    def close(self) -> None:
        """Forget the blocks that were queued."""
        self._blocks = 0

    def _begin(self, block: int) -> float:
        return self._epoch + block * BLOCK_FRAMES / SAMPLE_RATE

    def _wait_until(self, moment: float) -> None:
        # A sleep may end early, and says so nowhere.
        while self._blocks and (wait := moment - self._now()) > 0.0:
            self._sleep(wait)
