"""The body of `POST /api/commands`: its schema, from the same table that the parser reads by."""

from __future__ import annotations

from typing import Any

from soundscape.errors import ValueFault
from soundscape.timeline.commands import ARGUMENTS, NEEDED, Command, parse_command
from soundscape.units import DURATION_TEXT

LONGEST_TEXT = 2000
"""Characters of a note."""

_DURATION = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 86400},
        {"type": "string", "pattern": f"^{DURATION_TEXT}$", "maxLength": 3},
    ],
    "description": "Seconds, or 90s, 10m, 1m30s; at most a day.",
}
_SIGNED = {
    "anyOf": [
        {"type": "number", "minimum": -86400, "maximum": 86400},
        {"type": "string", "pattern": f"^[-+]?{DURATION_TEXT}$", "maxLength": 3},
    ],
    "description": "Seconds, or 10m, -5m; at most a day.",
}
_TEXT = {"type": "string", "pattern": "\\S", "maxLength": LONGEST_TEXT}
_ON = {"type": "boolean", "description": "Set it, instead of toggling."}
_KINDS: dict[tuple[str, str], dict[str, Any]] = {
    ("extend", "by"): _SIGNED,
    ("level", "by"): {"type": "number", "minimum": -60, "maximum": 60, "description": "dB."},
    ("dose", "ago"): _DURATION,
    ("stop", "fade"): _DURATION,
    ("goto", "phase"): _TEXT,
    ("note", "text"): _TEXT,
    ("duck", "on"): _ON,
    ("care", "on"): _ON,
    ("land", "on"): _ON,
}


def parse_request(body: object) -> Command:
    """A command from a request's JSON. Raises ValueFault with what is wrong."""
    if not isinstance(body, dict):
        raise ValueFault('a command is written like {"do": "extend", "by": "10m"}')
    for key, value in body.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise ValueFault(f"{key}: a text has at most {LONGEST_TEXT} characters")
    return parse_command(body)


def schema() -> dict[str, Any]:
    """JSON Schema of a command."""
    return {"oneOf": [_one(do, takes) for do, takes in ARGUMENTS.items()]}


def _one(do: str, takes: tuple[str, ...]) -> dict[str, Any]:
    needed = [NEEDED[do]] if do in NEEDED else []
    return {
        "type": "object",
        "title": do,
        "properties": {"do": {"const": do}, **{name: _KINDS.get((do, name)) for name in takes}},
        "required": ["do", *needed],
        "additionalProperties": False,
    }
