"""Fit: a shuffled order in which a track ends near the phase's end, and none begins just before.

The shuffled order itself is the first candidate. The others trade one track that would play within
the phase for one that would not, or for its last; the best by `miss` wins, so fitting never makes
an order worse. Nothing here draws chance: the same shuffle is fitted the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from soundscape.timeline.show import CLOSING, Track
from soundscape.units import frames

CLOSE = frames(1.0)
"""An order that misses by no more is good enough."""

_TRIED = 24  # trades, best first, that are looked at with their true overlaps
_PASSES = 3  # trades made, one upon the other

Overlap = Callable[[Track, Track], int]
"""Frames by which the second of two tracks overlaps the end of the first."""

Lasting = NDArray[np.float64]

Miss = tuple[bool, int]
"""How far an order is from what is wanted; the smaller, the better."""


def miss(order: Sequence[Track], aim: int, overlap: Overlap, after: Track | None = None) -> Miss:
    """Whether a track is cut soon after its start, and by how much the last one passes the aim.

    `aim` is the phase's end in frames from the first track's start, or from the end of `after`,
    which it follows. An order that ends before its aim misses by nothing: what follows it is fitted
    in its turn.
    """
    at = -overlap(after, order[0]) if after and order else 0
    for index, track in enumerate(order):
        following = order[index + 1] if index + 1 < len(order) else None
        lasts = track.frames - (overlap(track, following) if following else 0)
        if at + lasts >= aim:
            return (index > 0 or after is not None) and aim - at < CLOSING, at + lasts - aim
        at += lasts
    return False, 0


def fitted(
    order: Sequence[Track],
    aim: int,
    overlap: Overlap,
    last: Track | None = None,
    *,
    joined: bool = False,
) -> list[Track]:
    """The order, or one near it that misses the aim by less.

    `last` is the track before it; the aim counts from its end if they are `joined`.
    """
    overlap = _remembered(overlap)
    after = last if joined else None
    best, missed = list(order), miss(order, aim, overlap, after)
    repeats = True  # no trade adds one to an order without any
    for _ in range(_PASSES):
        if not missed[0] and missed[1] <= CLOSE:
            break
        begin = overlap(after, best[0]) if after else 0
        repeats = repeats and _repeats(best, last, range(len(best)))
        tried = ((trade, _traded(best, *trade)) for trade in _trades(best, begin + aim, overlap))
        found = min(
            (
                (miss(one, aim, overlap, after), i, one)
                for i, (trade, one) in enumerate(tried)
                if repeats or not _repeats(one, last, [at + add for at in trade for add in (0, 1)])
            ),
            default=None,
        )
        if found is None or found[0] >= missed:
            break
        missed, best = found[0], found[2]
    return best


def _trades(order: list[Track], aim: int, overlap: Overlap) -> list[tuple[int, int]]:
    """The likeliest places to trade two tracks between, judged by one overlap for all."""
    lasts = _lasting(order, aim, overlap)
    ends = np.cumsum(lasts)
    if aim <= 0 or ends[-1] < aim:
        return []
    found: list[tuple[float, int, int]] = []
    inside = int(np.searchsorted(ends, aim))  # the track that plays at the aim
    for count in {inside, inside + 1, inside + 2}:  # tracks that would play within the phase
        found += _likely(lasts, aim, count)
    found.sort()
    return [(one, other) for _, one, other in found[:_TRIED]]


def _likely(lasts: Lasting, aim: int, count: int) -> list[tuple[float, int, int]]:
    """With `count` tracks in the phase: which trade would bring their sum just to the aim."""
    if not 0 < count < len(lasts):
        return []
    within = lasts[:count]
    over = within.sum() - aim - within[:, np.newaxis] + lasts[np.newaxis, count:]
    cost = np.where(over < 0, np.inf, over)
    # The last track of the phase must have had its time.
    final = np.broadcast_to(within[-1], over.shape).copy()
    final[-1] = lasts[count:]
    cost = np.where((final - over < CLOSING) & (count > 1), np.inf, cost)
    flat = np.argsort(cost, axis=None, kind="stable")[:_TRIED]
    rows, columns = np.unravel_index(flat, cost.shape)
    return [
        (float(cost[row, column]), int(row), int(column) + count)
        for row, column in zip(rows, columns, strict=True)
        if np.isfinite(cost[row, column])
    ]


def _lasting(order: list[Track], aim: int, overlap: Overlap) -> Lasting:
    """Frames from each track's start to the next one's; far beyond the aim by a usual overlap."""
    joins: list[int] = []
    at = 0
    for one, other in pairwise(order):
        if at > aim:
            break
        joins.append(overlap(one, other))
        at += one.frames - joins[-1]
    lengths = np.array([track.frames for track in order], np.float64)
    usual = float(np.median(joins)) if joins else 0.0
    lengths -= np.minimum([*joins, *[usual] * (len(order) - len(joins))], lengths / 2)
    return lengths


def _remembered(overlap: Overlap) -> Overlap:
    """The same pairs come again and again."""
    known: dict[tuple[int, int], int] = {}

    def remembered(one: Track, other: Track) -> int:
        pair = id(one), id(other)
        if pair not in known:
            known[pair] = overlap(one, other)
        return known[pair]

    return remembered


def _traded(order: list[Track], one: int, other: int) -> list[Track]:
    traded = list(order)
    traded[one], traded[other] = traded[other], traded[one]
    return traded


def _repeats(order: list[Track], last: Track | None, places: Iterable[int]) -> bool:
    """Whether a track at one of these places comes right after itself, or after `last`."""
    for place in places:
        if place < len(order):
            before = order[place - 1] if place else last
            if before is not None and before.key == order[place].key:
                return True
    return False
