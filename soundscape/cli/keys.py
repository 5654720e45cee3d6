"""Which key does what, and which of them need a second press."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from soundscape.timeline.commands import Command
from soundscape.timeline.snapshot import Snapshot

TWICE_WITHIN = 2.0
"""Seconds for the second press of a key that makes louder or ends."""

KEYS: dict[str, str] = {
    "space": "duck",
    "n": "next",
    "h": "hold",
    "e": "extend",
    "d": "dose",
    "p": "pause",
    "up": "louder",
    "down": "softer",
    "k": "skip",
    "x": "swap",
    "s": "soften",
    "w": "lift",
    "g": "goto",
    "l": "land",
    "c": "care",
    "m": "mark",
    "escape": "mute",
    "q": "stop",
    "?": "help",
}

MEANINGS: tuple[tuple[str, str], ...] = (
    ("space", "duck the music to speak, and back"),
    ("n", "next phase"),
    ("h", "hold the phase, and release it"),
    ("e", "extend by five minutes"),
    ("d", "dose given"),
    ("p", "pause, and play"),
    ("↑ ↑, ↓", "level"),
    ("k, x", "skip the track; skip it for good"),
    ("s, w w", "soften, lift: sound and light together"),
    ("g", "gentle return: on to the phase `return`"),
    ("l", "land: grounding music and care light, and back"),
    ("c", "care light, and back"),
    ("m", "mark this moment"),
    ("Esc", "mute; again: at once"),
    ("q q", "end, with the long fade"),
)

GUARDED = {
    "louder": "make it louder",
    "lift": "make it brighter and louder",
    "stop": "end the session",
}

_MAKERS: dict[str, Callable[[Snapshot], Command]] = {
    "hold": lambda view: Command("release" if view.state == "held" else "hold"),
    "release": lambda view: Command("release" if view.state == "held" else "hold"),
    "pause": lambda view: Command("play" if view.state in ("paused", "muted") else "pause"),
    "extend": lambda _view: Command("extend", by=300.0),
    "louder": lambda _view: Command("level", by=1.0),
    "softer": lambda _view: Command("level", by=-1.0),
    "goto": lambda _view: Command("goto", phase="return"),
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a key came to: a command, or a word for the therapist, or a wish for help."""

    command: Command | None = None
    say: str = ""
    help: bool = False


class Keys:
    """The keys of the foreground session; `remapped` is the room's `keys:`."""

    def __init__(self, remapped: Mapping[str, str]) -> None:
        self._does = {**KEYS, **{key.lower(): do for key, do in remapped.items()}}
        self._first: tuple[str, float] | None = None

    def press(self, key: str, view: Snapshot, now: float) -> Pressed:
        """What a key does at a moment (monotonic seconds)."""
        does = self._does.get(key, "")
        if does == "help":
            return Pressed(help=True)
        if not does:
            return Pressed()
        if does in GUARDED and not self._second(does, now):
            self._first = (does, now)
            return Pressed(say=f"press again to {GUARDED[does]}")
        self._first = None
        maker = _MAKERS.get(does)
        return Pressed(maker(view) if maker else Command(does))

    def _second(self, does: str, now: float) -> bool:
        first = self._first
        return first is not None and first[0] == does and now - first[1] <= TWICE_WITHIN
