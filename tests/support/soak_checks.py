"""What must hold of any session, whatever was asked of it and whatever broke: read from the output.

It knows nothing of the program: it gets blocks of sound, and whether music was to be heard then.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
CLICK = 4e-3
"""A third difference beyond this is neither a tone below 500 Hz nor a fade of one."""
CEILING = 10 ** (-1.0 / 20)
LONGEST_ZEROS = 480
LONGEST_DEAD = 1.0
"""Seconds without a sound while music was to be heard."""
DEAD, FAINTEST = -75.0, -90.0
"""dBFS of a peak below which nothing is heard: at the level that was planned, and however low the
level that was asked for. Noise at −100 dBFS fills silences."""
STEP = RATE // 10
WINDOW = 4
"""Steps over which the momentary level is taken: 0.4 s."""
RISE, SOFT = 10.5, -43.0
"""dB within a second, counted from SOFT (dBFS) on: 20 dB under the music, which has −23. Two tones
that beat add a little."""


@dataclass
class SoundCheck:
    """Listens to a session's output, block by block."""

    faults: list[str] = field(default_factory=list)
    frame: int = 0
    loudest: float = 0.0
    _zeros: int = 0
    _dead: int = 0
    _last: NDArray[np.float32] = field(default_factory=lambda: np.zeros((3, 2), np.float32))
    _rest: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    _powers: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    _levels: deque[float] = field(default_factory=lambda: deque(maxlen=11))

    def begin_again(self) -> None:
        """Another player begins: the last one was cut off."""
        self._last[:] = 0.0

    def hear(self, block: NDArray[np.float32], sounds: bool, lowered_db: float = 0.0) -> None:
        """The next block; `sounds`: music is to be heard by the end of it.

        `lowered_db`: by so much the therapist asked for less than what was planned.
        """
        if not np.isfinite(block).all():
            self._fault("a value that is no number")
            return
        peak = float(np.abs(block).max())
        self.loudest = max(self.loudest, peak)
        if peak > CEILING:
            self._fault(f"a peak of {peak:.3f} is over the ceiling")
        joined = np.concatenate((self._last, block))
        third = np.abs(np.diff(joined.astype(np.float64), 3, axis=0)).max(axis=1)
        if third.max() > CLICK:
            self._fault(f"a click of {third.max():.4f}", int(np.argmax(third)))
        self._last = joined[-3:].copy()
        self._count_zeros(block)
        dead = 10 ** (max(FAINTEST, DEAD - max(0.0, lowered_db)) / 20)
        self._dead = 0 if peak > dead or not sounds else self._dead + len(block)
        if self._dead > LONGEST_DEAD * RATE:
            self._fault("dead air")
            self._dead = 0
        self._follow_level(block)
        self.frame += len(block)

    def _count_zeros(self, block: NDArray[np.float32]) -> None:
        sounding = np.flatnonzero(block.any(axis=1))
        edges = np.concatenate(([-1 - self._zeros], sounding, [len(block)]))
        longest = int(np.diff(edges).max()) - 1
        if longest > LONGEST_ZEROS:
            self._fault(f"{longest} zeros in a row")
        self._zeros = len(block) - 1 - int(edges[-2]) if len(sounding) else self._zeros + len(block)

    def _follow_level(self, block: NDArray[np.float32]) -> None:
        self._rest = np.concatenate((self._rest, block))
        while len(self._rest) >= STEP:
            part, self._rest = self._rest[:STEP], self._rest[STEP:]
            self._powers.append(float(np.mean(part.astype(np.float64) ** 2)))
            level = 10 * np.log10(np.mean(self._powers) + 1e-12)
            self._levels.append(level)
            highest = max(list(self._levels)[:-1], default=level)
            earlier = self._levels[0] if len(self._levels) > 10 else level
            rise = level - max(earlier, SOFT)
            if rise > RISE and level > highest:
                self._fault(f"a rise of {rise:.1f} dB within a second, to {level:.1f}")

    def _fault(self, what: str, at: int = 0) -> None:
        self.faults.append(f"{(self.frame + at) / RATE:.2f} s: {what}")


def resources() -> tuple[int, int, int]:
    """Memory (KiB of this process that is its own), threads, open files. Linux only."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    files = len(list(Path("/proc/self/fd").iterdir()))
    return int(status["RssAnon"].split()[0]), int(status["Threads"]), files
