"""The rules of a press, the same for keys, pads, pedals and buttons: what it gives, whether it
needs a second one, what bounces, what the lock holds back.

Quieter takes one press; louder and the end take two, so that a stray foot or sleeve does neither
(docs/clinical.md, Controls). Which press needs what stands in `soundscape.command_specs`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from soundscape.command_specs import (
    BOUNCE,
    TWICE_WITHIN,
    SessionState,
    act_of,
    presses,
)
from soundscape.timeline.commands import Command


def pressed(act: str, view: SessionState, given: Mapping[str, Any] | None = None) -> Command:
    """The command that a press of an act gives, in the state that is shown.

    `given` holds arguments that the room's file names.
    """
    found = presses().get(act_of(act))
    if found is None:
        return Command(act, **(given or {}))
    spec, press = found
    do, arguments = spec.name, press.arguments
    if press.instead is not None and press.instead.command and press.instead.when.holds(view):
        do, arguments = press.instead.command, press.instead.arguments
    return Command(do, **{**arguments, **(given or {})})


def confirmation(act: str, view: SessionState) -> str:
    """What a second press of an act is asked for; empty where one press is enough."""
    found = presses().get(act_of(act))
    if found is None:
        return ""
    when = found[1].confirm_when
    return found[1].confirm if when is None or when.holds(view) else ""


def wants_text(act: str) -> bool:
    """Whether a press leaves a required argument open, so that a screen has to ask for it."""
    found = presses().get(act)
    if found is None:
        return False
    spec, press = found
    return any(one.required and one.name not in press.arguments for one in spec.arguments)


def under_lock(act: str) -> bool:
    """Whether a locked screen lets an act through."""
    found = presses().get(act)
    return found is not None and found[0].under_lock


class Confirmation:
    """Lets an act that needs it through at its second press within two seconds."""

    def __init__(self) -> None:
        self._first: tuple[str, float] | None = None

    def accepts(self, act: str, now: float, *, needed: bool) -> bool:
        """Whether a press at a moment (seconds) is to be done. Another act forgets the first."""
        first, self._first = self._first, None
        if not needed:
            return True
        if first is not None and first[0] == act and now - first[1] <= TWICE_WITHIN:
            return True
        self._first = (act, now)
        return False


class PressResult(Enum):
    """What a press comes to."""

    IGNORED = auto()  # a bounce, or a key without an act
    LOCKED = auto()
    AGAIN = auto()  # a second press is asked for
    DONE = auto()


class Presses:
    """The presses of one screen, one after another. Times in seconds, never going back."""

    def __init__(self) -> None:
        self.locked = False
        self._confirmation = Confirmation()
        self._last = ("", -math.inf)

    def press(self, act: str, view: SessionState, now: float, source: str = "") -> PressResult:
        """Press an act. `source` is the key, where several give one act; only itself bounces."""
        if self._bounced(source or act, now) and not _counts_always(act):
            return PressResult.IGNORED
        if not act:
            self._confirmation.accepts("", now, needed=False)
            return PressResult.IGNORED
        if self.locked and act != "lock" and not under_lock(act):
            return PressResult.LOCKED
        needed = self.locked if act == "lock" else bool(confirmation(act, view))
        if not self._confirmation.accepts(act, now, needed=needed):
            return PressResult.AGAIN
        if act == "lock":
            self.locked = not self.locked
        return PressResult.DONE

    def _bounced(self, source: str, now: float) -> bool:
        before, self._last = self._last, (source, now)
        return before[0] == source and now - before[1] < BOUNCE


def _counts_always(act: str) -> bool:
    found = presses().get(act)
    return found is not None and not found[1].bounces
