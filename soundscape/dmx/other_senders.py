"""The other senders of a universe: when one comes and when it is gone. Times: monotonic seconds."""

from __future__ import annotations

GONE_AFTER = 25.0
"""Seconds without a sign of a sender; announcements of universes come every ten."""


class OtherSenders:
    """Each sender is reported once when it comes, and once when it is gone."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def see(self, name: str, now: float) -> bool:
        """Note a sign of a sender. Return whether it has just come."""
        is_new = name not in self._seen
        self._seen[name] = now
        return is_new

    def take_gone(self, now: float) -> list[str]:
        """Forget the senders that are gone, and return their names."""
        gone = [name for name, seen in self._seen.items() if now - seen > GONE_AFTER]
        for name in gone:
            del self._seen[name]
        return gone
