"""What one press of a pedal or a pad means: which presses toggle, which need a second one.

Quieter takes one press; louder and the end take two, so that a stray foot or sleeve does neither
(clinical reference, part 5).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from soundscape.timeline.commands import Command

TWICE_WITHIN = 2.0
"""Seconds for the second press of what makes louder or ends."""

GUARDED = frozenset({"lift", "stop"})
"""What needs a second press."""

EXTENSION = 300.0
"""Seconds by which one press extends."""


class SessionState(Protocol):
    """What a press depends on: how the session stands. A `Snapshot` is one."""

    @property
    def state(self) -> str:
        """The transport's state."""
        ...

    @property
    def ducked(self) -> bool:
        """Whether the music is ducked."""
        ...

    @property
    def care(self) -> bool:
        """Whether the care light is on."""
        ...

    @property
    def level_db(self) -> float:
        """Where the level goes to, dB."""
        ...


def _hold(view: SessionState) -> Command:
    return Command("release" if view.state == "held" else "hold")


_MAKERS: dict[str, Callable[[SessionState], Command]] = {
    "hold": _hold,
    "release": _hold,
    "pause": lambda view: Command("play" if view.state in ("paused", "muted") else "pause"),
    "extend": lambda _view: Command("extend", by=EXTENSION),
}


def pressed(does: str, view: SessionState) -> Command:
    """The command that a press asks for: `hold` and `pause` come back with the next press."""
    maker = _MAKERS.get(does)
    return maker(view) if maker else Command(does)


class Confirmation:
    """Lets what is guarded through at its second press within two seconds, all else at once."""

    def __init__(self) -> None:
        self._first: tuple[str, float] | None = None

    def lets(self, does: str, now: float) -> bool:
        """Whether a press at a moment (seconds) is to be done."""
        first, self._first = self._first, None
        if does not in GUARDED:
            return True
        if first is not None and first[0] == does and now - first[1] <= TWICE_WITHIN:
            return True
        self._first = (does, now)
        return False
