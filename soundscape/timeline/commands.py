"""Commands: what the therapist, a script, a pedal or another program asks of the session."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from soundscape.errors import InvalidValue
from soundscape.units import one_line, parse_duration, parse_signed_duration, quoted, shown

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "next": (),
    "goto": ("phase",),
    "hold": (),
    "release": (),
    "extend": ("by",),
    "dose": ("ago",),
    "pause": (),
    "play": (),
    "duck": ("on",),
    "level": ("by",),
    "skip": (),
    "swap": (),
    "soften": (),
    "lift": (),
    "land": ("on",),
    "care": ("on",),
    "mute": (),
    "stop": ("fade",),
    "note": ("text",),
    "mark": (),
}
"""Every command, and what it takes. `by` is a time for `extend` and dB for `level`."""

LONGEST_TEXT = 2000
"""Characters of a note, or of a phase's name."""

NEEDED = {"goto": "phase", "extend": "by", "level": "by", "note": "text"}
"""What a command cannot do without."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Times in seconds; `by` in seconds or, for `level`, dB.

    `on` sets what would toggle without it.
    """

    do: str
    by: float | None = None
    phase: str | None = None
    ago: float | None = None
    fade: float | None = None
    text: str | None = None
    on: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The command as a script or journal holds it."""
        names = ("by", "phase", "ago", "fade", "text", "on")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        return {"do": self.do, **given}


SHORT_STOP = Command("stop", fade=5.0)
"""What the system's request to end comes to: Ctrl-C, SIGTERM."""


def parse_command(written: Mapping[str, Any]) -> Command:
    """A command from `{do: extend, by: 10m}`. Raises InvalidValue with what is wrong."""
    do = written.get("do")
    if not isinstance(do, str) or do not in ARGUMENTS:
        close = difflib.get_close_matches(str(do), ARGUMENTS, 1)
        hint = f" (did you mean '{close[0]}'?)" if close else f"; one of {', '.join(ARGUMENTS)}"
        raise InvalidValue(f"do: {quoted(do)} is not a command{hint}")
    allowed = ARGUMENTS[do]
    for key in written:
        if key != "do" and key not in allowed:
            takes = f"; it takes {', '.join(allowed)}" if allowed else "; it takes nothing more"
            raise InvalidValue(f"{key}: `{do}` has no such argument{takes}")
    if do in NEEDED and NEEDED[do] not in written:
        raise InvalidValue(f"`{do}` needs `{NEEDED[do]}`")
    values = {key: _value(do, key, written[key]) for key in written if key != "do"}
    return Command(do, **values)


def _value(do: str, key: str, value: object) -> Any:
    if key in ("phase", "text"):
        if not isinstance(value, str) or not value.strip():
            raise InvalidValue(f"{key}: a text is wanted, not {quoted(value)}")
        if len(value) > LONGEST_TEXT:
            raise InvalidValue(f"{key}: {len(value)} characters; at most {LONGEST_TEXT} are kept")
        return one_line(value) if key == "text" else shown(value)
    if key == "on":
        if not isinstance(value, bool):
            raise InvalidValue(f"on: {quoted(value)} is neither true nor false")
        return value
    if do == "level":
        return _decibels(value)
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise InvalidValue(f"{key}: {quoted(value)} is not a duration; write it like 10m")
    try:
        return parse_signed_duration(value) if do == "extend" else parse_duration(value)
    except InvalidValue as fault:
        raise InvalidValue(f"{key}: {fault}") from fault


def _decibels(value: object) -> float:
    text = str(value).strip().removesuffix("dB").strip()
    try:
        db = float(text)
    except ValueError as err:
        raise InvalidValue(f"by: {quoted(value)} is not a number of dB; write -1 or 2") from err
    if not -60 <= db <= 60:
        raise InvalidValue(f"by: {quoted(value)} is out of range; a level moves by -60 to 60 dB")
    return db
