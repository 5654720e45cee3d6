"""When the device begins each block, and so when its queue frees and is worth a look.

A second-order delay-locked loop (F. Adriaensen, "Using a DLL to filter time", 2005): the moments
seen jitter with the naps between looks and with the system; the loop's are even, and follow a
device whose clock runs some percent fast or slow.
"""

from __future__ import annotations

import math

_BANDWIDTH = 0.5  # Hz: settles in about a second, and lets no single late look through
_REACH = 0.15  # a period is believed within ±15 %; SDL's disk and dummy drivers run 7 % fast


class DelayLockedLoop:
    """The beat of the blocks. The present block is the last one that was seen to begin."""

    def __init__(self, period: float) -> None:
        self._nominal = period
        self._period = period
        self._begin = 0.0
        self._settled = False
        self._least_lead = period / 16.0
        self._lead = self._least_lead
        omega = 2.0 * math.pi * _BANDWIDTH * period
        self._follow = math.sqrt(2.0) * omega
        self._drift = omega * omega

    def restart(self, moment: float) -> None:
        """A block begins at `moment`, or within a buffer after it, whatever was before."""
        self._begin = moment
        self._settled = False

    def next_begin(self) -> float:
        """When the block after the present one begins."""
        return self._begin + self._period

    def next_look(self) -> float:
        """When to look for the first time whether the next block has begun: a little before."""
        return self.next_begin() - self._lead

    def seen(self, moment: float) -> None:
        """The next block was seen to begin at `moment`; from here on it is the present one."""
        self._lead = max(self._least_lead, self._lead * 0.9)
        self._advance(moment)

    def missed(self, moment: float) -> None:
        """The next block had begun already at the first look, at `moment`."""
        if moment < self.next_begin():
            # The device is ahead of us: look earlier, until a begin is seen again.
            self._lead = min(2.0 * self._lead, self._nominal / 2.0)
        self._advance(min(moment, self.next_begin()))

    def _advance(self, moment: float) -> None:
        error = moment - self.next_begin()
        if not self._settled or abs(error) > self._nominal:
            self._begin, self._settled = moment, True
            return
        self._begin = self.next_begin() + self._follow * error
        period = self._period + self._drift * error
        self._period = min(max(period, self._nominal * (1 - _REACH)), self._nominal * (1 + _REACH))
