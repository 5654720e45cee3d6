"""Measures the loudness of sound with FFmpeg's `ebur128` filter (EBU R128, ITU-R BS.1770-4)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from soundscape.media.extrapolation import silence
from soundscape.media.filter_graph import FilterGraph

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

DENORMALS = ("adenorm", {"type": "ac"})
"""Noise at −351 dBFS: in digital silence the filter's state would else decay to denormal numbers,
which cost a processor many times the work.
"""

SILENT = 1e-3
"""−60 dBFS: sound that stays below it is silence."""

QUIETEST = -70.0
"""LUFS: the absolute gate of BS.1770-4, and what the filter gives if nothing passes it."""

WINDOW = 4
"""Tenths of a second in a momentary loudness."""

LEAST_FOR_SHORT_TERM = 30
LEAST_FOR_RANGE = 60
"""Tenths of a second: of shorter sound the filter's loudness range means nothing."""

FLOOR = -120.0
"""LUFS that stand for the momentary loudness of digital silence."""


@dataclass(frozen=True, slots=True)
class LoudnessReading:
    """A reading of the meter: LUFS, a linear peak, LU, and where the sound is.

    `curve` has the momentary loudness (LUFS, shape (n,), float32): element i is of the 400 ms that
    end at (i + 1) / 10 s, the first three are of the first 400 ms. `begins` is the first sample
    that is not silent and `ends` the one after the last, at the stretch's own rate; both are 0 if
    there is none. `mono` is how much louder (dB) both sides played as one are than each of them,
    `offset` the largest mean of a side (DC), linear.
    """

    samples: int
    rate: int
    lufs: float
    peak: float
    range: float
    short_term: float
    curve: NDArray[np.float32]
    begins: int
    ends: int
    mono: float = 0.0
    offset: float = 0.0


Sound = NDArray[np.float64]


class EbuR128Meter:
    """Measures a stretch of frames of one format, mono or stereo. Mono counts as heard on both
    sides.

    `push` raises ValueError for a frame of another format.
    """

    def __init__(self, template: AudioFrame) -> None:
        # Mono sounds on both sides: 3 LU more than on one (EBU Tech 3341 knows it as dual mono).
        options = {"peak": "true+sample", "metadata": "1", "dualmono": "1"}
        self._pipe = FilterGraph(template, DENORMALS, ("ebur128", options))
        self._template = template
        self._channels = template.layout.nb_channels
        self._said: dict[str, str] = {}
        self._curve: list[float] = []
        self._pushed = self._samples = 0
        self._peak = 0.0
        self._short_term = FLOOR
        self._tenth = max(1, template.sample_rate // 10)
        self._waiting = 0  # samples that the filter has not given back
        self._energy = self._shared = 0.0  # of both sides; what they have in common
        self._sums = np.zeros(self._channels)
        self._begins: int | None = None
        self._last: tuple[int, Sound] | None = None  # the last tenth with sound, and its place

    def push(self, frame: AudioFrame) -> None:
        """Add the next frame."""
        self._pipe.push(frame)
        self._pushed += frame.samples
        self._waiting += frame.samples
        # The filter gives whole tenths; asking in vain costs more than a frame's decoding.
        while self._waiting >= self._tenth and (done := self._pipe.pull()) is not None:
            self._note(done)

    def finish(self) -> LoudnessReading:
        """Return the reading of all frames. No frame may follow."""
        samples, tenths = self._filled_up()
        curve = np.array(self._curve, np.float32)
        curve[: WINDOW - 1] = curve[WINDOW - 1 : WINDOW]
        lufs = _finite(self._said.get("lavfi.r128.I"))
        if lufs <= QUIETEST and len(curve):
            lufs = float(curve.max())  # too short or too quiet for a gated mean
        return LoudnessReading(
            samples=samples,
            rate=self._template.sample_rate,
            lufs=lufs,
            peak=max(self._peak, self._said_peak("true"), self._said_peak("sample")),
            range=self._range() if tenths >= LEAST_FOR_RANGE else 0.0,
            short_term=self._short_term if tenths >= LEAST_FOR_SHORT_TERM else lufs,
            curve=curve[:tenths],
            begins=self._begins or 0,
            ends=self._ends(),
            mono=self._mono(),
            offset=float(np.abs(self._sums).max()) / max(1, samples),
        )

    def _filled_up(self) -> tuple[int, int]:
        """Fill the filter up to whole tenths. Return the samples and tenths of the sound.

        The filter says nothing of less than a tenth at the end. Sound that is shorter than a window
        is measured with silence around it, as it is heard.
        """
        samples = self._pushed
        tenths = max(1, -(-samples // self._tenth))
        missing = max(tenths, WINDOW) * self._tenth - samples
        if missing:
            self._pipe.push(silence(missing, self._template))
        for done in self._pipe.finish():
            self._note(done)
        return samples, min(len(self._curve), tenths)

    def _said_peak(self, kind: str) -> float:
        return float(self._said.get(f"lavfi.r128.{kind}_peak", 0.0))

    def _mono(self) -> float:
        if self._channels == 1 or not self._energy:
            return 0.0
        kept = (self._energy + 2.0 * self._shared) / (2.0 * self._energy)
        return max(FLOOR, 10.0 * math.log10(kept)) if kept > 0.0 else FLOOR

    def _range(self) -> float:
        return max(0.0, _finite(self._said.get("lavfi.r128.LRA")))

    def _note(self, frame: AudioFrame) -> None:
        """Note the readings that came with a tenth of a second."""
        said = frame.metadata
        if said:  # what is shorter than a tenth has none
            self._said = said
            self._curve.append(_finite(said.get("lavfi.r128.M")))
            if len(self._curve) >= LEAST_FOR_SHORT_TERM:
                self._short_term = max(self._short_term, _finite(said.get("lavfi.r128.S")))
        count = frame.samples * self._channels
        sound = np.frombuffer(memoryview(frame.planes[0]), np.float64, count)
        if self._is_heard(sound):
            if self._begins is None:
                self._begins = self._samples + int(_heard(sound)[0]) // self._channels
            self._last = self._samples, sound
        self._samples += frame.samples
        self._waiting -= frame.samples

    def _add_sides(self, sound: Sound, energy: float) -> None:
        """Add up what tells of offset and polarity."""
        self._energy += energy
        sides = [sound[side :: self._channels] for side in range(self._channels)]
        for number, side in enumerate(sides):
            self._sums[number] += side.sum()
        self._shared += float(np.dot(sides[0], sides[-1]))

    def _is_heard(self, sound: Sound) -> bool:
        """Return whether any sample is not silent; one that is not a number counts too."""
        energy = float(np.dot(sound, sound))  # the fastest look at all of them
        if not math.isfinite(energy):
            self._peak = math.inf
            return True
        self._add_sides(sound, energy)
        if energy < SILENT * SILENT:  # all of it in one sample would still be silence
            return False
        return energy >= SILENT * SILENT * sound.size or bool(_heard(sound).size)

    def _ends(self) -> int:
        if self._last is None:
            return 0
        place, sound = self._last
        return place + int(_heard(sound)[-1]) // self._channels + 1


def _heard(sound: Sound) -> NDArray[np.intp]:
    """Return the indices of the samples that are not silent."""
    return np.flatnonzero(~(np.abs(sound) < SILENT))


def _finite(text: str | None) -> float:
    """Return a number of the filter's, which says `-inf` or `nan` of silence."""
    value = float(text) if text is not None else FLOOR
    return max(FLOOR, value) if math.isfinite(value) else FLOOR
