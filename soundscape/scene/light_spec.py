"""A light as an integrator writes it: how it is sent, its range, its curve and its weight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from soundscape import message_text, units
from soundscape.errors import InvalidValue
from soundscape.scene.binding import Binder
from soundscape.scene.dmx_spec import DmxAddress, address_problem
from soundscape.scene.fields import Measure, Numbers, Whole
from soundscape.scene.lamp_spec import LampSpec
from soundscape.scene.schema import INVALID, FieldProblem, Keys, Model, ValueType
from soundscape.scene.values import Kelvin, KelvinRange, LightValue
from soundscape.scene.wiring import CONTROLLER, Channel, MscTarget, NoteNumber, OutputName
from soundscape.scene.yaml.nodes import KeyPath, MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue


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
    _ControllerType(CONTROLLER, Numbers(CONTROLLER, 2, 2, "[21, 53]")),
]


_PERCENT = Measure(units.parse_percent, "a percentage", "35%", units.PERCENT_TEXT, number=False)
_Percent = Annotated[float, _PERCENT]


def _number(value: units.Written) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValue(f"{message_text.quoted(value)} is not a number")
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


_AT_A_PORT = ("cc", "note", "msc", "address")


@dataclass(frozen=True, kw_only=True)
class LightSpec(Model):
    """A light: exactly one of cc, note, msc, address, mqtt says how it is sent."""

    exactly_one = ("cc", "note", "msc", "address", "mqtt")
    fits: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "port": _AT_A_PORT,
        "channel": ("cc", "note"),
    }

    port: OutputName = ""
    """A port under `midi`; all lights but those with `mqtt` have one."""
    channel: Channel = 1
    """1 to 16, as on the front of the desk."""
    cc: _ControllerOrPair | None = None
    """A controller (7 bits), or [MSB, LSB] (14 bits)."""
    note: NoteNumber | None = None
    """A note whose velocity is the level."""
    msc: MscTarget | None = None
    """A control of a show control desk."""
    address: DmxAddress | None = None
    """Of a DMX port: an address, [coarse, fine] (16 bits), or addresses with their ranges."""
    mqtt: LampSpec | None = None
    """A lamp over MQTT, in place of a port."""
    kind: Literal["dimmer", "switch"] = "dimmer"
    """`switch` goes on or off only."""
    range: KelvinRange | None = None
    """The colour temperatures at 0 and at full; values are then in kelvin."""
    from_: LightValue | None = field(default=None, metadata={"alias": "from"})
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
        if not {"port", "mqtt"} & set(keys.written):
            yield FieldProblem((), "the key 'port' is missing, such as 'port: desk'")
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
        is_switch, is_colour = keys["kind"] == "switch", "range" in keys.written
        message = address_problem(keys["address"], is_switch=is_switch, is_colour=is_colour)
        if message:
            yield FieldProblem(("address",), message)
        yield from cls._dimming_problems(keys)
        if message := kelvin_problem(keys["from_"], keys["range"], "range" in keys.written):
            yield FieldProblem(("from",), message)

    @classmethod
    def describe(cls, schema: JsonSchemaValue) -> None:
        """A light without `mqtt` needs its port."""
        super().describe(schema)
        schema["dependentRequired"] = {key: ["port"] for key in _AT_A_PORT}

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
