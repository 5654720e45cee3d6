"""Fades: gains between 0 and 1 for each frame, computed from the frame's absolute number.

Gains are computed in float64 from the frame's own number, so they do not depend on where a block
begins. A fade of L frames that starts at frame s has progress u = (n − s) / L: gain 0 (or 1) at s,
1 (or 0) at s + L and from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Shape = Literal["equal-power", "equal-gain", "square"]
"""equal-power: sin/cos, unlike material keeps its power. equal-gain: linear, like material keeps
its amplitude. square: gain p², for fades from and to silence: loudness goes with amplitude to the
power of 0.6 (Stevens 1955), so it then changes about evenly in time, and the silent end has no
corner.
"""

Gains = NDArray[np.float64]


def curve(progress: Gains, shape: Shape) -> Gains:
    """Gain of a rising fade at a progress of 0 to 1.

    A falling fade is the same at 1 − progress, for every shape: cos u is sin (1 − u).
    """
    if shape == "equal-power":
        return np.sin(progress * (np.pi / 2))
    if shape == "equal-gain":
        return progress
    return progress * progress


@dataclass(frozen=True, slots=True)
class Fade:
    """A fade in (rising) or out, over `frames` frames from `start`."""

    start: int
    frames: int
    shape: Shape
    rising: bool

    @property
    def end(self) -> int:
        """The first frame at the fade's final gain."""
        return self.start + self.frames

    def gains(self, first: int, count: int) -> Gains | float:
        """Gains of frames `first` to `first + count`: shape (count,), or a number if alike."""
        if first >= self.end:
            return 1.0 if self.rising else 0.0
        if first + count <= self.start:
            return 0.0 if self.rising else 1.0
        progress = (np.arange(first, first + count) - self.start) / self.frames
        np.clip(progress, 0.0, 1.0, out=progress)
        return curve(progress if self.rising else 1.0 - progress, self.shape)

    def sampled(self, at: NDArray[np.int64]) -> Gains:
        """Gains at frames of any distance, same shape."""
        progress = np.clip((at - self.start) / max(1, self.frames), 0.0, 1.0)
        return curve(progress if self.rising else 1.0 - progress, self.shape)

    def gain(self, frame: int) -> float:
        """The gain at one frame."""
        gains = self.gains(frame, 1)
        return gains if isinstance(gains, float) else float(gains[0])
