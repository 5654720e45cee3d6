"""Sorts tracks into the phases of a session, as a proposal: by rank in the folder, or by nearness
to the clinic's own lists.

No measurement is known that tells phases apart for every clinic. The rule without lists is a
convention of this program, and the lists tell only what one clinic has chosen so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from soundscape.media.segments import Segment
from soundscape.units import format_clock

MINUTES = {"arrival": 15.0, "onset": 8.0, "peak": 30.0, "return": 30.0, "rest": 30.0}
"""Each phase's share of the music: the typical times of the shipped scene `kap-im`."""

BY_FULLNESS = ("rest", "arrival", "return", "onset", "peak")
"""The phases from the sparsest to the fullest: the order in which the shipped scenes get louder."""

FALLING = ("return", "rest")
"""Phases whose tracks go from the fullest to the sparsest; in the others it is the other way."""

SPREAD = 90.0
"""Percentile of a list's own distances up to which a track counts as near to it."""

LEAST_SPREAD = 0.5
"""In standard deviations: a list of tracks that are all alike still takes what is this near."""

_FULLNESS = (0, 1, 3)  # columns of the features: loudness, dynamics, onsets

Features = NDArray[np.float64]
"""Segments, shape (n, 4): loudness (LUFS), dynamics (LU), log2 of brightness (Hz), square root of
onsets a second. The last two are so scaled because hearing tells ratios of low values apart."""


@dataclass(frozen=True, slots=True)
class MeasuredTrack:
    """A sound file with its segments, at least one."""

    path: Path
    seconds: float
    segments: tuple[Segment, ...]

    @property
    def features(self) -> Features:
        """The segments as features."""
        return np.array(
            [
                (one.loudness, one.dynamics, np.log2(max(one.brightness, 20.0)), one.onsets**0.5)
                for one in self.segments
            ]
        )

    @property
    def summary(self) -> str:
        """Its length, and the median of its segments, in words."""
        loudness, dynamics, brightness, onsets = np.median(self.features, axis=0)
        return (
            f"{format_clock(self.seconds)}, {loudness:.0f} LUFS, varies by {dynamics:.0f} LU, "
            f"{2.0**brightness:.0f} Hz, {60 * onsets**2:.0f} onsets/min"
        )


@dataclass(frozen=True, slots=True)
class ProposedTrack:
    """A track of a proposed playlist, and why it is there."""

    track: MeasuredTrack
    reason: str


Proposal = dict[str, tuple[ProposedTrack, ...]]
"""Phases with their tracks, in the order of a session. A phase may be missing."""


def propose(
    tracks: Sequence[MeasuredTrack], lists: Mapping[str, Sequence[MeasuredTrack]]
) -> Proposal:
    """Sort each track into one phase. `lists` has a phase's own tracks, as the clinic chose them.

    A track that is as near to a list as the list's own tracks are to each other goes to the phase
    of that list. The others go by their rank to the phases without a list; if each phase has one,
    to the nearest.
    """
    free = tuple(phase for phase in BY_FULLNESS if phase not in lists)
    chosen: dict[str, list[ProposedTrack]] = {phase: [] for phase in MINUTES}
    others = []
    nearness = _Nearness(tracks, lists)
    for track in tracks:
        phase, distance = nearness.nearest(track)
        if phase and (not free or distance <= nearness.spreads[phase]):
            chosen[phase].append(ProposedTrack(track, nearness.reason(phase, distance)))
        else:
            others.append(track)
    for phase, found in _by_rank(others, free).items():
        chosen[phase] += found
    fullness = dict(zip((one.path for one in tracks), _fullness(tracks), strict=True))
    return {
        phase: tuple(
            sorted(found, key=lambda one: fullness[one.track.path], reverse=phase in FALLING)
        )
        for phase, found in chosen.items()
        if found
    }


# By rank ------------------------------------------------------------------------------------------


