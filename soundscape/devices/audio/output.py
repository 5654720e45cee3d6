"""What a session needs of an audio output, and the rules that every output follows."""

from __future__ import annotations

from typing import Protocol

from soundscape.mixer.source import Block
from soundscape.units import SAMPLE_RATE

BLOCK_FRAMES = 1536
"""Frames handed over at a time: as long may a stall last unheard; a command waits 1.5 of them."""

BUFFER_FRAMES = 512
"""The device's own buffer. A block is a whole number of them, so that blocks join without a gap."""

BLOCK_SECONDS = BLOCK_FRAMES / SAMPLE_RATE
BUFFER_SECONDS = BUFFER_FRAMES / SAMPLE_RATE


def checked(block: Block) -> Block:
    """The block itself. ValueError: it is not of shape (BLOCK_FRAMES, 2), and would leave a gap."""
    if block.shape != (BLOCK_FRAMES, 2):
        raise ValueError(f"a block has shape ({BLOCK_FRAMES}, 2), not {block.shape}")
    return block


class AudioOutput(Protocol):
    """Takes sound block by block, at the speed at which it plays.

    One block sounds and one waits behind it. Whoever makes the next one only when there is room for
    it has it obey what was asked a moment ago; it then has as long as a block lasts.
    """

    name: str
    block_frames: int

    @property
    def underruns(self) -> int:
        """How often the queue ran empty, or a block came late (Punctuality)."""
        ...

    def open(self) -> None:
        """Begin. AudioDeviceError says why not, and what there is instead."""
        ...

    def wait_for_room(self) -> None:
        """Wait until the block that was handed over last has begun.

        AudioDeviceError: the device has stopped taking sound.
        """
        ...

    def write(self, block: Block) -> float:
        """Hand over the next block: float32, shape (block_frames, 2).

        Waits for room if nobody did. Returns the monotonic time at which the block's first frame
        goes to the device: past for the first block, ahead for all others.
        AudioDeviceError: the device has stopped taking sound.
        """
        ...

    def drain(self) -> None:
        """Wait until everything that was handed over has gone to the device."""
        ...

    def close(self) -> None:
        """End at once. Whoever closes fades out and drains first. Closing again does nothing."""
        ...


class UnderrunCounter:
    """Counts underruns: an empty queue, or a block over a block and a buffer after the last one."""

    def __init__(self) -> None:
        self.underruns = 0
        self._accepted: float | None = None

    def accept(self, moment: float, *, empty: bool) -> None:
        """Note a block accepted at a moment, the queue being empty or not."""
        late = (
            self._accepted is not None and moment - self._accepted > BLOCK_SECONDS + BUFFER_SECONDS
        )
        if self._accepted is not None and (empty or late):
            self.underruns += 1
        self._accepted = moment
