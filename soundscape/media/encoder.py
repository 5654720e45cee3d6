"""Writes sound to a file of the kind that its suffix names."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

from av.error import FFmpegError

from soundscape.errors import MediaError
from soundscape.media.encoded import CODINGS, EncodedFile
from soundscape.media.wavfile import WavFile
from soundscape.mixer.source import Block

WRITABLE = (".wav", *CODINGS)
INTEGER = (".wav", ".flac")

_BUFFER = 1 << 20


class AudioWriter:
    """Writes 48 kHz stereo blocks to `path`: .wav, .flac, .mp3, .opus, .ogg (Opus) or .m4a (AAC).

    WAV is float32 and FLAC has 24 bits; for these two, `bits` makes integers of 16 or 24 bits,
    dithered. Only integer formats clip what is beyond full scale. The same sound gives the same
    bytes.

    The sound goes to a file beside `path`, which `close` renames to `path`; if it cannot, that file
    stays. `abort`, or an exception when used as a context manager, leaves nothing behind.

    Raises MediaError if the file cannot be written.
    """

    def __init__(self, path: str | Path, bits: Literal[16, 24] | None = None) -> None:
        self._path = Path(path)
        suffix = self._path.suffix.lower()
        if suffix not in WRITABLE:
            kinds = ", ".join(WRITABLE)
            raise MediaError(f"{path}: cannot be written: the name must end in one of {kinds}")
        if bits and suffix not in INTEGER:
            raise MediaError(f"{path}: a number of bits is for {' and '.join(INTEGER)} only")
        self._part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        self._file: BinaryIO | None = None
        self._target: WavFile | EncodedFile | None = None
        with self._translated():
            if self._path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "it is a folder")
            self._file = self._part.open("w+b", buffering=_BUFFER)
            self._target = _target(self._file, suffix, bits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def write(self, block: Block) -> None:
        """Append a block."""
        if self._target is None:
            raise MediaError(f"{self._path}: is closed")
        with self._translated():
            self._target.write(block)

    def close(self) -> None:
        """Finish the file and give it its name. A second call does nothing."""
        if self._target is None or self._file is None:
            return
        with self._translated():
            self._target.finish()
            self._file.close()
        self._target = self._file = None
        try:
            self._part.replace(self._path)
        except OSError as err:  # on Windows: a media player has the earlier one open
            raise MediaError(
                f"{self._path}: cannot be replaced ({_reason(err)}): close what has it open; "
                f"the sound is in {self._part}"
            ) from err

    def abort(self) -> None:
        """Remove the unfinished file. A file that was at `path` before stays."""
        target, file = self._target, self._file
        self._target = self._file = None
        if isinstance(target, EncodedFile):
            with contextlib.suppress(FFmpegError, OSError, ValueError):
                target.abort()
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()  # may fail again to write what it holds
            with contextlib.suppress(OSError):
                self._part.unlink()

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (FFmpegError, OSError, ValueError) as err:
            self.abort()
            raise MediaError(f"{self._path}: cannot be written: {_reason(err)}") from err


def _target(file: BinaryIO, suffix: str, bits: Literal[16, 24] | None) -> WavFile | EncodedFile:
    if suffix == ".wav":
        return WavFile(file, bits)
    return EncodedFile(file, CODINGS[suffix], 24 if suffix == ".flac" and bits is None else bits)


def _reason(err: FFmpegError | OSError | ValueError) -> str:
    number = getattr(err, "errno", None)
    if number == errno.ENOSPC:
        return "the disk is full"
    if number == errno.ENOENT:
        return "there is no such folder"
    return getattr(err, "strerror", None) or str(err)