def _by_rank(
    tracks: Sequence[MeasuredTrack], phases: tuple[str, ...]
) -> dict[str, list[ProposedTrack]]:
    """Divide tracks among phases by fullness, and between onset and peak by brightness.

    The darker ones go to the peak, as experts describe music of a peak (Barrett 2017, PMC5524670).
    """
    if not tracks:
        return {}
    fullness = _fullness(tracks)
    order = list(np.argsort(fullness, kind="stable"))
    divided = _divided(tracks, order, phases)
    darker: dict[int, str] = {}
    if {"onset", "peak"} <= set(phases):
        upper = divided["onset"] + divided["peak"]
        dark = _ranks([float(_median(tracks[index])[2]) for index in upper])
        darkest = [upper[place] for place in np.argsort(dark, kind="stable")]
        divided |= _divided(tracks, darkest, ("peak", "onset"))
        darker = {
            index: f", darker than {1 - rank:.0%} of the fuller ones"
            for index, rank in zip(upper, dark, strict=True)
        }
    return {
        phase: [
            ProposedTrack(
                tracks[index],
                f"fuller than {fullness[index]:.0%} of the others{darker.get(index, '')}",
            )
            for index in found
        ]
        for phase, found in divided.items()
    }


def _divided(
    tracks: Sequence[MeasuredTrack], order: Sequence[int], phases: Sequence[str]
) -> dict[str, list[int]]:
    """Divide tracks in an order among phases by their shares; each gets one while there are any."""
    total = sum(tracks[index].seconds for index in order)
    whole = sum(MINUTES[phase] for phase in phases)
    found: dict[str, list[int]] = {phase: [] for phase in phases}
    at, passed, border = 0, 0.0, MINUTES[phases[0]] / whole
    for count, index in enumerate(order):
        middle = (passed + tracks[index].seconds / 2) / total
        must = len(phases) - 1 - at >= len(order) - count and found[phases[at]]
        while at < len(phases) - 1 and (middle > border or must) and found[phases[at]]:
            at += 1
            border += MINUTES[phases[at]] / whole
            must = False
        found[phases[at]].append(index)
        passed += tracks[index].seconds
    return found


def _fullness(tracks: Sequence[MeasuredTrack]) -> list[float]:
    """How full each track is: its mean rank by loudness, dynamics and onsets, ranked again."""
    if not tracks:
        return []
    medians = np.array([_median(track) for track in tracks])
    ranks = [_ranks(list(medians[:, column])) for column in _FULLNESS]
    return _ranks([float(value) for value in np.mean(ranks, axis=0)])


def _ranks(values: Sequence[float]) -> list[float]:
    """The share of the others that each value exceeds, 0 to 1."""
    others = max(1, len(values) - 1)
    return [sum(other < value for other in values) / others for value in values]


def _median(track: MeasuredTrack) -> Features:
    return np.asarray(np.median(track.features, axis=0))


# By lists -----------------------------------------------------------------------------------------


class _Nearness:
    """Distances between tracks, in standard deviations of the features of all segments."""

    def __init__(
        self, tracks: Sequence[MeasuredTrack], lists: Mapping[str, Sequence[MeasuredTrack]]
    ) -> None:
        every = [*tracks, *(track for chosen in lists.values() for track in chosen)]
        scale = np.concatenate([one.features for one in every]).std(axis=0) if every else 1.0
        self._scale = np.maximum(scale, 1e-6)
        self._lists = lists
        self.spreads = {phase: self._spread(chosen) for phase, chosen in lists.items()}
        """The distance up to which a track is near to a list."""

    def nearest(self, track: MeasuredTrack) -> tuple[str, float]:
        """The phase whose list is nearest to a track, and how far it is; "" without lists."""
        found = [(self._distance(track, chosen), phase) for phase, chosen in self._lists.items()]
        distance, phase = min(found, default=(0.0, ""))
        return phase, distance

    def reason(self, phase: str, distance: float) -> str:
        """Why a track is in the phase whose list is nearest."""
        spread = self.spreads[phase]
        near = "" if distance <= spread else "; near to no list"
        return (
            f"{distance:.2f} from the list for {phase}, whose own tracks are up to {spread:.2f} "
            f"from each other{near}"
        )

    def _spread(self, chosen: Sequence[MeasuredTrack]) -> float:
        if len(chosen) < 2:
            return LEAST_SPREAD
        own = [
            self._distance(track, [*chosen[:number], *chosen[number + 1 :]])
            for number, track in enumerate(chosen)
        ]
        return max(LEAST_SPREAD, float(np.percentile(own, SPREAD)))

    def _distance(self, track: MeasuredTrack, others: Sequence[MeasuredTrack]) -> float:
        """The mean distance from a track's segments to the nearest segments of other tracks."""
        known = np.concatenate([one.features for one in others]) / self._scale
        away = (track.features / self._scale)[:, None] - known[None]
        return float(np.sqrt((away**2).sum(axis=2)).min(axis=1).mean())
