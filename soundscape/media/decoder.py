"""A sound file as a source of 48 kHz stereo frames.

One thread makes, reads and closes a decoder. FFmpeg works without the interpreter's lock.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from av.error import FFmpegError

from soundscape.errors import MediaError
from soundscape.media.extrapolation import HISTORY
from soundscape.media.probe import open_parts, part_frames
from soundscape.media.resample import Resampler, per_phase, reach
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soundscape.mixer.source import Block


class FileDecoder:
    """Reads a file from its frame `start`, counted at 48 kHz; a `mixer.Source`.

    The frames are the same that a decoder from 0 would give there. A file of n samples at a rate r
    has ceil(n × 48000 / r) frames. Mono sounds on both sides at its full level; more than two
    channels are mixed down so that they cannot clip. 48 kHz stereo float passes unchanged.

    Once open, nothing that is damaged or missing raises an error: it is left out, or the sound ends
    early, and `fault` says why. A file that consists of several files is read part by part.

    Raises MediaError if the file cannot be opened or nothing in it can be decoded.
    """

    def __init__(self, path: str, start: int = 0) -> None:
        self._path = path
        self._faults: list[str] = []
        self._readers = open_parts(path, self._faults)
        self._reader = next(self._readers)
        while start and (left := start - part_frames(self._reader)) >= 0:
            following = next(self._readers, None)
            if following is None:
                break
            self._reader.close()
            self._reader, start = following, left
        rate = self._reader.rate
        inputs, outputs = per_phase(rate)
        early = start * rate // SAMPLE_RATE - reach(rate) - HISTORY
        phases = max(0, early // inputs)
        self._begin = phases * inputs
        self._skip = start - phases * outputs
        self._blocks: Iterator[Block] = self._resampled()
        self._left: Block = np.zeros((0, 2), np.float32)

    @property
    def fault(self) -> str | None:
        """Why sound was left out or ended early, in what has been read so far, or None."""
        return "; ".join(filter(None, [*self._faults, self._reader.fault])) or None

    @property
    def can_seek(self) -> bool:
        """Whether a start within the file needs no decoding from the file's own start."""
        return self._reader.can_seek

    def read(self, count: int) -> Block:
        """Return the next `count` frames in a new array; fewer at the end."""
        out = np.empty((count, 2), np.float32)
        filled = 0
        while filled < count:
            if not len(self._left):
                block = next(self._blocks, None)
                if block is None:
                    break
                self._left = block
            taken = self._left[: count - filled]
            out[filled : filled + len(taken)] = taken
            filled += len(taken)
            self._left = self._left[len(taken) :]
        return out[:filled]

    def close(self) -> None:
        """Close the file."""
        self._blocks = _closed(self._path)
        self._left = np.zeros((0, 2), np.float32)
        self._readers.close()
        self._reader.close()

    def _resampled(self) -> Iterator[Block]:
        """Yield all blocks. A file whose format changes is resampled stretch by stretch."""
        begin, skip = self._begin, self._skip
        while True:
            yield from self._of_part(begin, skip)
            begin = skip = 0
            following = next(self._readers, None)
            if following is None:
                return
            if self._reader.fault:
                self._faults.append(self._reader.fault)
            self._reader.close()
            self._reader = following

    def _of_part(self, begin: int, skip: int) -> Iterator[Block]:
        frames = self._reader.frames_from(begin)
        frame = None
        try:
            frame = next(frames, None)
            while frame is not None:
                resampler = Resampler(frame, skip, first=begin == 0, lossy=self._reader.lossy)
                yield from resampler.blocks(chain([frame], frames))
                frame = resampler.refused
                begin = skip = 0
        except (FFmpegError, OSError, ValueError):
            self._faults.append("cannot be decoded to its end")


def _closed(path: str) -> Iterator[Block]:
    raise MediaError(f"{path}: is closed")
    yield
