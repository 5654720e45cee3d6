"""What the host needs of a journal, and a journal that keeps nothing.

The real one is above this package (`soundscape.journal`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from soundscape.views.snapshot import Snapshot


class SessionRecorder(Protocol):
    """Writes down what happens in a session. No call waits for a disk."""

    def record(self, message: object) -> None:
        """Record a request, its answer, or an external event."""
        ...

    def events(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Record lines of the event log."""
        ...

    def at(self, frame: int, view: Snapshot) -> None:
        """Record the frame that is heard now, and the session at it."""
        ...

    def crashed(
        self, what: str, events: Sequence[Mapping[str, Any]], trace: str | None = None
    ) -> None:
        """Record a crash; `events` are the lines before it.

        `trace` is what the program wrote when it crashed; None for a player.
        """
        ...


class UnrecordedSession:
    """The recorder of a session that is not written down."""

    def record(self, message: object) -> None:
        """Keep nothing."""

    def events(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Keep nothing."""

    def at(self, frame: int, view: Snapshot) -> None:
        """Keep nothing."""

    def crashed(
        self, what: str, events: Sequence[Mapping[str, Any]], trace: str | None = None
    ) -> None:
        """Keep nothing."""
