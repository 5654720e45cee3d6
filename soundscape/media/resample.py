"""From a file's own rate to 48 kHz, exact to the frame.

FFmpeg's resampler works in whole phases: at 44.1 kHz 147 inputs make 160 outputs. Started at a
multiple of that, it gives the very frames that it would have given there had it run from the
beginning, once the few inputs that its filter spans (`reach`) have gone by.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from soundscape.media.edges import HISTORY, Samples, continued, frame_of, samples_of
from soundscape.media.pipe import Pipe
from soundscape.units import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.audio.frame import AudioFrame

    from soundscape.mixer.source import Block

CHUNK = 8192
"""Inputs resampled at a time: few calls, little memory."""

FILTER_SIZE = 64
CUTOFF = 0.98
"""With these, measured from 44.1 kHz: flat within 0.05 dB and images below −90 dB up to 20 kHz."""

LOUDEST = 1000.0
"""60 dB over full scale: beyond it a sample is damage and becomes 0, as NaN does."""


def per_phase(rate: int) -> tuple[int, int]:
    """The fewest input and output frames that take the same time."""
    common = math.gcd(rate, SAMPLE_RATE)
    return rate // common, SAMPLE_RATE // common


def reach(rate: int) -> int:
    """How many input frames the filter spans to each side; 0 where nothing is resampled."""
    if rate == SAMPLE_RATE:
        return 0
    return math.ceil(FILTER_SIZE / 2 * max(1.0, rate / SAMPLE_RATE)) + 2


def output_frames(inputs: int, rate: int) -> int:
    """How many frames at 48 kHz `inputs` at `rate` make: those that begin within their time."""
    return -(-inputs * SAMPLE_RATE // rate)


class Resampler:
    """A stretch of frames of one format, mono or stereo, to stereo blocks at 48 kHz.

    One channel goes to both sides unchanged. `skip` frames are left out at the start. `first` says
    that nothing came before the stretch: the filter is then fed a continuation of its first frames
    backwards, as at its end one forwards, so that a piece cut out of a longer sound has clean ends.
    """

    def __init__(self, template: AudioFrame, skip: int, *, first: bool) -> None:
        self._rate = template.sample_rate
        self._channels = template.layout.nb_channels
        self._pipe = Pipe(
            template,
            ("asetnsamples", {"n": str(CHUNK), "p": "0"}),
            ("aresample", self._options(template.layout.name)),
        )
        self._waiting: list[AudioFrame] = []
        self._primed = not first or not reach(self._rate)
        self._recent: deque[AudioFrame] = deque()
        self._recent_samples = 0
        self._inputs = 0
        self._fed = 0
        self._before = 0  # outputs of what is fed before the first frame
        self._made = 0
        self._skip = skip

    def push(self, frame: AudioFrame) -> list[Block]:
        """Take a frame; give the blocks that are done.

        Raises ValueError where the frame is of another format.
        """
        blocks = self._feed([frame]) if self._primed else []
        self._inputs += frame.samples
        self._remember(frame)
        if not self._primed:
            self._waiting.append(frame)
            blocks = self._prime() if self._inputs >= HISTORY else []
        return blocks

    def finish(self) -> list[Block]:
        """The rest, so that in all exactly `output_frames` of what went in have come out."""
        blocks = self._prime() if self._waiting else []
        if not self._recent:
            return []
        if reach(self._rate):
            beyond = continued(self._tail(), reach(self._rate))
            blocks += self._feed([frame_of(beyond, self._recent[-1])])
        missing = self._before + output_frames(self._inputs, self._rate) - self._made
        rest = [self._block(frame) for frame in self._pipe.finish()]
        last = np.concatenate([*rest, np.zeros((0, 2), np.float32)])[:missing]
        if len(last) < missing:  # FFmpeg leaves out a last frame that begins within the last input
            edge = last[-1:] if len(last) else np.zeros((1, 2), np.float32)
            last = np.concatenate([last, np.repeat(edge, missing - len(last), axis=0)])
        return blocks + self._delivered([last])

    def _options(self, layout: str) -> dict[str, str]:
        options = {
            "out_sample_rate": str(SAMPLE_RATE),
            "out_sample_fmt": "flt",
            "out_chlayout": layout if self._channels == 1 else "stereo",
        }
        if reach(self._rate):
            options |= {"filter_size": str(FILTER_SIZE), "cutoff": str(CUTOFF)}
        return options

    def _remember(self, frame: AudioFrame) -> None:
        self._recent.append(frame)
        self._recent_samples += frame.samples
        while self._recent_samples - self._recent[0].samples >= HISTORY:
            self._recent_samples -= self._recent.popleft().samples

    def _tail(self) -> Samples:
        return np.concatenate([samples_of(frame) for frame in self._recent])[-HISTORY:]

    def _prime(self) -> list[Block]:
        waiting, self._waiting = self._waiting, []
        self._primed = True
        inputs, outputs = per_phase(self._rate)
        phases = -(-reach(self._rate) // inputs)
        self._before = phases * outputs
        self._skip += self._before
        head = np.concatenate([samples_of(frame) for frame in waiting])[:HISTORY]
        before = np.zeros((phases * inputs, head.shape[1]))
        before[-reach(self._rate) :] = continued(head[::-1], reach(self._rate))[::-1]
        return self._feed([frame_of(before, waiting[0]), *waiting])

    def _feed(self, frames: Iterable[AudioFrame]) -> list[Block]:
        blocks = []
        for frame in frames:
            self._pipe.push(frame)
            self._fed += frame.samples
            while self._fed >= CHUNK:
                self._fed -= CHUNK
                done = self._pipe.pull()
                if done is not None:
                    blocks.append(self._block(done))
                    self._made += done.samples
        return self._delivered(blocks) if blocks else blocks

    def _block(self, frame: AudioFrame) -> Block:
        """A view of the frame's samples, unless they must be changed."""
        flat = np.frombuffer(
            memoryview(frame.planes[0]), np.float32, frame.samples * self._channels
        )
        if not (flat.max() < LOUDEST and flat.min() > -LOUDEST):  # also where one is NaN
            flat = np.where(np.abs(flat) < LOUDEST, flat, np.float32(0))
        if self._channels == 1:
            return np.repeat(flat[:, None], 2, axis=1)
        return flat.reshape(-1, 2)

    def _delivered(self, blocks: list[Block]) -> list[Block]:
        if not self._skip:
            return blocks
        kept = []
        for block in blocks:
            left_out = min(self._skip, len(block))
            self._skip -= left_out
            if left_out < len(block):
                kept.append(block[left_out:])
        return kept
