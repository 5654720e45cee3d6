"""Decides which commands of other computers a room takes.

A command is `{"do": "hold", "id": "a1", "at": 1767225600.0}`, with the arguments of the command
beside them. `at` is the time at which it was given (seconds since 1970), `id` is different each
time. What is late, comes twice, was kept by the broker, or is not allowed is refused: nobody may
move a session by a press of minutes ago. Time is an argument.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from soundscape.command_specs import COMMANDS, presses
from soundscape.errors import CommandRefused, InvalidValue
from soundscape.remote.mqtt.room_state import RoomState
from soundscape.timeline.commands import Command, parse_command
from soundscape.translation import gettext as _
from soundscape.translation import marked
from soundscape.views.snapshot import StateWord

FRESH = 5.0
"""Seconds for which a command may be on its way, and by which clocks may differ."""
LARGEST = 4096
"""Bytes of a command."""
MOST_IDS = 1000
"""Commands that are remembered, so that one that comes twice is known."""

LAST_TIME = 1e11
"""Seconds since 1970: the year 5138."""

_ID = re.compile(r"[\x21-\x7e]{1,64}")

BRINGS_BACK = frozenset({"hold", "extend", "goto", "back"})
"""Commands that end the fade at the end of a session."""

RETAINED = marked("the broker had kept it (retain)")
TWICE = marked("it came twice")
LATE = marked("it is older than {seconds} s")
AHEAD = marked("its time lies ahead: set both clocks by a time server")
NOT_ALLOWED = marked("the room does not allow it")
WOULD_END = marked("it would end the session, which the room does not allow")
WOULD_RETURN = marked("it would bring the sound back, which the room does not allow")
NO_SWITCH = marked("say “on”: true or false")
MUTED = marked("muted already")


class NotForUs(Exception):
    """It is not a command, or has no id to answer to."""


@dataclass(frozen=True, slots=True)
class NetworkCommand:
    """A command that the room takes, and what its answer is for."""

    id: str
    at: float
    command: Command


class RefusedCommand(CommandRefused):
    """A command that the room does not take. `id` is what the answer is for."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.id = name


class CommandFilter:
    """The filter of one room, which allows these commands."""

    def __init__(self, allow: tuple[str, ...]) -> None:
        self._allow = allow
        self._seen: OrderedDict[str, float] = OrderedDict()

    def take(
        self, payload: bytes, now: float, state: RoomState | None, *, retained: bool = False
    ) -> NetworkCommand:
        """Return the command. Raises NotForUs, or RefusedCommand with the reason.

        `now` is in seconds since 1970, `state` what was published last.
        """
        written = _written(payload)
        name, at = written.pop("id", None), written.pop("at", None)
        if not isinstance(name, str) or _ID.fullmatch(name) is None:
            raise NotForUs
        try:
            self._must_be_fresh(name, at, now, retained=retained)
            command = parse_command(written)
        except (CommandRefused, InvalidValue) as err:
            raise RefusedCommand(name, str(err)) from err
        if why := refusal(command, self._allow, state):
            raise RefusedCommand(name, why)
        return NetworkCommand(name, at, command)

    def _must_be_fresh(self, name: str, at: Any, now: float, *, retained: bool) -> None:
        if retained:
            raise CommandRefused(_(RETAINED))
        if not isinstance(at, int | float) or isinstance(at, bool) or not abs(at) < LAST_TIME:
            raise InvalidValue("at: the time is wanted, in seconds since 1970")
        must_be_fresh(at, now)
        if name in self._seen:
            raise CommandRefused(_(TWICE))
        self._seen[name] = now
        while len(self._seen) > MOST_IDS:
            self._seen.popitem(last=False)


class AskableState(Protocol):
    """What it depends on whether a command is taken: a `RoomState` is one."""

    @property
    def state(self) -> StateWord:
        """The transport's state."""
        ...

    @property
    def last_phase(self) -> bool:
        """Whether no phase comes after the running one."""
        ...


def refusal(
    command: Command, allow: tuple[str, ...] | list[str], state: AskableState | None
) -> str:
    """Why a room does not take a command in its state; "" if it does."""
    do, now = command.do, state.state if state is not None else ""
    last = state is not None and state.last_phase
    reasons = (
        (NOT_ALLOWED, not may_do(allow, command)),
        (NO_SWITCH, COMMANDS[do].toggles and command.on is None),
        (WOULD_END, do == "next" and last and "stop" not in allow),
        (WOULD_RETURN, now == "ending" and do in BRINGS_BACK and "play" not in allow),
        (MUTED, now == "muted" and do == "mute"),  # a second one would be a silence at once
    )
    return next((_(why) for why, applies in reasons if applies), "")


def must_be_fresh(at: float, now: float) -> None:
    """Raise CommandRefused if a command of a moment is late, or its clock is wrong."""
    if now - at > FRESH:
        raise CommandRefused(_(LATE).format(seconds=f"{FRESH:g}"))
    if at - now > FRESH:
        raise CommandRefused(_(AHEAD))


def may_do(allow: tuple[str, ...] | list[str], command: Command) -> bool:
    """Whether a room allows a command.

    An entry allows a whole command (`level`), or what one of its presses does (`softer`): a number
    then has the sign of that of the press, and there is no other argument.
    """
    if command.do in allow:
        return True
    given = command.as_json()
    del given["do"]
    parts = [
        press.arguments
        for act, (spec, press) in presses().items()
        if act in allow and spec.name == command.do
    ]
    return any(
        given.keys() == part.keys() and all(given[key] * part[key] > 0 for key in part)
        for part in parts
    )


def _written(payload: bytes) -> dict[str, Any]:
    if len(payload) > LARGEST:
        raise NotForUs
    try:
        written = json.loads(payload, parse_constant=_no_number)
    except (ValueError, RecursionError) as err:
        raise NotForUs from err
    if not isinstance(written, dict):
        raise NotForUs
    return written


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


class RateLimit:
    """Lets a number of messages through at once, and so many a second. Pure: times in seconds."""

    def __init__(self, burst: int, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._left, self._at = float(burst), 0.0

    def allows(self, now: float) -> bool:
        """Whether one more message is let through."""
        self._left = min(self._burst, self._left + self._rate * max(0.0, now - self._at))
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
