"""What a session needs of an audio output, and the rules for every output."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from soundscape.devices.audio.device_clock import Gap
    from soundscape.mixer.output_trims import OutputGains
    from soundscape.mixer.source import Block

DEFAULT = "default"
"""The name that stands for the system's default device."""

BLOCK_FRAMES = 4096
"""Frames handed over at a time to an output without a device."""


ROOM_TRIMS: OutputGains = MappingProxyType({})
"""No gains: each output has the trim of the room's file."""


def checked(block: Block, count: int = BLOCK_FRAMES) -> Block:
    """Return the block. Raises ValueError if its shape is not (count, 2): it would leave a gap."""
    if block.shape != (count, 2):
        raise ValueError(f"a block has shape ({count}, 2), not {block.shape}")
    return block


class AudioOutput(Protocol):
    """Takes sound block by block, at the speed at which it plays.

    Make a block only when there is room for it, so that it includes the newest commands.
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
        """Open the output. AudioDeviceError says why it cannot, and what there is instead."""
        ...

    def wait_for_room(self) -> None:
        """Wait until the next block is wanted.

        Raises AudioDeviceError if the device has stopped taking sound.
        """
        ...

    def next_heard(self) -> float | None:
        """Return the monotonic time (s) at which the next block is heard if it is written at once.

        None if that is not known yet: a device that fills up takes several blocks at once, and the
        first of them are heard earlier than `write` says.
        """
        ...

    def write(self, block: Block, gains: OutputGains = ROOM_TRIMS) -> float:
        """Write the next block: float32, shape (block_frames, 2).

        `gains` are those of the room's outputs, by name; without them each has the room's trim.

        It waits for room if `wait_for_room` was not called. Return the monotonic time (s) at which
        the block's first frame is heard, as far as the system's buffers are known. Raises
        AudioDeviceError if the device has stopped taking sound.
        """
        ...

    def drain(self) -> None:
        """Wait until all written blocks have been heard."""
        ...

    def close(self) -> None:
        """Close at once. Fade out and drain first. A second call does nothing."""
        ...
