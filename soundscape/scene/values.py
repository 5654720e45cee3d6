"""The kinds of value that stand in the files.

A type here is what the program has (seconds, dB, fractions), annotated with its written form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from soundscape import units
from soundscape.errors import InvalidValue
from soundscape.message_text import quoted
from soundscape.scene.fields import EnvelopeSpec, EnvelopeType, Measure, Text
from soundscape.units import At


@dataclass(frozen=True)
class Kelvin:
    """A colour temperature, for a light with a `range`."""

    kelvin: float


def _light_value(value: units.Written) -> float | Kelvin:
    if isinstance(value, str) and value.strip()[-1:] in {"K", "k"}:
        return Kelvin(kelvin=units.parse_kelvin(value))
    try:
        return units.parse_light(value)
    except InvalidValue as error:
        raise InvalidValue(f"{error}, or 2700K for a light with a range") from None


def _kelvin_range(value: units.Written) -> tuple[float, float]:
    low, middle, high = value.partition(" to ") if isinstance(value, str) else ("", "", "")
    if not middle:
        raise InvalidValue(f"{quoted(value)} is not a range: write it like 2200K to 4000K")
    span = units.parse_kelvin(low), units.parse_kelvin(high)
    if span[0] >= span[1]:
        raise InvalidValue(f"{quoted(value)} runs the wrong way: write the lower end first")
    return span


DURATION = Measure(units.parse_duration, "a duration", "90s", units.DURATION_TEXT)
LIGHT = Measure(
    _light_value,
    "a light level",
    "35%",
    rf"(?:{units.LIGHT_TEXT}|{units.KELVIN_TEXT})",
    number=False,
)
_LENGTH = replace(DURATION, low=0.001, limits="must be longer than nothing")
_FADE = replace(DURATION, high=1800.0, limits="no fade or move is longer than 30 minutes")
_AT = Measure(units.parse_at, "a position", "10m", units.AT_TEXT, kind="at")
_GAIN = Measure(
    units.parse_gain,
    "a gain",
    "-6 dB",
    units.GAIN_TEXT,
    high=12.0,
    limits="a gain is at most +12 dB, so that nothing startles",
)
_LOUDNESS = Measure(
    units.parse_loudness,
    "a loudness",
    "-24 LUFS",
    units.LOUDNESS_TEXT,
    low=-70.0,
    high=-10.0,
    limits="a loudness is between -70 and -10 LUFS, so that nothing startles",
)
_RANGE = Measure(
    _kelvin_range,
    "a range",
    "2200K to 4000K",
    rf"{units.KELVIN_TEXT} to {units.KELVIN_TEXT}",
    number=False,
)

Seconds = Annotated[float, DURATION]
Length = Annotated[float, _LENGTH]  # seconds, more than none
PlannedLength = Annotated[float, replace(_LENGTH, kind="planned")]  # of a phase
FadeTime = Annotated[float, _FADE]  # seconds
Position = Annotated[At, _AT]
Decibels = Annotated[float, _GAIN]
DuckDepth = Annotated[
    float,
    replace(
        _GAIN,
        example="-18 dB",
        low=-40.0,
        high=-3.0,
        limits="a duck takes 3 to 40 dB: write -18 dB",
    ),
]
Lufs = Annotated[float, _LOUDNESS]
Level = Annotated[EnvelopeSpec, EnvelopeType(_AT, _GAIN)]
Loudness = Annotated[EnvelopeSpec, EnvelopeType(_AT, _LOUDNESS)]
LightValue = Annotated[float | Kelvin, LIGHT]  # float: 0 to 1
KelvinRange = Annotated[tuple[float, float], _RANGE]
Name = Annotated[str, Text("a name", "Evening")]
LightName = Annotated[str, Text("a light or a group", "room", kind="light")]
LookName = Annotated[str, Text("a look of the room", "evening", kind="look")]
