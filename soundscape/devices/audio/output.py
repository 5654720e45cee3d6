"""What a session needs of an audio output, and the rules that every output follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from soundscape.devices.audio.device_clock import Gap
from soundscape.mixer.source import Block

BLOCK_FRAMES = 4096
"""Frames handed over at a time to an output without a device."""


def checked(block: Block, count: int = BLOCK_FRAMES) -> Block:
    """The block itself. ValueError: it is not of shape (count, 2), and would leave a gap."""
    if block.shape != (count, 2):
        raise ValueError(f"a block has shape ({count}, 2), not {block.shape}")
    return block


class AudioOutput(Protocol):
    """Takes sound block by block, at the speed at which it plays.

    Make a block only when there is room for it: then it obeys what was asked a moment ago.
    `block_frames` is known once the output is open.
    """

    name: str
    block_frames: int
    ahead: float
    """Seconds of finished sound that are kept ahead of the device."""

    @property
    def gaps(self) -> Sequence[Gap]:
        """The gaps so far: when the device had nothing to play although it wanted to."""
        ...

    def open(self) -> None:
        """Begin. AudioDeviceError says why not, and what there is instead."""
        ...

    def wait_for_room(self) -> None:
        """Wait until the next block is wanted.

        AudioDeviceError: the device has stopped taking sound.
        """
        ...

    def write(self, block: Block) -> float:
        """Hand over the next block: float32, shape (block_frames, 2).

        Waits for room if `wait_for_room` was not called. Returns the monotonic time at which the
        block's first frame is heard, as far as the system's buffers are known.
        AudioDeviceError: the device has stopped taking sound.
        """
        ...

    def drain(self) -> None:
        """Wait until everything that was handed over is heard."""
        ...

    def close(self) -> None:
        """End at once. Fade out and drain first. Closing again does nothing."""
        ...
