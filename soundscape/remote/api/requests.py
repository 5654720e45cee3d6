"""The body of `POST /api/commands`: its schema, and the check that it fits.

The schema says how a command is written; whether it makes sense now (a phase that there is not, a
time longer than a day) is for the session to say.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from soundscape.errors import CommandRefused, InvalidValue
from soundscape.timeline.commands import ARGUMENTS, LONGEST_TEXT, NEEDED, Command, parse_command
from soundscape.units import DURATION_TEXT


@dataclass(frozen=True, slots=True)
class _Field:
    """How a value may be written: a text of a pattern, a number of at least `low`, a boolean."""

    what: str
    text: str = ""
    number: bool = False
    low: float | None = None
    boolean: bool = False

    def fits(self, value: object) -> bool:
        if isinstance(value, bool):
            return self.boolean
        if isinstance(value, str):
            fits = bool(self.text) and re.search(f"^(?:{self.text})\\Z", value, re.DOTALL)
            return bool(fits) and len(value) <= LONGEST_TEXT
        low = self.low if self.low is not None else float("-inf")
        return self.number and isinstance(value, int | float) and value >= low

    def schema(self) -> dict[str, Any]:
        kinds: list[dict[str, Any]] = []
        if self.number:
            kinds.append({"type": "number", **({} if self.low is None else {"minimum": self.low})})
        if self.text:
            kinds.append(
                {"type": "string", "pattern": f"^(?:{self.text})$", "maxLength": LONGEST_TEXT}
            )
        if self.boolean:
            kinds.append({"type": "boolean"})
        return {"anyOf": kinds, "description": self.what}


_DURATION = _Field("Seconds, or 90s, 10m, 1m30s.", DURATION_TEXT, number=True, low=0)
_SIGNED = _Field("Seconds, or 10m, -5m.", f"[-+]?{DURATION_TEXT}", number=True)
_DECIBELS = _Field("dB: -1, or -1 dB.", r"[-+]?[0-9]{1,3}(?:\.[0-9]{1,3})?(?: ?dB)?", number=True)
_TEXT = _Field("A text.", r"[\s\S]*\S[\s\S]*")
_ON = _Field("Set it, instead of toggling.", boolean=True)
_FIELDS: dict[tuple[str, str], _Field] = {
    ("extend", "by"): _SIGNED,
    ("level", "by"): _DECIBELS,
    ("dose", "ago"): _DURATION,
    ("stop", "fade"): _DURATION,
    ("goto", "phase"): _TEXT,
    ("note", "text"): _TEXT,
    ("duck", "on"): _ON,
    ("care", "on"): _ON,
    ("land", "on"): _ON,
}


def parse_request(body: bytes) -> Command:
    """A command from a request's body.

    Raises InvalidValue where it is malformed, CommandRefused where no session could do it.
    """
    asked = _json(body)
    if not isinstance(asked, dict):
        raise InvalidValue('a command is written like {"do": "extend", "by": "10m"}')
    do = asked.get("do")
    fits = all(
        form.fits(value)
        for name, value in asked.items()
        if (form := _FIELDS.get((str(do), name))) is not None
    )
    try:
        command = parse_command(asked)
    except InvalidValue as fault:
        if fits and _complete(asked):
            raise CommandRefused(str(fault)) from fault
        raise
    if not fits:
        raise InvalidValue(f"{do}: a value is not written as `{do}` takes it")
    return command


def _complete(asked: dict[str, Any]) -> bool:
    """Whether the keys are those of a command."""
    do = asked.get("do")
    if not isinstance(do, str) or do not in ARGUMENTS:
        return False
    needed = {NEEDED[do]} if do in NEEDED else set()
    return needed <= asked.keys() <= {"do", *ARGUMENTS[do]}


def _json(body: bytes) -> object:
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as err:
        raise InvalidValue("the body is not JSON") from err


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def schema() -> dict[str, Any]:
    """JSON Schema of a command."""
    return {"oneOf": [_one(do, takes) for do, takes in ARGUMENTS.items()]}


def _one(do: str, takes: tuple[str, ...]) -> dict[str, Any]:
    needed = [NEEDED[do]] if do in NEEDED else []
    return {
        "type": "object",
        "title": do,
        "properties": {"do": {"const": do}, **{n: _FIELDS[do, n].schema() for n in takes}},
        "required": ["do", *needed],
        "additionalProperties": False,
    }
