"""What goes over MIDI, as an integrator writes it: ports, lights, cues, timecode, controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from soundscape import units
from soundscape.errors import InvalidValue
from soundscape.midi import msc_codes
from soundscape.scene.binding import Binder
from soundscape.scene.fields import Measure, Numbers, Text, Whole, Word
from soundscape.scene.schema import INVALID, FieldProblem, FieldType, Keys, Model, ValueType
from soundscape.scene.values import DURATION, Kelvin, KelvinRange, LightValue, Seconds
from soundscape.scene.yaml.nodes import KeyPath, ListNode, MapNode, Node, ScalarNode

Channel = Annotated[int, Whole(1, 16, "a MIDI channel")]
_CONTROLLER = Whole(
    0, 119, "a controller number", "; 120 to 127 silence or reset a whole desk, so they are refused"
)
Controller = Annotated[int, _CONTROLLER]
NoteNumber = Annotated[int, Whole(0, 127, "a note number")]
_Velocity = Annotated[int, Whole(1, 127, "a velocity", "; 0 would end the note")]
_Seven = Annotated[int, Whole(0, 127, "a controller's value")]
Program = Annotated[int, Whole(1, 128, "a program, counted as on the desk")]
_Bank = Annotated[int, Whole(0, 16383, "a bank")]
_Device = Annotated[int, Whole(0, 127, "a show control device")]
_Fourteen = Annotated[int, Whole(0, 16383, "a show control number")]
_SysexByte = Whole(0, 127, "a SysEx data byte", "; leave out F0 and F7, they are added")
_Nth = Annotated[int, Whole(1, 16, "a port's number among those of its name")]
_PortName = Annotated[str, Text("a part of the port's name", "QLC+")]
_MscCommand = Annotated[str, Word(tuple(msc_codes.COMMANDS), "a show control command")]
_MscFormat = Annotated[str, Word(tuple(msc_codes.FORMATS), "a show control format")]
_Output = Annotated[str, Text("a port under 'midi'", "desk", kind="output")]


@dataclass(frozen=True)
class _ControllerType(ValueType):
    """A controller, or the pair of one of 14 bits."""

    one: Whole
    pair: Numbers

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the number or the pair, or INVALID."""
        if isinstance(node, ScalarNode):
            return self.one.read(binder, node, path)
        pair = self.pair.read(binder, node, path)
        if pair is INVALID or (pair[0] < 32 and pair[1] == pair[0] + 32):
            return pair
        message = "a 14-bit pair is [n, n+32] with n from 0 to 31, such as [21, 53]"
        return binder.report(node.mark, path, message)

    def sample(self) -> str:
        """Return a controller."""
        return "20"

    def describe(self) -> JsonSchemaValue:
        """Return both forms."""
        return {"anyOf": [self.one.describe(), self.pair.describe()]}


_ControllerOrPair = Annotated[
    int | tuple[int, int],
    _ControllerType(_CONTROLLER, Numbers(_CONTROLLER, 2, 2, "[21, 53]")),
]


_PERCENT = Measure(units.parse_percent, "a percentage", "35%", units.PERCENT_TEXT, number=False)
_Percent = Annotated[float, _PERCENT]


def _number(value: units.Written) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValue(f"{units.quoted(value)} is not a number")
    return float(value)


_Weight = Annotated[
    float,
    Measure(
        _number, "a weight", "2", "", low=0.0, high=1000.0, limits="a weight is between 0 and 1000"
    ),
]


