"""The parameters of generators: what there is, in which range, and what is wrong with a set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from soundscape.errors import InvalidValue
from soundscape.message_text import did_you_mean
from soundscape.scene.automation_fields import AUTOMATABLE, PHASE
from soundscape.scene.fields import EnvelopeSpec
from soundscape.synth.machinery import pitch
from soundscape.synth.machinery.automation import ParameterAutomation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Problems = tuple[tuple[str, str], ...]
"""What is wrong: (key, message) each, the message without the key."""


class ParameterProblems(InvalidValue):
    """Parameters that a generator cannot take: all of them at once, in `problems`."""

    def __init__(self, generator: str, problems: Problems) -> None:
        self.problems = problems
        super().__init__(f"{generator}: " + "; ".join(f"{key}: {text}" for key, text in problems))


@dataclass(frozen=True, slots=True)
class Number:
    """A parameter that is a number in a range."""

    name: str
    default: float
    low: float
    high: float
    doc: str
    unit: str = ""
    whole: bool = False

    @property
    def range(self) -> str:
        """The range, for the docs and for messages."""
        return f"{self.low:g} to {self.high:g}"

    def read(self, value: object) -> float:
        """Return the number; raise InvalidValue where it is none or out of range."""
        kind = "a whole number" if self.whole else "a number"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidValue(f"{value!r} is not {kind} ({self.range})")
        if self.whole and value % 1 != 0:  # nan and infinities too
            raise InvalidValue(f"{value!r} is not {kind} ({self.range})")
        if not self.low <= value <= self.high:
            raise InvalidValue(f"{value!r} is outside {self.range}")
        return int(value) if self.whole else float(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter that is one of some words."""

    name: str
    default: str
    choices: tuple[str, ...]
    doc: str
    unit: str = ""

    @property
    def range(self) -> str:
        """The words, for the docs and for messages."""
        return ", ".join(self.choices)

    def read(self, value: object) -> str:
        """Return the word; raise InvalidValue where it is not one of them."""
        if isinstance(value, str) and value in self.choices:
            return value
        hint = did_you_mean(str(value), self.choices)
        raise InvalidValue(f"{value!r} is not one of {self.range}{hint}")


@dataclass(frozen=True, slots=True)
class Root:
    """A parameter that is a pitch: a note name, or Hz. It depends on the parameter `a4`."""

    name: str
    default: str
    doc: str
    unit: str = "note or Hz"

    @property
    def range(self) -> str:
        """The range, for the docs and for messages."""
        return f"C1 to C5, or {pitch.LOWEST:g} to {pitch.HIGHEST:g}"

    def read(self, value: object, a4: float) -> float:
        """Return the frequency in Hz; raise InvalidValue where there is none or out of range."""
        usable = isinstance(value, str | int | float) and not isinstance(value, bool)
        frequency = pitch.parse_root(str(value), a4) if usable else None
        if frequency is None:
            raise InvalidValue(
                f"{value!r} is not a note such as D2, F#2, Bb1, nor Hz ({self.range})"
            )
        if not pitch.LOWEST <= frequency <= pitch.HIGHEST:
            raise InvalidValue(f"{value!r} is outside {self.range}")
        return frequency


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A parameter that is a sound file of the clinic's; "" is none.

    Where the sound is made it is the sound itself: an array, float32, shape (frames, 2).
    """

    name: str
    doc: str
    default: str = ""
    unit: str = ""

    @property
    def range(self) -> str:
        """What it takes, for the docs and for messages."""
        return "a sound file"

    def read(self, value: object) -> Any:
        """Return the path or the sound; raise InvalidValue where it is neither."""
        if isinstance(value, str | np.ndarray):
            return value
        raise InvalidValue(f"{value!r} is not a sound file, such as music/singing.flac")


@dataclass(frozen=True, slots=True)
class AutomatableNumber(Number):
    """A number that may change over the track, or follow the phase: an envelope, or a word."""

    def read(self, value: object) -> Any:
        """Return the number, envelope, automation or word; raise InvalidValue otherwise."""
        if isinstance(value, EnvelopeSpec):
            for _, point in value.points:
                Number.read(self, point)
            return value
        if isinstance(value, ParameterAutomation) or value == PHASE:
            return value
        return Number.read(self, value)


Parameter = Number | Choice | Root | RecordingFile

SPACE = Number("space", 0.0, 0.0, 1.0, "The room around it: none, a chamber, a hall, a cathedral.")

SEED = Number(
    "seed", 0, 0, 2**63 - 1, "Another piece of the same kind; default: from the scene.", whole=True
)


def amount(name: str, default: float, doc: str) -> Number:
    """Return a parameter from 0 to 1; those of `AUTOMATABLE` take envelopes."""
    if name in AUTOMATABLE:
        return AutomatableNumber(name, default, 0.0, 1.0, doc)
    return Number(name, default, 0.0, 1.0, doc)


def tonal(root: str, root_doc: str, mode: str, mode_doc: str) -> tuple[Parameter, ...]:
    """Return the parameters of a sound on chords over a root, with these defaults."""
    return (
        Root("root", root, root_doc),
        Choice("mode", mode, tuple(pitch.MODES), mode_doc),
        Choice("tuning", "just", ("just", "equal"), "Pure intervals, or those of a piano."),
        Number(
            "a4", pitch.CONCERT_A, 432.0, 443.0, "What A4 is, for a root given as a note.", "Hz"
        ),
    )


def complete(
    generator: str, parameters: Iterable[Parameter], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return every parameter with its type: those given, and the defaults.

    `root` comes as Hz. `seed` is in the result only where it was given. Completing the result
    again changes nothing. Raises ParameterProblems.
    """
    known: dict[str, Parameter] = {p.name: p for p in (*parameters, SEED)}
    values: dict[str, Any] = {p.name: p.default for p in known.values() if p is not SEED}
    values |= given
    problems: list[tuple[str, str]] = []
    result: dict[str, Any] = {}
    for name in sorted(values, key=lambda name: name == "root"):  # a root needs a4 first
        parameter = known.get(name)
        if parameter is None:
            reason = _lacking(name, known)
            problems.append((name, f"no such parameter of {generator}{reason}"))
            continue
        try:
            if isinstance(parameter, Root):
                result[name] = parameter.read(values[name], result.get("a4", pitch.CONCERT_A))
            else:
                result[name] = parameter.read(values[name])
        except InvalidValue as fault:
            problems.append((name, str(fault)))
    if problems:
        raise ParameterProblems(generator, tuple(problems))
    return result


def _lacking(name: str, known: Mapping[str, Parameter]) -> str:
    """Return why a generator has not what others have, or a suggestion for a near miss."""
    if name in ("root", "mode", "tuning", "a4"):
        return ": it is one tone, no chords" if "root" in known else ": it has no pitch to be tuned"
    if name == "density":
        return ": it is even, with no single sounds"
    return did_you_mean(name, known)
