"""Which key does what, which of them need a second press, and what the lock holds back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from soundscape.timeline.commands import Command
from soundscape.views.snapshot import Snapshot
from soundscape.views.wording import with_names

TWICE_WITHIN = 2.0
"""Seconds for the second press of a key that makes louder, ends, or unlocks."""
BOUNCE = 0.15
"""Seconds within which the same key again is a pedal's bounce, or one that is held down."""
EXTEND = 300.0
LEVEL_STEP = 1.0
RETURN = "return"
"""The phase that the gentle return goes to."""

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
    "t": "note",
    "escape": "mute",
    "r": "remote",
    "q": "leave",
    "ctrl+c": "leave",
    "L": "lock",
    "i": "details",
    "?": "help",
}

MEANINGS: dict[str, str] = {
    "duck": "duck to speak, and back",
    "next": "next phase",
    "hold": "hold the phase, and release",
    "extend": "extend by five minutes",
    "dose": "dose given",
    "pause": "pause, and play",
    "louder": "louder (twice)",
    "softer": "softer",
    "skip": "skip the track",
    "swap": "skip it for good",
    "soften": "soften sound and light",
    "lift": "lift sound and light (twice)",
    "goto": "gentle return",
    "land": "land, and back",
    "care": "care light, and back",
    "mark": "mark this moment",
    "note": "write a note",
    "mute": "mute; again: silence",
    "remote": "tablet: the code to pair",
    "leave": "leave, or end",
    "lock": "lock keys; twice: unlock",
    "details": "warnings and figures",
    "help": "these keys",
    "stop": "end, by the long fade (twice)",
}
"""What each act is, in the words of the list of keys."""

GUARDED = {
    "louder": "make it louder",
    "lift": "make it brighter and louder",
    "stop": "end the session",
}
THROUGH_THE_LOCK = frozenset({"mute", "care"})
FINAL_KEY = "f"
"""Twice: end the session. It counts only while the console asks how to leave."""

Wish = Literal["help", "details", "note", "remote", "leave"]
"""What the screen does by itself."""

_WISHES: dict[str, Wish] = {
    "help": "help",
    "details": "details",
    "note": "note",
    "remote": "remote",
    "leave": "leave",
}
_SAME = {"release": "hold", "play": "pause", "level": "softer"}
"""What a room may write for a key, and the act that it means. A level that does not say which way
goes down: no stray press makes louder."""

_MAKERS: dict[str, Callable[[Snapshot], Command]] = {
    "hold": lambda view: Command("release" if view.state == "held" else "hold"),
    "pause": lambda view: Command("play" if view.state in ("paused", "muted") else "pause"),
    "extend": lambda _view: Command("extend", by=EXTEND),
    "louder": lambda _view: Command("level", by=LEVEL_STEP),
    "softer": lambda _view: Command("level", by=-LEVEL_STEP),
    "goto": lambda _view: Command("goto", phase=RETURN),
}
_SHOWN = {"space": "Space", "up": "↑", "down": "↓", "escape": "Esc", "ctrl+c": ""}


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a key came to: a command, a wish to the screen, or a word for the therapist.

    `again` is True where the word asks for a second press: it stands for `TWICE_WITHIN` seconds.
    """

    command: Command | None = None
    wish: Wish | None = None
    say: str = ""
    again: bool = False


class KeyMap:
    """The console's keys; `remapped` is the room's `keys:`."""

    def __init__(self, remapped: Mapping[str, str]) -> None:
        own = {key if len(key) == 1 else key.lower(): do for key, do in remapped.items()}
        self._does = {**KEYS, **{key: _SAME.get(do, do) for key, do in own.items()}}
        self._first: tuple[str, float] | None = None
        self._last = ("", 0.0)
        self.locked = False

    def press(self, key: str, view: Snapshot, now: float, *, leaving: bool = False) -> Pressed:
        """What a key does at a moment (monotonic seconds).

        `leaving`: the console asks how to leave, and a further key ends the session.
        """
        does = "stop" if leaving and key.lower() == FINAL_KEY else self._act(key)
        bounced = self._bounced(key, now)
        if bounced and does != "mute":  # whose second press is never lost
            return Pressed()
        if not does:
            self._first = None
            return Pressed()
        if does == "lock":
            return self._lock(now)
        if self.locked and does not in THROUGH_THE_LOCK:
            return Pressed(say=self._is_locked())
        if does in GUARDED and not self._second(does, now):
            self._first = (does, now)
            return Pressed(say=f"press again to {GUARDED[does]}", again=True)
        self._first = None
        return _made(does, view)

    def is_leave(self, key: str) -> bool:
        """Whether it is the key that leaves, locked or not."""
        return self._act(key) == "leave"

    def named(self, act: str) -> str:
        """The key of an act as it is written on the screen; of several, the first."""
        return next((shown_key(key) for key, does in self._does.items() if does == act), NO_KEY)

    def table(self) -> list[tuple[str, str]]:
        """Each act's keys, and what it is."""
        keys: dict[str, list[str]] = {act: [] for act in MEANINGS}
        for key, does in self._does.items():
            keys[does].append(shown_key(key))
        return [(" ".join(keys[act]).strip(), text) for act, text in MEANINGS.items() if keys[act]]

    def _act(self, key: str) -> str:
        """A letter with shift or the caps lock is the letter, unless it has an act of its own."""
        return self._does.get(key) or self._does.get(key.lower(), "")

    def _bounced(self, key: str, now: float) -> bool:
        before, self._last = self._last, (key, now)
        return before[0] == key and now - before[1] < BOUNCE

    def _lock(self, now: float) -> Pressed:
        if not self.locked:
            self.locked, self._first = True, None
            return Pressed(say=f"keys locked; {self._still_work()}")
        if not self._second("lock", now):
            self._first = ("lock", now)
            return Pressed(say="press again to unlock the keys", again=True)
        self.locked, self._first = False, None
        return Pressed(say="keys unlocked")

    def _is_locked(self) -> str:
        return f"keys are locked: {self.named('lock')} twice unlocks; {self._still_work()}"

    def _still_work(self) -> str:
        return f"{self.named('mute')} (mute) and {self.named('care')} (care light) work"

    def _second(self, does: str, now: float) -> bool:
        first = self._first
        return first is not None and first[0] == does and now - first[1] <= TWICE_WITHIN


def _made(does: str, view: Snapshot) -> Pressed:
    if does in _WISHES:
        return Pressed(wish=_WISHES[does])
    maker = _MAKERS.get(does)
    return Pressed(maker(view) if maker else Command(does))


Named = Callable[[str], str]
"""The key of an act, as it stands on the screen."""
NO_KEY = "–"


def with_keys(text: str, key: Named) -> str:
    """A text of the session, with the keys of its commands in their places."""

    def name(command: str) -> str:
        shown = key(_SAME.get(command, command))
        return "" if shown == NO_KEY else shown

    return with_names(text, name)


def shown_key(key: str) -> str:
    """A key's name as it stands on the screen."""
    return _SHOWN.get(key, key if len(key) == 1 else key.capitalize())
