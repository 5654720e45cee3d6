"""Opens sound files. FFmpeg's errors become MediaError with a plain reason."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.stream import Discard

from soundscape.errors import MediaError
from soundscape.media.parts import WHOLE, FilePart, PartReader

if TYPE_CHECKING:
    from av.container import InputContainer

CONTAINER_OPTIONS = {"protocol_whitelist": "file"}
"""A file that names addresses, such as a list of streams, must not open a connection."""

CODEC_OPTIONS = {
    "flac": {"err_detect": "crccheck+explode"},
    "tta": {"err_detect": "crccheck+explode"},
    "wavpack": {"err_detect": "crccheck+explode"},
}
"""Formats with good checksums: a damaged frame is left out rather than heard as a burst."""


def open_sound(path: str, part: FilePart = WHOLE) -> tuple[InputContainer, AudioStream]:
    """Open a file, or a part of it, and its best audio stream; cover art and video are not read.

    Raises MediaError with a plain reason if that fails.
    """
    _check_file(path)
    try:
        if part.is_whole:
            container = av.open(f"file:{path}", options=CONTAINER_OPTIONS)
        else:
            container = av.open(PartReader(path, part), "r", options=CONTAINER_OPTIONS)
    except (FFmpegError, OSError, ValueError) as err:
        raise MediaError(
            f"{path}: is damaged or not a sound file; copy it again or convert it to FLAC"
        ) from err
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        container.close()
        raise MediaError(f"{path}: holds no sound")
    if stream.codec_context is None:
        container.close()
        raise MediaError(f"{path}: is in a coding that is not known; convert it to FLAC")
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    stream.codec_context.options = CODEC_OPTIONS.get(stream.codec_context.name, {})
    return container, stream


def _check_file(path: str) -> None:
    place = Path(path)
    try:
        if place.is_dir():
            raise MediaError(f"{path}: is a folder, not a sound file")
        found = place.stat()
    except FileNotFoundError as err:
        raise MediaError(f"{path}: no such file") from err
    except (OSError, ValueError) as err:
        raise MediaError(f"{path}: cannot be read: {getattr(err, 'strerror', err)}") from err
    if not stat.S_ISREG(found.st_mode):  # reading a pipe may never end
        raise MediaError(f"{path}: is no file but a pipe or a device")
    if found.st_size == 0:
        raise MediaError(f"{path}: is empty; copy it again")
    try:
        place.open("rb").close()
    except PermissionError as err:  # FFmpeg has this error for damaged files too
        raise MediaError(f"{path}: may not be read: permission denied") from err
    except OSError as err:
        raise MediaError(f"{path}: cannot be read: {err.strerror}") from err
