"""An output into a WAV file, in real time: the session as it went, without a device."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from soundscape.devices.audio.device_clock import Gap
from soundscape.devices.audio.null_output import NullOutput
from soundscape.devices.audio.output import BLOCK_FRAMES, ROOM_TRIMS
from soundscape.errors import AudioDeviceError
from soundscape.ipc import clock
from soundscape.ipc.clock import Clock, Sleep
from soundscape.media.encoder import AudioWriter
from soundscape.mixer.output_trims import OutputGains
from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE


class FileOutput:
    """Writes what it takes to a float32 WAV file, at the speed at which it would sound."""

    def __init__(self, path: Path, *, now: Clock = clock.now, sleep: Sleep = time.sleep) -> None:
        self.name = f"file:{path}"
        self.block_frames = BLOCK_FRAMES
        self.ahead = BLOCK_FRAMES / SAMPLE_RATE
        self._path = path
        self._pace = NullOutput(now=now, sleep=sleep)
        self._writer: AudioWriter | None = None

    @property
    def gaps(self) -> Sequence[Gap]:
        """Always empty: however late a block comes, the file has it right after the one before."""
        return ()

    def open(self) -> None:
        """Create the file, replacing an existing one."""
        self._writer = AudioWriter(self._path)
        self._pace.open()

    def wait_for_room(self) -> None:
        """Wait until the last block begins."""
        self._pace.wait_for_room()

    def next_heard(self) -> float:
        """Return when the next block begins."""
        return self._pace.next_heard()

    def write(self, block: Block, gains: OutputGains = ROOM_TRIMS) -> float:  # noqa: ARG002
        """Write a block once the one before it has begun; see Output.write."""
        if self._writer is None:
            raise AudioDeviceError(f"{self.name} is not open")
        begin = self._pace.write(block)
        self._writer.write(block)
        return begin

    def drain(self) -> None:
        """Wait until the last block has ended."""
        self._pace.drain()

    def close(self) -> None:
        """Finish the file."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        self._pace.close()
