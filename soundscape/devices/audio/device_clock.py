"""When the device plays what, and where it had nothing to play.

A device takes sound in bursts: as often as its server asks for more, and at once after it had to
wait. But at the end of each burst it is full, so the earliest take of a second, measured against
the count of frames, is steady to a few milliseconds. This is the line. A take that is late and made
up for leaves the line where it was. After a gap the whole line is later, by the length of the gap.

Neither of the two is enough to count a gap. A server moves the line when it changes its own
latency, and a busy machine makes each take late. But the first block after a gap finds the device
empty: measured against the new line it is late by all that the device holds. So a gap counts where
the line is later, and a block was that late.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from soundscape.units import SAMPLE_RATE

WINDOW = 1.0
"""Seconds of which the earliest take counts."""
STEADY = 0.006
"""Two windows whose earliest takes differ by no more (s) stand for the line."""
FOLLOWED = 0.004
"""Seconds by which the line may be off and simply follow."""
SMALLEST_GAP = 0.01
"""Seconds; less cannot be told from what a busy machine does. A server's gaps have 20 ms and more.
"""
NEARLY_EMPTY = 0.5
"""The part of what the device holds by which a block is late that finds it empty, at least.

Not all of it: a stop may begin while SDL still hands over the block before, and a server that stood
still too plays at once what was due meanwhile.
"""
LEAST_LATE = 0.03
"""Seconds that a block must come late to be noted."""
FORGET = 20.0
"""Seconds after which a late block explains nothing any more."""
MOST_EARLY = 0.08
"""Seconds that a block is handed over before the line at most."""
HOLD_BACK_FOR = 10.0
"""Seconds for which blocks are held back; a device that asks early for longer wants to hold more.
"""
_FOLLOW = 0.2


@dataclass(frozen=True, slots=True)
class Gap:
    """The device had nothing to play for `length` seconds, at monotonic time `moment`."""

    moment: float
    length: float


class DeviceClock:
    """Follows what the device takes. All moments are monotonic seconds, positions in frames.

    `held`: seconds of sound that the device holds when it is full. With no `deadline` a late take
    costs nothing, and counts not. Positions count from the opening of the device.
    """

    def __init__(self, held: float = 0.0, *, deadline: bool = True) -> None:
        self.gaps: list[Gap] = []
        self.settled = False
        """Whether it last asked when the line says. While the device fills up, the line moves."""
        self._deadline = deadline
        self._held = held
        self._empty_from = NEARLY_EMPTY * held
        self._line: float | None = None  # when frame 0 was taken, had all been taken in its time
        self._begun = 0.0
        self._window_end = 0.0
        self._earliest = 0.0
        self._candidate: float | None = None
        self._late: Gap | None = None  # the block that came latest, and by how much
        self._is_late = False
        self._moved = 0.0  # seconds by which it moved the line at once
        self._early_since: float | None = None

    def asked(self, frame: int, moment: float, *, full: bool = False) -> float:
        """Note that the device asks at a moment for what follows `frame`.

        `full`: it is known to have had to wait for room. Returns the seconds to wait before it is
        given what it asks for.

        SDL counts some requests of PulseAudio twice, and asks at once for a second of sound that
        the server does not want. Where each block is held back, the server stays full, asks for
        nothing, and what SDL counted too much is soon used up.
        """
        line = self._line
        if not self._deadline:
            return 0.0
        if line is None:
            self._begun, self._line = moment, moment - frame / SAMPLE_RATE
            self.settled = full
            return 0.0
        if moment < self._begun + WINDOW:
            # It asks as soon as it has room: as long as it fills up, the line can only move back.
            self._line = min(line, moment - frame / SAMPLE_RATE)
            self.settled = line - self._line < SMALLEST_GAP
            return 0.0
        # What moved the line is not sure yet: rather too much in the device than too little.
        early = line - self._moved + frame / SAMPLE_RATE - MOST_EARLY - moment
        if early <= 0.0:
            self._early_since = None
            return 0.0
        if self._early_since is None:
            self._early_since = moment
        return early if moment < self._early_since + HOLD_BACK_FOR else 0.0

    def taken(self, frame: int, moment: float, given: float) -> None:
        """The device had taken all frames before `frame`, asked for more, and got it at `given`.

        The two moments differ where a block was not ready, or was held back.
        """
        if not self._deadline:
            self._line = given - frame / SAMPLE_RATE
            self.settled = True
            return
        if self._line is None:
            self.asked(frame, moment)
        assert self._line is not None  # noqa: S101 - `asked` has set it
        before = self._line
        offset = moment - frame / SAMPLE_RATE
        late = given - frame / SAMPLE_RATE - self._line
        if moment < self._begun + WINDOW:  # it fills up
            self._open_window(moment, self._line)
            return
        if self._note_late(given, late):
            self._open_window(moment, offset)  # what was before says nothing of what comes
        elif self._line - self._moved - offset > MOST_EARLY and given > moment:
            self._open_window(moment, inf)  # held back: nothing is known until SDL waits again
        elif moment < self._window_end:
            self._earliest = min(self._earliest, offset)
        else:
            self._close_window()
            self._open_window(moment, offset)
        self.settled = abs(self._line - before) < SMALLEST_GAP

    def time_of(self, frame: int) -> float | None:
        """When the device takes a frame, or took it; None before it has taken any."""
        return None if self._line is None else self._line + frame / SAMPLE_RATE

    def _note_late(self, moment: float, late: float) -> bool:
        """Note a block that may have found the device empty. Whether the one before had not."""
        assert self._line is not None  # noqa: S101 - the first take has set it
        again, self._is_late = self._is_late, late >= max(LEAST_LATE, self._empty_from)
        if not self._is_late:
            return False
        if late > self._held > 0.0:  # it cannot have lasted so long
            self._line += late - self._held
            self._moved += late - self._held
            late = self._held
        before = self._late
        if before is not None and moment > before.moment + FORGET:
            before = None
        if before is None or late > before.length:
            self._late = Gap(moment, late)
        # One that is as late as the one before says that the line is not where it was.
        return not again and (before is None or late >= before.length + SMALLEST_GAP)

    def _open_window(self, moment: float, earliest: float) -> None:
        self._window_end = moment + WINDOW
        self._earliest = earliest

    def _close_window(self) -> None:
        assert self._line is not None  # noqa: S101
        earliest, candidate = self._earliest, self._candidate
        if earliest == inf:
            return
        shift = earliest - self._line
        if abs(shift) <= FOLLOWED:
            self._settle(0.0)
            self._line += _FOLLOW * shift
        elif candidate is not None and abs(earliest - candidate) <= STEADY:
            line = min(earliest, candidate)
            self._settle(line - self._line)
            self._line = line
        else:
            self._candidate = earliest

    def _settle(self, shift: float) -> None:
        """The line is known again, and is later by so much: count what made it so, if it was us."""
        late, length = self._late, self._moved + shift
        if late is not None and self._window_end - late.moment < FORGET:
            was_empty = late.length - shift >= self._empty_from
            if was_empty and length >= SMALLEST_GAP:
                self.gaps.append(Gap(late.moment, length))
        self._late, self._moved, self._candidate = None, 0.0, None
