"""Reads a sound file's frames at its own rate, mono or stereo, from any sample on."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

from av.codec.context import Flags2
from av.error import FFmpegError

from soundscape.errors import MediaError
from soundscape.media.damage import LONGEST_CLOSED, Damage
from soundscape.media.decoding import NO_SOUND, RENEWAL_SECONDS, Decoding
from soundscape.media.duration import (
    LONGEST_HOLE,
    has_exact_times,
    header_samples,
    header_seconds,
    is_lossless,
)
from soundscape.media.extrapolation import cut
from soundscape.media.filter_graph import Downmix
from soundscape.media.mending import Mender
from soundscape.media.ogg_pages import ogg_is_cut
from soundscape.media.open import open_sound
from soundscape.media.parts import WHOLE, FilePart, header_chunk
from soundscape.media.tags import ends_with_tags
from soundscape.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from av.audio.frame import AudioFrame

NEAR = 2
"""Seconds: an earlier position is decoded from the file's start."""

RUN_UP = 1
"""Seconds of a lossy file decoded before a place that was sought; at least half is needed for
every decoder's memory (Opus: 0.4 s) to hold what it would have held."""

COARSE = Fraction(1, 10)
"""Seconds that time stamps may be off in containers that do not count samples."""

MOST_UNTIMED = 32
"""Frames without a time that are kept until one has a time."""

PADDING = 0.2
"""Seconds after a lossy file's end by its header that may be its encoder's padding."""


