"""When the device plays what, and where it had nothing to play.

A device takes sound in bursts: as often as its server asks for more, and at once after it had to
wait. But at the end of each burst it is full, so the earliest take of a second, measured against
the count of frames, is steady to a few milliseconds. A take that is late and made up for leaves
that line where it was. After a gap the whole line is later, by the length of the gap.

Other things move the line as well: a server that changes its own latency, as when a second program
begins to play. So a gap counts only where we were late ourselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.units import SAMPLE_RATE

WINDOW = 1.0
"""Seconds of which the earliest take counts."""
STEADY = 0.006
"""Two windows whose earliest takes differ by no more (s) stand for the line."""
SMALLEST_GAP = 0.004
LATE = 0.05
"""Seconds that we must have stood still at least for a gap to be ours."""
FORGET = 12.0
"""Seconds after which a delay of ours explains nothing any more."""
_FOLLOW = 0.2


@dataclass(frozen=True, slots=True)
class Gap:
    """The device had nothing to play for `length` seconds, at monotonic time `moment`."""

    moment: float
    length: float


class DeviceClock:
    """Follows what the device takes. With no `deadline` a late take costs nothing, and counts not.

    All moments are monotonic seconds, all positions frames since the device was opened.
    """

    def __init__(self, *, deadline: bool = True) -> None:
        self.gaps: list[Gap] = []
        self._deadline = deadline
        self._line: float | None = None  # when frame 0 was taken, had all been taken in its time
        self._begun = 0.0
        self._window_end = 0.0
        self._earliest = 0.0
        self._candidate: float | None = None
        self._late: Gap | None = None

    def taken(self, frame: int, moment: float, waited: float = 0.0) -> None:
        """The device had taken all frames before `frame`, asked for more, and waited for them."""
        self.stood_still(moment + waited, waited)
        if not self._deadline:
            moment += waited
        offset = moment - frame / SAMPLE_RATE
        if self._line is None:
            self._begun = moment
            self._line = offset
        if not self._deadline:
            self._line = offset
        elif moment < self._begun + WINDOW:  # it fills up
            self._line = min(self._line, offset)
            self._open_window(moment, self._line)
        elif moment < self._window_end:
            self._earliest = min(self._earliest, offset)
        else:
            self._close_window()
            self._open_window(moment, offset)

    def stood_still(self, moment: float, length: float) -> None:
        """We did nothing for `length` seconds up to `moment`."""
        if length < LATE:
            return
        if self._late is not None and moment - self._late.moment < FORGET:
            length = max(length, self._late.length)
        self._late = Gap(moment, length)

    def time_of(self, frame: int) -> float | None:
        """When the device takes a frame, or took it; None before it has taken any."""
        return None if self._line is None else self._line + frame / SAMPLE_RATE

    def _open_window(self, moment: float, earliest: float) -> None:
        self._window_end = moment + WINDOW
        self._earliest = earliest

    def _close_window(self) -> None:
        assert self._line is not None  # noqa: S101 - the first take has set it
        earliest, candidate = self._earliest, self._candidate
        shift = earliest - self._line
        if abs(shift) <= SMALLEST_GAP:
            self._line += _FOLLOW * shift
            self._candidate = None
        elif candidate is not None and abs(earliest - candidate) <= STEADY:
            self._move(min(earliest, candidate))
        else:
            self._candidate = earliest

    def _move(self, line: float) -> None:
        """The line is another one from now on."""
        assert self._line is not None  # noqa: S101
        late, shift = self._late, line - self._line
        if late is not None and shift > 0.0 and self._window_end - late.moment < FORGET:
            self.gaps.append(Gap(late.moment, min(shift, late.length)))
        self._line, self._candidate, self._late = line, None, None