@dataclass(frozen=True)
class _CurveType(ValueType):
    """`perceptual`, `linear`, or a measured curve: the light at each part of full that is sent."""

    words: tuple[str, ...] = ("perceptual", "linear")
    fewest: int = 2
    most: int = 64

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the word or the points, or INVALID."""
        if isinstance(node, ScalarNode) and node.value in self.words:
            return node.value
        if not isinstance(node, MapNode):
            message = f"needs perceptual, linear, or points such as {self.sample()}"
            return binder.report(node.mark, path, message)
        if not self.fewest <= len(node.items) <= self.most:
            message = f"needs {self.fewest} to {self.most} points, such as {self.sample()}"
            return binder.report(node.mark, path, message)
        return self._points(binder, node, path)

    def _points(self, binder: Binder, node: MapNode, path: KeyPath) -> Any:
        points = []
        for key, item in node.items.items():
            sent = _PERCENT.read(binder, ScalarNode(node.keys[key], key, key), (*path, key))
            points.append((sent, _PERCENT.read(binder, item, (*path, key))))
        if any(part is INVALID for point in points for part in point):
            return INVALID
        for key, (before, after) in zip(list(node.items)[1:], pairwise(points), strict=True):
            if after[0] <= before[0] or after[1] < before[1]:
                message = "must come after the point before it, and give no less light"
                return binder.report(node.keys[key], (*path, key), message)
        if (points[0][0], *points[-1]) != (0.0, 1.0, 1.0):
            message = "must run from 0% sent to 100% sent, where the light is 100%"
            return binder.report(node.mark, path, message)
        return tuple(points)

    def sample(self) -> str:
        """Return a measured curve."""
        return "{0%: 0%, 20%: 5%, 60%: 40%, 100%: 100%}"

    def describe(self) -> JsonSchemaValue:
        """Return the words and the points."""
        points = {
            "type": "object",
            "minProperties": self.fewest,
            "maxProperties": self.most,
            "propertyNames": {"pattern": f"^{units.PERCENT_TEXT}$"},
            "additionalProperties": _PERCENT.describe(),
        }
        return {"anyOf": [{"enum": list(self.words)}, points]}


_Curve = Annotated[Literal["perceptual", "linear"] | tuple[tuple[float, float], ...], _CurveType()]


def _timecode_rate(value: units.Written) -> float:
    rates = (24.0, 25.0, 29.97, 30.0)
    if isinstance(value, bool) or value not in rates:
        raise InvalidValue(f"{units.quoted(value)} is not a timecode rate: 24, 25, 29.97 or 30")
    return float(value)


class PortSpec(Model):
    """A MIDI port by a part of its name."""

    exactly_one = ("output", "input")

    output: _PortName | None = None
    """The name, or part of it, of a port to send to; `soundscape midi ports` lists them."""
    input: _PortName | None = None
    """The name, or part of it, of a port to receive from."""
    nth: _Nth | None = None
    """Which of several ports of that name, from 1, in the order of `soundscape midi ports`."""
    virtual: bool = False
    """Make the port for other programs to connect to (not on Windows)."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """A port of our own, counted among others."""
        if keys["virtual"] and keys["nth"] is not None:
            yield FieldProblem(("nth",), "goes with a port that is there, not with 'virtual: true'")


class MscTarget(Model):
    """MIDI Show Control addressing. `control` for lights (SET), `command` for cues."""

    device: _Device = 127
    """The desk's device number; 127 is every device."""
    format: _MscFormat = "lighting"
    """What kind of device (lighting)."""
    command: _MscCommand | None = None
    """What the desk shall do, for a cue."""
    control: _Fourteen | None = None
    """The desk's control number, for a light, or a cue with `command: set`."""
    scale: Literal["percent", "14-bit"] = "percent"
    """For a light: full is 100 (`percent`) or 16383 (`14-bit`), as the desk reads it."""
    value: _Fourteen | None = None
    """The value of `command: set`."""
    macro: _Seven | None = None
    """The macro of `command: fire`."""
    time: Seconds | None = None
    """The fade time of `command: timed-go`."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """What a command needs, and what goes with another."""
        if keys["command"] is None and "command" in keys.written:  # faulty, and said so
            return
        needs = _COMMAND_KEYS.get(keys["command"], ())
        for key in needs:
            if key not in keys.written:
                yield FieldProblem((), f"command: {keys['command']} needs '{key}'")
        for key in ("value", "macro", "time"):
            if key in keys.written and key not in needs:
                command = next(c for c, keys in _COMMAND_KEYS.items() if key in keys)
                yield FieldProblem((key,), f"goes with command: {command}")


_COMMAND_KEYS = {
    "set": ("control", "value"),
    "fire": ("macro",),
    "timed-go": ("time",),
    "set-clock": ("time",),
}


class LightSpec(Model):
    """A light: exactly one of cc, note, msc says how it is sent."""

    exactly_one = ("cc", "note", "msc")
    fits: ClassVar[Mapping[str, tuple[str, ...]]] = {"channel": ("cc", "note")}

    port: _Output
    """A port under `midi`."""
    channel: Channel = 1
    """1 to 16, as on the front of the desk."""
    cc: _ControllerOrPair | None = None
    """A controller (7 bits), or [MSB, LSB] (14 bits)."""
    note: NoteNumber | None = None
    """A note whose velocity is the level."""
    msc: MscTarget | None = None
    """A control of a show control desk."""
    kind: Literal["dimmer", "switch"] = "dimmer"
    """`switch` goes on or off only."""
    range: KelvinRange | None = None
    """The colour temperatures at 0 and at full; values are then in kelvin."""
    from_: Annotated[LightValue | None, Field(alias="from")] = None
    """The level that it has before the first message."""
    min: _Percent = 0.0
    """What is sent at 0 %: the most at which the lamp gives no light."""
    max: _Percent = 1.0
    """What is sent at 100 %."""
    curve: _Curve = "perceptual"
    """`linear` where the fixture evens out fades itself; or the light measured at what is sent."""
    weight: _Weight | None = None
    """Its part in the room's light, beside the others'; default 1, for a colour 0."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """What one way of sending needs or cannot have."""
        if keys["msc"] is not None:
            if keys["msc"].control is None:
                yield FieldProblem(
                    ("msc",), "the key 'control' is missing: the desk's control number"
                )
            if keys["msc"].command is not None:
                yield FieldProblem(("msc", "command"), "goes with a cue; a light is always SET")
        if keys["kind"] == "switch":
            if isinstance(keys["cc"], tuple):
                yield FieldProblem(("cc",), "a switch needs one controller, not a 14-bit pair")
            if "range" in keys.written:
                yield FieldProblem(("range",), "a switch has no colour range")
        yield from cls._dimming_problems(keys)
        if message := kelvin_problem(keys["from_"], keys["range"], "range" in keys.written):
            yield FieldProblem(("from",), message)

    @classmethod
    def _dimming_problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """Ends of a dimmer that are the wrong way round, or that something else has not."""
        low, high = keys["min"] or 0.0, 1.0 if keys["max"] is None else keys["max"]
        if low >= high:
            yield FieldProblem(
                ("min",) if "min" in keys.written else ("max",), "'min' is not below 'max'"
            )
        if keys["kind"] != "switch" and "range" not in keys.written:
            return
        what = "a switch" if keys["kind"] == "switch" else "a colour"
        for key in ("min", "max"):
            if key in keys.written:
                yield FieldProblem((key,), f"goes with a dimmer: {what} has none")
        if isinstance(keys["curve"], tuple):
            yield FieldProblem(("curve",), f"points go with a dimmer: {what} has none")


def kelvin_problem(value: Any, span: tuple[float, float] | None, has_range: bool) -> str:
    """Say what is wrong with a colour temperature for a light, or nothing."""
    if not isinstance(value, Kelvin):
        return ""
    if not has_range:
        return "this light has no colour range: write a level such as 35%"
    if span and not span[0] <= value.kelvin <= span[1]:
        low, high = map(units.format_kelvin, span)
        return f"is outside the light's range, {low} to {high}"
    return ""


class CueMessage(Model):
    """One message of a cue: exactly one of note, cc, program, msc, sysex."""

    exactly_one = ("note", "cc", "program", "msc", "sysex")
    fits: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "velocity": ("note",),
        "length": ("note",),
        "value": ("cc",),
        "bank": ("program",),
        "channel": ("note", "cc", "program"),
    }

    port: _Output
    """A port under `midi`."""
    channel: Channel = 1
    """1 to 16, as on the front of the desk."""
    after: Seconds = 0.0
    """A pause before it, in a cue of several messages."""
    note: NoteNumber | None = None
    """A note, with its end after `length`."""
    velocity: _Velocity = 100
    """The note's velocity (100)."""
    length: Annotated[
        float, replace(DURATION, low=0.001, high=3600.0, limits="a note lasts from 1ms to 1h")
    ] = 0.2
    """How long the note lasts (200ms)."""
    cc: Controller | None = None
    """A controller, set to `value`."""
    value: _Seven | None = None
    """The controller's value."""
    program: Program | None = None
    """A program, 1 to 128 as on the front of the desk."""
    bank: _Bank | None = None
    """The program's bank, counted from 0."""
    msc: MscTarget | None = None
    """A show control command."""
    sysex: Annotated[tuple[int, ...], Numbers(_SysexByte, 1, 1024, "[0x7D, 0x01]")] | None = None
    """A system exclusive message, without F0 and F7."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """What a controller and a show control message need."""
        if "cc" in keys.written and "value" not in keys.written:
            yield FieldProblem((), "the key 'value' is missing, such as 'value: 127'")
        if keys["msc"] is not None and keys["msc"].command is None:
            yield FieldProblem(("msc",), "the key 'command' is missing, such as 'command: go'")
        if keys["msc"] is not None and keys["msc"].scale != "percent":
            yield FieldProblem(("msc", "scale"), "goes with a light; a cue's 'value' goes as it is")


@dataclass(frozen=True)
class CueType(FieldType):
    """One message, or a list of them."""

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the messages, or INVALID."""
        if isinstance(node, ListNode):
            if not node.items:
                return binder.report(node.mark, path, "has no messages: list at least one")
            return binder.read(tuple[CueMessage, ...], node, path)
        message = binder.read(CueMessage, node, path)
        return INVALID if message is INVALID else (message,)

    def sample(self) -> str:
        """Return one message."""
        return "{port: desk, note: 60}"

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(core_schema)
        return {"anyOf": [several["items"], {**several, "minItems": 1}]}


class TimecodeSpec(Model):
    """MIDI timecode of the session."""

    port: _Output
    """A port under `midi`."""
    rate: Annotated[float, Measure(_timecode_rate, "a timecode rate", "25", "")] = 25.0
    """Frames a second: 24, 25, 29.97 (drop frame) or 30."""
