"""The loudness of a stretch of sound, by FFmpeg's `ebur128` filter (EBU R128, ITU-R BS.1770-4)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from soundscape.media.edges import silence
from soundscape.media.pipe import Pipe

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from numpy.typing import NDArray

SILENT = 1e-3
"""−60 dBFS: what stays below it is silence."""

QUIETEST = -70.0
"""LUFS: the absolute gate of BS.1770-4, and what the filter gives where nothing passes it."""

WINDOW = 4
"""Tenths of a second in a momentary loudness."""

LEAST_FOR_SHORT_TERM = 30
LEAST_FOR_RANGE = 60
"""Tenths of a second: below, the filter's windows are not filled often enough to mean anything."""

FLOOR = -120.0
"""LUFS: what a momentary loudness of nothing at all is taken for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meter read: LUFS, a linear peak, LU; and where the sound is.

    `curve` has the momentary loudness (LUFS, shape (n,), float32): element i of the 400 ms that end
    at (i + 1) / 10 s, the first three of the first 400 ms. `begins` and `ends` are the first sample
    that is no silence and the one after the last, at the stretch's own rate; both 0 where there is
    none.
    """

    samples: int
    lufs: float
    peak: float
    range: float
    short_term: float
    curve: NDArray[np.float32]
    begins: int
    ends: int


class Meter:
    """Reads a stretch of frames of one format, mono or stereo. Mono counts as heard on both sides.

    Raises ValueError from `push` for a frame of another format.
    """

    def __init__(self, template: AudioFrame) -> None:
        # Mono sounds on both sides: 3 LU more than on one (EBU Tech 3341 knows it as dual mono).
        options = {"peak": "true", "metadata": "1", "dualmono": "1"}
        self._pipe = Pipe(template, ("ebur128", options))
        self._template = template
        self._channels = template.layout.nb_channels
        self._said: dict[str, str] = {}
        self._curve: list[float] = []
        self._pushed = self._samples = 0
        self._peak = 0.0
        self._short_term = FLOOR
        self._begins: int | None = None
        self._ends = 0

    def push(self, frame: AudioFrame) -> None:
        """Take the next frame."""
        self._pipe.push(frame)
        self._pushed += frame.samples
        while (done := self._pipe.pull()) is not None:
            self._note(done)

    def finish(self) -> Reading:
        """Nothing more comes: the result."""
        samples, tenths = self._filled_up()
        curve = np.array(self._curve, np.float32)
        curve[: WINDOW - 1] = curve[WINDOW - 1 : WINDOW]
        lufs = _finite(self._said.get("lavfi.r128.I"))
        if lufs <= QUIETEST and len(curve):
            lufs = float(curve.max())  # too short or too quiet for a gated mean
        return Reading(
            samples=samples,
            lufs=lufs,
            peak=max(self._peak, float(self._said.get("lavfi.r128.true_peak", 0.0))),
            range=self._range() if tenths >= LEAST_FOR_RANGE else 0.0,
            short_term=self._short_term if tenths >= LEAST_FOR_SHORT_TERM else lufs,
            curve=curve[:tenths],
            begins=self._begins or 0,
            ends=self._ends,
        )

    def _filled_up(self) -> tuple[int, int]:
        """Let the filter finish with whole tenths. Returns the samples and tenths of the sound.

        It says nothing of less than a tenth at the end. What is shorter than a window is heard with
        silence around it, and so measured with it.
        """
        samples = self._pushed
        tenth = max(1, self._template.sample_rate // 10)
        tenths = max(1, -(-samples // tenth))
        missing = max(tenths, WINDOW) * tenth - samples
        if missing:
            self._pipe.push(silence(missing, self._template))
        for done in self._pipe.finish():
            self._note(done)
        return samples, min(len(self._curve), tenths)

    def _range(self) -> float:
        return max(0.0, _finite(self._said.get("lavfi.r128.LRA")))

    def _note(self, frame: AudioFrame) -> None:
        """A tenth of a second that went through the filter, with what it says of all so far."""
        said = frame.metadata
        if said:  # what is shorter than a tenth has none
            self._said = said
            self._curve.append(_finite(said.get("lavfi.r128.M")))
            if len(self._curve) >= LEAST_FOR_SHORT_TERM:
                self._short_term = max(self._short_term, _finite(said.get("lavfi.r128.S")))
        count = frame.samples * self._channels
        sound = np.frombuffer(memoryview(frame.planes[0]), np.float64, count)
        loudest = max(float(sound.max()), -float(sound.min()))
        if not loudest < SILENT:  # true for what is no number, too
            self._note_sound(sound, loudest)
        self._samples += frame.samples

    def _note_sound(self, sound: NDArray[np.float64], loudest: float) -> None:
        self._peak = max(self._peak, loudest) if math.isfinite(loudest) else math.inf
        heard = np.flatnonzero(~(np.abs(sound) < SILENT)) // self._channels
        if self._begins is None:
            self._begins = self._samples + int(heard[0])
        self._ends = self._samples + int(heard[-1]) + 1


def _finite(text: str | None) -> float:
    """A number of the filter's; it says `-inf` or `nan` of silence."""
    value = float(text) if text is not None else FLOOR
    return max(FLOOR, value) if math.isfinite(value) else FLOOR
