"""Commands: what the therapist, a script, a pedal or another program asks of the session.

What each takes stands in `soundscape.command_specs`, the one table, which lies below `scene`
because rooms name commands too. Here a command becomes a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from soundscape.command_arguments import (
    DECIBELS,
    FLAG,
    LONGEST_TEXT,
    SIGNED_DURATION,
    SWITCH,
    TEXT,
    Argument,
)
from soundscape.command_specs import COMMANDS
from soundscape.errors import InvalidValue
from soundscape.message_text import did_you_mean, one_line, quoted, shown
from soundscape.units import parse_duration, parse_signed_duration


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Times in seconds; `by` in seconds or, for `level`, dB.

    `on` sets what would toggle without it; `undo` takes back what the command did last. `output`
    is the room's name of an output, for `level`.
    """

    do: str
    by: float | None = None
    phase: str | None = None
    ago: float | None = None
    fade: float | None = None
    text: str | None = None
    on: bool | None = None
    undo: bool | None = None
    output: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The command as a script or journal holds it."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: value for name, value in values if value is not None}


SHORT_STOP = Command("stop", fade=5.0)
"""The command for the system's request to end: Ctrl-C, SIGTERM."""


def softens(command: Command, *, ducked: bool) -> bool:
    """Whether a command makes the sound quieter, given whether the music is ducked."""
    how = COMMANDS[command.do].softens
    if how == "negative":
        return (command.by or 0.0) < 0.0
    if how == "on":
        return not ducked and command.on is not False
    return how == "always"


def parse_command(written: Mapping[str, Any]) -> Command:
    """A command from `{do: extend, by: 10m}`. Raises InvalidValue with what is wrong."""
    do = written.get("do")
    spec = COMMANDS.get(do) if isinstance(do, str) else None
    if spec is None:
        hint = did_you_mean(str(do), COMMANDS) or f"; one of {', '.join(COMMANDS)}"
        raise InvalidValue(f"do: {quoted(do)} is not a command{hint}")
    values = {}
    for key, value in written.items():
        if key == "do":
            continue
        argument = spec.argument(key)
        if argument is None:
            names = ", ".join(one.name for one in spec.arguments)
            takes = f"it takes {names}" if names else "it takes nothing more"
            raise InvalidValue(f"{key}: `{spec.name}` has no such argument; {takes}")
        values[key] = _value(argument, value)
    for argument in spec.arguments:
        if argument.required and argument.name not in values:
            raise InvalidValue(f"`{spec.name}` needs `{argument.name}`")
    return Command(spec.name, **values)


def _value(argument: Argument, value: object) -> Any:
    key = argument.name
    if argument.type is TEXT:
        if not isinstance(value, str) or not value.strip():
            raise InvalidValue(f"{key}: a text is wanted, not {quoted(value)}")
        if len(value) > LONGEST_TEXT:
            raise InvalidValue(f"{key}: {len(value)} characters; at most {LONGEST_TEXT} are kept")
        return one_line(value) if key == "text" else shown(value)
    if argument.type in (SWITCH, FLAG):
        if not isinstance(value, bool):
            raise InvalidValue(f"{key}: {quoted(value)} is neither true nor false")
        return value
    if argument.type is DECIBELS:
        return _decibels(value)
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise InvalidValue(f"{key}: {quoted(value)} is not a duration; write it like 10m")
    parse = parse_signed_duration if argument.type is SIGNED_DURATION else parse_duration
    try:
        return parse(value)
    except InvalidValue as fault:
        raise InvalidValue(f"{key}: {fault}") from fault


def _decibels(value: object) -> float:
    text = str(value).strip().lower().removesuffix("db").strip().replace("−", "-")
    try:
        db = float(text)
    except ValueError as err:
        raise InvalidValue(f"by: {quoted(value)} is not a number of dB; write -1 or 2") from err
    limit = DECIBELS.high or 0.0
    if not -limit <= db <= limit:
        raise InvalidValue(
            f"by: {quoted(value)} is out of range; a level moves by -{limit:g} to {limit:g} dB"
        )
    return db
