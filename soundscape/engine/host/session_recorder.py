"""Where the host writes its session down: what it expects of a journal, and one that keeps nothing.

The journal itself stands above this package (`soundscape.journal`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from soundscape.views.snapshot import Snapshot


class SessionRecorder(Protocol):
    """Takes what a session writes down. No call waits for a disk."""

    def record(self, message: object) -> None:
        """A command is asked for, was done or refused, or something came from outside."""
        ...

    def events(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Lines of what happened."""
        ...

    def at(self, frame: int, view: Snapshot) -> None:
        """The session's frame that is heard now, and the session there."""
        ...

    def crashed(
        self, what: str, events: Sequence[Mapping[str, Any]], trace: str | None = None
    ) -> None:
        """A program is lost; `events` are those before. `trace`: what it wrote, if not a player."""
        ...


class UnrecordedSession:
    """For a session that is not written down."""

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
