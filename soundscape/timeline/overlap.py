"""How long two tracks overlap where one follows the other of itself, and why.

`fades.track` as written, unless the curves say that a track fades out by itself or comes in slowly:
then the overlap covers that stretch, so that what falls meets what rises. Never shorter than
`fades.track`, never longer than twice that, and at most half the shorter track. A track that goes
on from the one before (an album's) is joined to it without any overlap. Two generated pieces that
each have a harmony go over slowly, in up to 48 s: both stand on their home chords then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soundscape.synth import OPENING
from soundscape.timeline.show import GeneratedSource, Track
from soundscape.units import SAMPLE_RATE, frames

FADED_DB = 6.0
"""An edge lasts as long as the track stays this far below its own loudness."""
LONGEST = 2
"""Times `fades.track` that an overlap may last."""

COMPOSED = 6
"""Times `fades.track` that two pieces with a harmony overlap, up to `OPENING` seconds."""

AS_WRITTEN = "as the scene says"
"""The reason where there is no other."""
GOES_ON = "one goes on from the other"
GO_OVER = "two pieces with a harmony go over slowly"

_POINT = SAMPLE_RATE // 10
_WINDOW = 3  # a value also hears the three tenths of a second before its own
_QUIET = -20.0  # LU under the target, and below: no part of how loud a track is


@dataclass(frozen=True, slots=True)
class Overlap:
    """An overlap in frames, and what it came from, in words."""

    frames: int
    reason: str


def plan_overlap(before: Track, after: Track, track_fade: int) -> Overlap:
    """The overlap of `after` with the end of `before`. `track_fade` is the scene's, in frames."""
    if after.continues and after.continues == before.key:
        return Overlap(0, GOES_ON)
    longest = LONGEST * track_fade
    falls, rises = _falls(before, longest), _rises(after, longest)
    half = min(before.frames, after.frames) // 2
    wanted = max(track_fade, min(falls + rises, longest))
    composed = _is_composed(before) and _is_composed(after)
    if composed:
        wanted = max(track_fade, min(COMPOSED * track_fade, frames(OPENING)))
    if half < wanted:
        return Overlap(half, "half the shorter track")
    if composed and track_fade:
        return Overlap(wanted, GO_OVER)
    if wanted == track_fade:
        return Overlap(track_fade, AS_WRITTEN)
    return Overlap(wanted, _words(before, after, falls, rises))


def _is_composed(track: Track) -> bool:
    return isinstance(track.source, GeneratedSource) and track.source.harmony is not None


def _words(before: Track, after: Track, falls: int, rises: int) -> str:
    said = []
    if falls:
        said.append(f"{before.title} fades out by itself for {_rounded(falls)}")
    if rises:
        said.append(f"{after.title} comes in slowly for {_rounded(rises)}")
    return " and ".join(said)


def _rounded(count: int) -> str:
    return f"{count / SAMPLE_RATE:.0f} s"


def _falls(track: Track, longest: int) -> int:
    """Frames at its end, up to `longest`, in which a track is softer than it is as a whole."""
    if not longest or (curve := track.curve) is None:
        return 0
    curve = curve[: track.frames // _POINT]
    loud = _loud(curve, curve[-(longest // _POINT) - 1 :])
    soft = loud.size if not loud.any() else int(np.argmax(loud[::-1]))
    return min(soft * _POINT, longest)


def _rises(track: Track, longest: int) -> int:
    """The same at its start."""
    if not longest or (curve := track.curve) is None:
        return 0
    loud = _loud(curve, curve[: longest // _POINT + 1 + _WINDOW])
    soft = loud.size if not loud.any() else int(np.argmax(loud))
    return min(max(0, soft - _WINDOW) * _POINT, longest)


def _loud(curve: NDArray[np.float32], edge: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where an edge of the curve is not softer than the track; nowhere if it never sounds."""
    heard = curve[curve > _QUIET]
    if not heard.size:
        return np.ones(edge.size, np.bool_)
    own = 10.0 * np.log10(np.mean(10.0 ** (heard.astype(np.float64) / 10.0)))
    loud: NDArray[np.bool_] = edge >= own - FADED_DB
    return loud