class FrameReader:
    """Opens a file, or a part of it, and reads its frames once.

    `rate` (Hz) and `channels` are those of its first frame, `lossy` is of its codec, and `samples`
    is its length by its header, or None. A short hole is closed; at a longer one the sound ends.
    Sound beyond the header's end is read as long as there is any. `damage` says what was wrong.

    Raises MediaError if nothing can be decoded.
    """

    def __init__(self, path: str, part: FilePart = WHOLE) -> None:
        self.path = path
        self.part = part
        self.damage = Damage()
        self._frames: Iterator[AudioFrame]
        self._mixes: dict[tuple[str, str, int], Downmix] = {}
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
        chunk = None if self.lossy else header_chunk(path, part)
        if part.patches:
            self.damage.longer_than = (
                part.stated_samples / self.rate if part.stated_samples else None
            )
            self.samples = None if chunk is not None else self.samples
        elif chunk is not None and chunk.samples is not None:
            self.samples = chunk.samples  # FFmpeg goes by what it finds
        self._stated_seconds = header_seconds(self.container) if self.samples is None else None
        # Where time begins: after an MP3's encoder delay, for example; before 0 nothing is heard.
        self._origin = max(0, self._time(first))

    @property
    def can_seek(self) -> bool:
        """Whether `frames_from` can seek to any sample."""
        return self._exact

    @property
    def fault(self) -> str | None:
        """What is wrong with the sound that has been read so far, or None."""
        return self.damage.text()

    def frames_from(self, start: int) -> Iterator[AudioFrame]:
        """Yield the frames from sample `start` on, the first and the last one cut. Call it once."""
        first = self._first
        frames: Iterator[AudioFrame] = chain([first], self._frames)
        if self._exact and start > NEAR * self.rate:
            sought = self._sought(start)
            if sought is not None:
                first, frames = sought
        # A frame before the origin is an encoder's delay.
        timed = self._exact and first.pts is not None
        place = self._time(first) - self._origin if timed else 0
        yield from self._to_the_end(self._mended(frames, place / self.rate), place, start)

    def close(self) -> None:
        """Close the file."""
        self._frames = iter([])
        self.container.close()

    def _open(self) -> None:
        self.container, self.stream = open_sound(self.path, self.part)
        self._tick = self.stream.time_base or Fraction(1, 1_000_000)
        codec = self.stream.codec_context
        self._exact = has_exact_times(self.container, self.stream)
        if codec.name == "vorbis":
            # FFmpeg trims the end wrongly where all sound is in one Ogg page; the header tells it.
            codec.flags2 |= Flags2.skip_manual
        # On its last page FFmpeg gives Vorbis packets times that are off by up to a block.
        self._wobble = COARSE if codec.name == "vorbis" or not self._exact else 2 * self._tick
        self._renews = self._exact and codec.name == "aac" and bool(codec.extradata)
        self._decode_from(0)

    def _decode_from(self, renewal: int) -> None:
        self._decoding = Decoding(self.container, self.stream)
        self._frames = (
            self._decoding.renewed_frames(renewal) if self._renews else self._decoding.frames()
        )

    def _time(self, frame: AudioFrame) -> int:
        """Return a frame's time stamp in samples."""
        ticks, samples = self._ticks
        return ((frame.pts or 0) * samples + ticks // 2) // ticks

    # Seeking --------------------------------------------------------------------------------------

    def _sought(self, start: int) -> tuple[AudioFrame, Iterator[AudioFrame]] | None:
        """Return a frame before `start` and the frames from it on, as if read from the beginning.

        None: read on from the present position of the file.
        """
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
            self._open()  # it cannot seek: decode all, and leave out what is too early
            first = next(self._frames, None)
            if first is None:
                return None
        return first, chain([first], self._frames)

    # What frames go through -----------------------------------------------------------------------

    # Each step costs every frame: they are few, and do little for one that is as it should be.

    def _mixed_down(self, frame: AudioFrame) -> AudioFrame:
        """Return a frame of more than two channels as stereo."""
        duration = frame.duration
        kind = frame.format.name, frame.layout.name, frame.sample_rate
        mix = self._mixes.get(kind) or self._mixes.setdefault(kind, Downmix(frame))
        mixed = mix(frame)
        mixed.duration = duration
        return mixed

    def _mended(self, frames: Iterator[AudioFrame], place: float) -> Iterator[AudioFrame]:
        """Yield frames with short holes closed, up to the first long one; `place` is in seconds."""
        mender = Mender(lossy=self.lossy)
        decoding = self._decoding
        damaged, lost = decoding.damaged, decoding.lost
        for frame, by_times in self._timed(frames):
            broken = decoding.damaged > damaged or frame.is_corrupt
            gap = by_times if broken or by_times <= LONGEST_HOLE else 0.0
            if broken and (not gap or decoding.counted):
                gap = max(gap, decoding.lost - lost)
            if gap > LONGEST_CLOSED and place:
                self.damage.end(place, gap)
                break
            if gap or broken:
                self.damage.close(place, gap)
                yield from mender.take_after_damage(frame)
            else:
                yield from mender.take(frame)
            damaged, lost = decoding.damaged, decoding.lost
            place += frame.samples / frame.sample_rate
        else:
            self._note_the_end(place, decoding.lost - lost)
        yield from mender.finish(softly=self.damage.breaks_off)

    def _timed(self, frames: Iterator[AudioFrame]) -> Iterator[tuple[AudioFrame, float]]:
        """Yield each frame with the seconds that are missing before it by the container's times.

        After damage some frames have no time: they wait for one that has, and follow the hole.
        """
        tick = float(self._tick)
        wobble = float(self._wobble)
        expected: float | None = None
        waiting: list[AudioFrame] = []
        for source in frames:
            frame = source if source.layout.nb_channels <= 2 else self._mixed_down(source)
            lasts = frame.duration or frame.samples / (frame.sample_rate * tick)
            pts = frame.pts
            if expected is not None and pts is None and len(waiting) < MOST_UNTIMED:
                waiting.append(frame)
                expected += lasts
                continue
            gap = 0.0
            if expected is not None and pts is not None:
                missing = (pts - expected) * tick
                gap = missing if missing >= wobble else 0.0
            expected = None if pts is None else pts + lasts
            for one in waiting:
                yield one, gap
                gap = 0.0
            waiting.clear()
            yield frame, gap
        for one in waiting:
            yield one, 0.0

    def _to_the_end(
        self, frames: Iterator[AudioFrame], place: int, start: int
    ) -> Iterator[AudioFrame]:
        """Yield the frames from sample `start` on, without an encoder's padding.

        `place` is the first sample of the first frame.
        """
        end = self.samples
        padding = round(PADDING * self.rate) if self.lossy else 0
        beyond: list[tuple[int, AudioFrame]] = []
        for frame in frames:
            after = place + frame.samples
            if end is None or after <= end:
                if place >= start:
                    yield frame
                elif after > start:
                    yield cut(frame, start - place, frame.samples)
            else:
                beyond.append((place, frame))
                if after - end > padding:
                    self.damage.longer_than = end / self.rate
                    end = None
                    yield from _cut_all(beyond, start)
                    beyond.clear()
            place = after
        # Where it breaks off, its end has been rounded.
        yield from _cut_all(beyond, start, None if self.damage.breaks_off else end)

    # Faults ---------------------------------------------------------------------------------------

    def _note_the_end(self, place: float, lost: float) -> None:
        """Note why sound that ends at `place` (s) ends too early, if it does."""
        clock = format_clock(place)
        decoding = self._decoding
        if decoding.broken and not (
            decoding.broken == NO_SOUND
            and decoding.end is not None
            and ends_with_tags(self.path, self.part.begin + decoding.end)
        ):
            self.damage.other = f"cannot be read beyond {clock}: {decoding.broken}"
        elif lost > LONGEST_CLOSED:
            self.damage.end(place, lost)
        elif whole := self._stated_length_beyond(place):
            self.damage.other = f"shorter than its header says: {clock} of {format_clock(whole)}"
        elif self.container.format.name == "ogg" and ogg_is_cut(self.path, self.part.end):
            self.damage.other = f"cut off at {clock}: its last page is missing"

    def _stated_length_beyond(self, place: float) -> float | None:
        """Return the header's length in seconds if the sound that ends at `place` is shorter."""
        exact = self.samples is not None
        stated = self._stated_seconds if self.samples is None else self.samples / self.rate
        if stated is None or not self.damage.is_short(place, stated, exact=exact):
            return None
        return stated


def _cut_all(
    placed: Iterable[tuple[int, AudioFrame]], start: int, end: int | None = None
) -> Iterator[AudioFrame]:
    """Yield the samples from `start` to `end` of frames, each with the index of its first one."""
    for index, frame in placed:
        first, last = max(0, start - index), frame.samples
        if end is not None:
            last = min(last, end - index)
        if first < last:
            yield cut(frame, first, last)
