"""A recording of what was heard, beside what was planned: where they differ, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
SAME = 1e-6
"""Two frames that differ by no more are one and the same."""
PROBE = 64
"""Frames in a row by which a place is found again."""
LONGEST_BREAK = 30 * RATE
PART = 1 << 20

Heard = NDArray[np.float32]
"""Sound: float32, shape (frames, 2), 48 kHz."""


@dataclass(frozen=True)
class Break:
    """From planned frame `frame` on: so many frames of it missing, and so many others instead.

    `zeros` of those others are silence.
    """

    frame: int
    missing: int
    others: int
    zeros: int


def breaks(planned: Heard, heard: Heard) -> list[Break]:
    """Where what was heard is not what was planned; first, the two are lined up."""
    first = int(np.argmax(np.abs(planned[:, 0]) > 1e-3))
    at = _find(heard, planned[first : first + PROBE], 0, len(heard))
    if at is None:
        raise ValueError("nothing of what was planned is in the recording")
    found = []
    place = first
    while place < len(planned) and at < len(heard):
        count = min(PART, len(planned) - place, len(heard) - at)
        apart = np.abs(planned[place : place + count] - heard[at : at + count]).max(axis=1) > SAME
        if not apart.any():
            place, at = place + count, at + count
            continue
        same = int(np.argmax(apart))
        place, at = place + same, at + same
        again = _again(planned, heard, place, at)
        if again is None:
            found.append(Break(place, len(planned) - place, len(heard) - at, 0))
            break
        zeros = int((~heard[at : again[1]].any(axis=1)).sum())
        found.append(Break(place, again[0] - place, again[1] - at, zeros))
        place, at = again
    else:
        if place < len(planned) - RATE // 2:  # the end is silent, and the recording may lack some
            found.append(Break(place, len(planned) - place, 0, 0))
    return found


def _again(planned: Heard, heard: Heard, place: int, at: int) -> tuple[int, int] | None:
    """The next place of each from which on the two are the same again."""
    for ahead in range(0, LONGEST_BREAK, 16):
        probe = heard[at + ahead : at + ahead + PROBE]
        if len(probe) < PROBE:
            return None
        if np.abs(probe).max() < 1e-4:
            continue
        begin = max(0, place - RATE)
        same = _find(planned, probe, begin, min(len(planned), place + LONGEST_BREAK))
        if same is not None:
            return same, at + ahead
    return None


def _find(sound: Heard, probe: Heard, begin: int, end: int) -> int | None:
    """Where a probe is in a sound, from one frame to another."""
    for part in range(begin, end, PART):
        piece = sound[part : min(end, part + PART) + PROBE]
        for place in np.flatnonzero(np.abs(piece[:, 0] - probe[0, 0]) <= SAME):
            there = piece[place : place + len(probe)]
            if len(there) == len(probe) and np.abs(there - probe).max() <= SAME:
                return part + int(place)
    return None


def longest_zeros(sound: Heard) -> int:
    """The longest run of frames that are exactly silent, in frames."""
    longest = running = 0
    for part in range(0, len(sound), PART):
        silent = ~sound[part : part + PART].any(axis=1)
        if silent.all():
            running += len(silent)
            longest = max(longest, running)
            continue
        ends = np.flatnonzero(np.diff(np.concatenate([[0], silent.view(np.int8), [0]])))
        runs = ends.reshape(-1, 2)
        if len(runs):
            lengths = runs[:, 1] - runs[:, 0]
            if runs[0, 0] == 0:
                lengths[0] += running
            longest = max(longest, int(lengths.max()))
            running = int(lengths[-1]) if runs[-1, 1] == len(silent) else 0
        else:
            running = 0
    return longest
