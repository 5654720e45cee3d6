"""A sound file's frames at its own rate, mono or stereo, from any sample on and without holes."""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

from av.codec.context import Flags2
from av.error import FFmpegError

from soundscape.errors import MediaError
from soundscape.media.completeness import ogg_is_cut, wav_samples
from soundscape.media.decoding import RENEWAL_SECONDS, Decoding
from soundscape.media.downmix import Downmix
from soundscape.media.duration import has_exact_times, header_samples, is_lossless
from soundscape.media.extrapolation import cut, ramped, silence
from soundscape.media.open import open_sound
from soundscape.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.frame import AudioFrame

NEAR = 2
"""Seconds: what begins sooner is decoded from the file's start."""

RUN_UP = 1
"""Seconds of a lossy file decoded before a place that was sought; at least half is needed for
every decoder's memory (Opus: 0.4 s) to hold what it would have held."""

LONGEST_HOLE = 10
"""Seconds: a longer gap in the time stamps is the stamps' fault, and is closed."""

TOLERANCE = 0.1
"""Seconds that a file may be shorter than its header says; silence makes up for it."""

Placed = tuple[int, "AudioFrame"]
"""A frame with the index of its first sample."""


class FrameReader:
    """Opens a file and reads its frames once.

    `rate` and `channels` are those of its first frame, `lossy` tells of its codec; `samples` is its
    length by its header, or None. What cannot be read or decoded is left out, its place filled with
    silence between ramps, and `fault` says so.

    Raises MediaError where nothing can be decoded.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.fault: str | None = None
        self._frames: Iterator[AudioFrame]
        self._open()
        try:
            first = next(self._frames, None)
        except (FFmpegError, ValueError, OSError):
            first = None
        if first is None or first.sample_rate <= 0 or not first.layout.nb_channels:
            self.close()
            raise MediaError(
                f"{path}: holds no sound that can be decoded; copy it again or convert it to FLAC"
            )
        self._first: AudioFrame = first
        self.rate: int = first.sample_rate
        scale = self._tick * self.rate
        self._ticks: tuple[int, int] = scale.denominator, scale.numerator
        self.channels = first.layout.nb_channels
        self.lossy = not is_lossless(self.stream.codec_context.name)
        self.samples = header_samples(self.container, self.stream, self.rate)
        if self.container.format.name == "wav" and not self.lossy:
            self.samples = wav_samples(path) or self.samples
        # Where time begins: after an MP3's encoder delay, for example; before 0 nothing is heard.
        self._origin = max(0, self._time(first))

    def frames_from(self, start: int) -> Iterator[AudioFrame]:
        """The frames from sample `start` on, the first and the last cut. To be called once."""
        if self.samples is not None and start >= self.samples:
            return
        frames: Iterator[AudioFrame] = chain([self._first], self._frames)
        if self._exact and start > NEAR * self.rate:
            frames = self._sought(start) or frames
        end = sys.maxsize if self.samples is None else self.samples
        for index, frame in self._without_holes(self._folded(frames)):
            after = index + frame.samples
            if index >= start and after <= end:
                yield frame
            elif after > start and index < end:
                yield cut(frame, max(0, start - index), min(frame.samples, end - index))

    def close(self) -> None:
        """Give the file up."""
        self._frames = iter([])
        self.container.close()

    def _open(self) -> None:
        self.container, self.stream = open_sound(self.path)
        self._tick = self.stream.time_base or Fraction(1, 1_000_000)
        codec = self.stream.codec_context
        self._exact = has_exact_times(self.container, self.stream)
        if codec.name == "vorbis":
            # FFmpeg trims the end wrongly where all sound is in one Ogg page; the header tells it.
            codec.flags2 |= Flags2.skip_manual
        # On its last page FFmpeg gives Vorbis packets times that are off by up to a block.
        self._wobble = (codec.name == "vorbis") * codec.sample_rate // 10
        self._renews = self._exact and codec.name == "aac" and bool(codec.extradata)
        self._decode_from(0)

    def _decode_from(self, renewal: int) -> None:
        self._decoding = Decoding(self.container, self.stream)
        self._frames = (
            self._decoding.renewed_frames(renewal) if self._renews else self._decoding.frames()
        )

    def _time(self, frame: AudioFrame) -> int:
        """A frame's time stamp in samples."""
        ticks, samples = self._ticks
        return ((frame.pts or 0) * samples + ticks // 2) // ticks

    # Seeking --------------------------------------------------------------------------------------

    def _sought(self, start: int) -> Iterator[AudioFrame] | None:
        """Frames from before `start` on, as they would have been on the way; None: read on."""
        seconds = Fraction(start + self._origin, self.rate)
        renewal = int(seconds) // RENEWAL_SECONDS if self._renews else 0
        if self._renews and renewal == 0:
            return None
        enough = start
        if self._renews:
            seconds = Fraction(renewal * RENEWAL_SECONDS - 3 * RUN_UP)
        elif self.lossy:
            seconds -= RUN_UP
            enough -= RUN_UP * self.rate // 2
        try:
            self.container.seek(int(seconds / self._tick), stream=self.stream)
            self._decode_from(renewal)
            first = next(self._frames, None)
        except (FFmpegError, ValueError, OSError):
            first = None
        if first is None or first.pts is None or self._time(first) - self._origin > enough:
            self.container.close()
            self._open()  # not to be sought: all is decoded, and what comes too early left out
            return self._frames
        return chain([first], self._frames)

    # What frames go through -----------------------------------------------------------------------

    def _folded(self, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
        fold: Downmix | None = None
        for frame in frames:
            if frame.layout.nb_channels > 2:
                fold = fold or Downmix(frame)
                yield fold(frame)
            else:
                yield frame

    def _without_holes(self, frames: Iterator[AudioFrame]) -> Iterator[Placed]:
        """Frames with their places, each beginning where the one before ends."""
        held: Placed | None = None
        place = 0
        damaged = 0
        for frame in frames:
            off = self._off(frame, place)
            if held is None:
                place += off
                held = place, frame
            elif off or self._decoding.damaged > damaged:
                hole = self._hole(off, broken=self._decoding.damaged > damaged)
                if hole is None:
                    yield held
                    held = place, frame
                else:
                    self._note(f"damaged at {self._clock(place)}")
                    yield held[0], ramped(held[1], rising=False)
                    if hole:
                        yield place, silence(hole, frame)
                    place += hole
                    held = place, ramped(frame, rising=True)
            else:
                yield held
                held = place, frame
            damaged = self._decoding.damaged
            place += frame.samples
        if held is None:
            return
        missing = max(0, self.samples - place) if self.samples is not None else 0
        if self._is_short(place):
            yield held[0], ramped(held[1], rising=False)
        elif missing:  # too little to be a fault
            yield held[0], ramped(held[1], rising=False)
            yield place, silence(missing, held[1])
        else:
            yield held

    def _off(self, frame: AudioFrame, place: int) -> int:
        """How many samples after `place` a frame's time stamp is."""
        if not self._exact or frame.pts is None:
            return 0
        return self._time(frame) - self._origin - place

    def _hole(self, off: int, *, broken: bool) -> int | None:
        """The samples that are missing before a frame `off` its place; None: there is no hole."""
        if 0 < off <= LONGEST_HOLE * self.rate and (broken or off >= self._wobble):
            return off
        if abs(off) >= self._wobble:
            self._origin += off  # the stamps' fault
        return 0 if broken else None

    # Faults ---------------------------------------------------------------------------------------

    def _is_short(self, place: int) -> bool:
        """Whether sound that ends at a place ends too early; noted as the fault."""
        if self._decoding.broken:
            self._note(f"cannot be read beyond {self._clock(place)}: {self._decoding.broken}")
            return True
        if self.samples is not None and self.samples - place > TOLERANCE * self.rate:
            whole = self._clock(self.samples)
            self.fault = f"shorter than its header says: {self._clock(place)} of {whole}"
            return True
        if self.container.format.name == "ogg" and ogg_is_cut(self.path):
            self.fault = f"cut off at {self._clock(place)}: its last page is missing"
            return True
        return False

    def _note(self, fault: str) -> None:
        self.fault = self.fault or fault

    def _clock(self, samples: int) -> str:
        return format_clock(samples / self.rate)
