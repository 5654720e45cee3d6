"""What was found wrong with the sound of a file, and how it is worded."""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.units import format_clock

LONGEST_CLOSED = 0.5
"""Seconds: a longer hole is not closed; the sound ends before it."""

TOLERANCE = 0.1
"""Seconds by which a file may be shorter than a header that counts samples says."""

COARSE_TOLERANCE = 1.0
"""The same for a header that does not count samples."""


@dataclass(slots=True)
class Damage:
    """What was found wrong with a file's sound. Places and lengths are in seconds.

    `longer_than` is the length by a header that counts too little.
    """

    holes: int = 0
    first: float = 0.0
    missing: float = 0.0
    ends_at: float | None = None
    ends_for: float = 0.0
    other: str | None = None
    longer_than: float | None = None

    def close(self, at: float, seconds: float) -> None:
        """Note a hole that was closed."""
        self.first = at if not self.holes else self.first
        self.holes += 1
        self.missing += seconds

    def end(self, at: float, seconds: float) -> None:
        """Note a hole that is too long to be closed, so that the sound ends at it."""
        self.ends_at, self.ends_for = at, seconds

    @property
    def breaks_off(self) -> bool:
        """Whether the sound ends too early."""
        return self.ends_at is not None or self.other is not None

    def is_short(self, length: float, stated: float, *, exact: bool) -> bool:
        """Return whether `length` and the closed holes are less than the header's length `stated`.

        `exact`: the header counts samples.
        """
        return stated - length - self.missing > (TOLERANCE if exact else COARSE_TOLERANCE)

    def text(self) -> str | None:
        """Return the fault in words, or None."""
        parts = [self._ended(), self.other, self._closed()]
        return "; ".join(part for part in parts if part) or None

    def _ended(self) -> str | None:
        if self.ends_at is None:
            return None
        at = format_clock(self.ends_at)
        return f"damaged at {at}, where {self.ends_for:.1f} s are missing: it ends there"

    def _closed(self) -> str | None:
        if not self.holes:
            return None
        at = format_clock(self.first)
        lost = f", {self.missing:.2g} s are missing" if self.missing >= 0.005 else ""
        if self.holes == 1:
            return f"damaged at {at}{lost}"
        return f"damaged in {self.holes} places, the first at {at}{lost}{' in all' if lost else ''}"
