"""Resamples from a file's own rate to 48 kHz, exact to the frame.

FFmpeg's resampler works in whole phases: at 44.1 kHz 147 inputs make 160 outputs. Started at a
multiple of that, it gives the same frames as if it had run from the beginning, once the few inputs
that its filter spans (`reach`) have passed.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from soundscape.media.burst_mute import mute_bursts
from soundscape.media.extrapolation import HISTORY, Samples, continued, frame_of, samples_of
from soundscape.media.filter_graph import FilterGraph
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from av.audio.frame import AudioFrame

    from soundscape.mixer.source import Block

CHUNK = 8192
"""Inputs resampled at a time: few calls, little memory."""

FILTER_SIZE = 64
CUTOFF = 0.98
"""With these, measured from 44.1 kHz: flat within 0.05 dB and images below −90 dB up to 20 kHz."""

RECENT = 8
"""Frames kept to learn a continuation from; 1024 samples are enough."""


def per_phase(rate: int) -> tuple[int, int]:
    """Return the fewest input and output frames that last equally long."""
    common = math.gcd(rate, SAMPLE_RATE)
    return rate // common, SAMPLE_RATE // common


def reach(rate: int) -> int:
    """Return how many input frames the filter spans to each side; 0 without resampling."""
    if rate == SAMPLE_RATE:
        return 0
    return math.ceil(FILTER_SIZE / 2 * max(1.0, rate / SAMPLE_RATE)) + 2


def output_frames(inputs: int, rate: int) -> int:
    """Return how many frames at 48 kHz `inputs` frames at `rate` make: those that begin within
    them.
    """
    return -(-inputs * SAMPLE_RATE // rate)


class Resampler:
    """Converts a stretch of frames of one format, mono or stereo, to stereo blocks at 48 kHz.

    One channel goes to both sides unchanged. `skip` frames are left out at the start. `first`:
    nothing came before the stretch, so the filter is fed a backward continuation of its first
    frames, as it is fed a forward one at the end; a piece cut out of a longer sound then has clean
    ends. `lossy` is of the codec that the frames come from (see `burst_mute`).
    """

    def __init__(self, template: AudioFrame, skip: int, *, first: bool, lossy: bool) -> None:
        self.refused: AudioFrame | None = None
        self._rate = template.sample_rate
        self._reach = reach(self._rate)
        self._channels = template.layout.nb_channels
        self._pipe = FilterGraph(
            template,
            ("asetnsamples", {"n": str(CHUNK), "p": "0"}),
            ("aresample", self._options(template.layout.name)),
        )
        self._first = first
        self._lossy = lossy
        self._can_be_wild = template.format.name.startswith(("flt", "dbl"))
        self._recent: deque[AudioFrame] = deque(maxlen=RECENT)
        self._made = 0
        self._skip = skip

    def blocks(self, frames: Iterator[AudioFrame]) -> Iterator[Block]:
        """Yield the sound of the frames, exactly as long as `output_frames` says.

        A frame of another format ends the stretch; it is then in `refused`.
        """
        push, pull = self._pipe.push, self._pipe.pull
        inputs = waiting = 0
        for frame in self._primed(frames) if self._first and self._reach else frames:
            try:
                push(frame)
            except ValueError:  # FFmpeg's way to say so
                self.refused = frame
                break
            self._recent.append(frame)
            waiting += frame.samples
            while waiting >= CHUNK:
                waiting -= CHUNK
                inputs += CHUNK
                done = pull()
                if done is not None:
                    yield from self._delivered(self._block(done))
        if self._recent:
            yield from self._rest(inputs + waiting)

    def _options(self, layout: str) -> dict[str, str]:
        options = {
            "out_sample_rate": str(SAMPLE_RATE),
            "out_sample_fmt": "flt",
            "out_chlayout": layout if self._channels == 1 else "stereo",
        }
        if self._reach:
            options |= {"filter_size": str(FILTER_SIZE), "cutoff": str(CUTOFF)}
        return options

    def _primed(self, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
        """Yield whole phases of a continuation backwards, and then the frames."""
        first: list[AudioFrame] = []
        other: list[AudioFrame] = []
        while sum(frame.samples for frame in first) < HISTORY and not other:
            frame = next(frames, None)
            if frame is None:
                break
            (first if frame.layout.nb_channels == self._channels else other).append(frame)
        head = _joined(first)[:HISTORY][::-1]
        inputs, outputs = per_phase(self._rate)
        phases = -(-self._reach // inputs)
        self._skip += phases * outputs
        before = np.zeros((phases * inputs, self._channels))
        before[-self._reach :] = continued(head, self._reach)[::-1]
        yield frame_of(before, first[0])
        yield from chain(first, other, frames)

    def _rest(self, inputs: int) -> Iterator[Block]:
        if self._reach:
            tail = _joined(self._recent)[-HISTORY:]
            self._pipe.push(frame_of(continued(tail, self._reach), self._recent[-1]))
        missing = output_frames(inputs, self._rate) - self._made
        rest = [self._block(frame) for frame in self._pipe.finish()]
        last = np.concatenate([np.zeros((0, 2), np.float32), *rest])[:missing]
        if len(last) < missing:  # FFmpeg gives no frame that begins within the last input alone
            edge = last[-1:] if len(last) else np.zeros((1, 2), np.float32)
            last = np.concatenate([last, np.repeat(edge, missing - len(last), axis=0)])
        yield from self._delivered(last)

    def _block(self, frame: AudioFrame) -> Block:
        """Return a frame's samples, as a view if nothing has to change."""
        count = frame.samples * self._channels
        flat = np.frombuffer(memoryview(frame.planes[0]), np.float32, count)
        sound: Block = flat.reshape(-1, self._channels)
        if self._can_be_wild:
            sound = mute_bursts(sound, lossy=self._lossy)
        return sound if self._channels == 2 else np.repeat(sound, 2, axis=1)

    def _delivered(self, block: Block) -> Iterator[Block]:
        self._made += len(block)
        if self._skip:
            left_out = min(self._skip, len(block))
            self._skip -= left_out
            block = block[left_out:]
        if len(block):
            yield block


def _joined(frames: Iterable[AudioFrame]) -> Samples:
    return np.concatenate([samples_of(frame) for frame in frames])
