"""The arguments of commands: how each kind is written, its unit and its range."""

from __future__ import annotations

from dataclasses import dataclass

from soundscape.units import DECIBEL_TEXT, DURATION_TEXT, SIGNED_DURATION_TEXT

LONGEST_TEXT = 2000
"""Characters of a note, or of a phase's name."""


@dataclass(frozen=True, slots=True)
class ArgumentType:
    """How an argument is written: a text that a pattern matches whole, a number, a boolean.

    A value below zero is written only where it is `signed`; one beyond `high` makes no sense.
    """

    name: str
    what: str
    text: str = ""
    number: bool = False
    boolean: bool = False
    unit: str = ""
    signed: bool = False
    high: float | None = None


DAY = 86400.0
DURATION = ArgumentType(
    "TIME", "Seconds, or 90s, 10m, 1m30s.", DURATION_TEXT, number=True, unit="s", high=DAY
)
SIGNED_DURATION = ArgumentType(
    "TIME",
    "Seconds, or 10m, -5m.",
    SIGNED_DURATION_TEXT,
    number=True,
    unit="s",
    signed=True,
    high=DAY,
)
DECIBELS = ArgumentType(
    "DB",
    "dB: -1, or -1 dB.",
    DECIBEL_TEXT,
    number=True,
    unit="dB",
    signed=True,
    high=60.0,
)
TEXT = ArgumentType("TEXT", f"A text, at most {LONGEST_TEXT} characters.", r"[\s\S]*\S[\s\S]*")
SWITCH = ArgumentType("SWITCH", "Set it, instead of toggling.", boolean=True)
FLAG = ArgumentType("FLAG", "Yes, or left out.", boolean=True)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command."""

    name: str
    type: ArgumentType
    help: str = ""
    required: bool = False
    example: str = ""
    """As it is written in a room's file."""
