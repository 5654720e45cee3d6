"""Chooses an audio output, and loads only that one: pygame and PyAV take long to load.

The outputs are the sound card through pygame, a WAV file, and a clock without a device.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from soundscape.devices.audio.null_output import NullOutput
from soundscape.devices.audio.output import BLOCK_FRAMES, AudioOutput
from soundscape.errors import InvalidValue

if TYPE_CHECKING:
    from soundscape.scene.models import AudioRoom

__all__ = ["BLOCK_FRAMES", "AudioOutput", "NullOutput", "choose", "file_of"]


def choose(spec: str | None, room: AudioRoom) -> AudioOutput:
    """Return the output for a text, not yet open.

    None is the room's device; `null` a clock without a device; `file:PATH` a WAV in real time.
    Raises InvalidValue for any other text, and AudioDeviceError if the room's outputs cannot be
    used.
    """
    if spec is None:
        from soundscape.devices.audio.pygame_output import PygameOutput  # noqa: PLC0415

        return PygameOutput(room.device, room.outputs, room.buffer)
    path = file_of(spec)
    if path is None:
        return NullOutput()
    from soundscape.devices.audio.file_output import FileOutput  # noqa: PLC0415

    return FileOutput(path)


def file_of(spec: str) -> Path | None:
    """Return the file that an output's text names, None for `null`. Raises InvalidValue."""
    if spec == "null":
        return None
    kind, _, path = spec.partition(":")
    if kind == "file" and path:
        return Path(path)
    raise InvalidValue(f"{spec!r} is no output: null, or file:PATH")
