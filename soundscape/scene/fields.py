"""The forms in which values are written: a measure, a whole number, a text, a word, an envelope."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soundscape import units
from soundscape.errors import InvalidValue
from soundscape.message_text import quoted
from soundscape.scene.binding import Binder, not_one_of
from soundscape.scene.schema import INVALID, ValueType
from soundscape.scene.yaml.core_schema import resolve
from soundscape.scene.yaml.nodes import KeyPath, ListNode, MapNode, Node, ScalarNode
from soundscape.units import At

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue


@dataclass(frozen=True)
class Measure(ValueType):
    """A value that a parser of `units` reads, within limits that `limits` puts in words."""

    parse: Callable[[units.Written], Any]
    what: str
    example: str
    text: str  # the pattern of the written text; empty: numbers only
    number: bool = True  # whether a bare number is read
    low: float = float("-inf")
    high: float = float("inf")
    limits: str = ""
    kind: str = ""  # what the value refers to, for the rules that look at it

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the parsed value, or INVALID."""
        if not isinstance(node, ScalarNode) or node.value is None:
            return binder.report(node.mark, path, f"needs {self.what}, such as {self.example}")
        try:
            value = self.parse(node.value)
        except InvalidValue as error:
            return binder.report(node.mark, path, str(error))
        if isinstance(value, float) and not self.low <= value <= self.high:
            return binder.report(node.mark, path, f"{quoted(node.text)}: {self.limits}")
        if self.kind:
            binder.refer(self.kind, path, value)
        return value

    def sample(self) -> str:
        """Return the example."""
        return self.example

    def describe(self) -> JsonSchemaValue:
        """Return the text's pattern, and the number where one may stand."""
        schema: JsonSchemaValue = {"type": "string", "pattern": f"^{self.text}$"}
        if self.number:
            number: JsonSchemaValue = {"type": "number"}
            if math.isfinite(self.low):
                number["minimum"] = self.low
            if math.isfinite(self.high):
                number["maximum"] = self.high
            schema = {"anyOf": [number, schema]} if self.text else number
        return {**schema, "description": f"{self.what}, such as {self.example}"}


@dataclass(frozen=True)
class Whole(ValueType):
    """A whole number within limits."""

    low: int
    high: int
    what: str
    why: str = ""

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the number, or INVALID."""
        value = node.value if isinstance(node, ScalarNode) else None
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and self.low <= value <= self.high
        ):
            return value
        text = node.text if isinstance(node, ScalarNode) else ""
        got = f"{quoted(text)} is not {self.what}: " if text else ""
        span = f"needs a whole number from {self.low} to {self.high}"
        return binder.report(node.mark, path, f"{got}{span}{self.why}")

    def sample(self) -> str:
        """Return the lowest."""
        return str(self.low)

    def describe(self) -> JsonSchemaValue:
        """Return an integer within the limits."""
        limits = {"minimum": self.low, "maximum": self.high}
        return {"type": "integer", **limits, "description": self.what}


@dataclass(frozen=True)
class Numbers(ValueType):
    """A list of whole numbers, from `low` to `high` of them."""

    each: Whole
    low: int
    high: int
    example: str

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the numbers, or INVALID."""
        if not isinstance(node, ListNode) or not self.low <= len(node.items) <= self.high:
            count = self.low if self.low == self.high else f"{self.low} to {self.high}"
            message = f"needs a list of {count} numbers, such as {self.example}"
            return binder.report(node.mark, path, message)
        numbers = [self.each.read(binder, n, (*path, i)) for i, n in enumerate(node.items)]
        return INVALID if any(n is INVALID for n in numbers) else tuple(numbers)

    def sample(self) -> str:
        """Return the example."""
        return self.example

    def describe(self) -> JsonSchemaValue:
        """Return the list."""
        count = {"minItems": self.low, "maxItems": self.high}
        return {"type": "array", "items": self.each.describe(), **count}


@dataclass(frozen=True)
class Text(ValueType):
    """A text, not empty. A number is taken as it is written: `number: 2.10` is "2.10"."""

    what: str
    example: str
    kind: str = ""
    longest: int = 2000

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the text, or INVALID."""
        if not isinstance(node, ScalarNode) or node.value is None or not node.text.strip():
            return binder.report(node.mark, path, f"needs {self.what}, such as {self.example}")
        if len(node.text) > self.longest:
            return binder.report(node.mark, path, f"is longer than {self.longest} characters")
        if self.kind:
            binder.refer(self.kind, path, node.text)
        return node.text

    def sample(self) -> str:
        """Return the example."""
        return self.example

    def describe(self) -> JsonSchemaValue:
        """Return a text; a number stands for its digits."""
        text = {"type": ["string", "number"], "pattern": "\\S", "maxLength": self.longest}
        return {**text, "description": f"{self.what}, such as {self.example}"}


@dataclass(frozen=True)
class Word(ValueType):
    """One of a set of words too large for a Literal; case, `_` and blanks do not matter."""

    words: tuple[str, ...]
    what: str

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the word, or INVALID."""
        if not isinstance(node, ScalarNode) or node.value is None:
            return binder.report(node.mark, path, f"needs {self.what}, such as {self.words[0]}")
        word = node.text.strip().lower().replace("_", "-").replace(" ", "-")
        if word not in self.words:
            return binder.report(node.mark, path, not_one_of(node.text, self.words))
        return word

    def sample(self) -> str:
        """Return the first word."""
        return self.words[0]

    def describe(self) -> JsonSchemaValue:
        """Return the words."""
        return {"enum": list(self.words), "description": self.what}


@dataclass(frozen=True)
class EnvelopeSpec:
    """One value (a single point), `A to B`, or points: value over a phase. dB, or LUFS."""

    points: tuple[tuple[At, float], ...]
    phase: bool = False
    """Over the phase that a track plays in, where it would be over the track."""


@dataclass(frozen=True)
class EnvelopeType(ValueType):
    """One value, `A to B`, or `{0%: A, 5m: B, 100%: C}`."""

    position: Measure
    value: Measure
    kind: str = "envelope"  # what a rule knows it by that sees to the order of the points

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the envelope, or INVALID."""
        if isinstance(node, MapNode):
            return self._points(binder, node, path)
        if isinstance(node, ScalarNode) and isinstance(node.value, str) and " to " in node.value:
            first, _, last = node.value.partition(" to ")
            values = [
                self.value.read(binder, ScalarNode(node.mark, text.strip(), text), path)
                for text in (first, last)
            ]
            return _envelope(list(zip((At(), At(fraction=1.0)), values, strict=True)))
        return _envelope([(At(), self.value.read(binder, node, path))])

    def _points(self, binder: Binder, node: MapNode, path: KeyPath) -> Any:
        if not node.items:
            return binder.report(node.mark, path, f"has no points: write {{0%: {self.sample()}}}")
        points = []
        for key, item in node.items.items():
            name = ScalarNode(node.keys[key], key, resolve(key))
            at = self.position.read(binder, name, (*path, key))
            points.append((at, self.value.read(binder, item, (*path, key))))
        positions = tuple(zip(node.items, (at for at, _ in points), strict=True))
        binder.refer(self.kind, path, positions)
        return _envelope(points)

    def sample(self) -> str:
        """Return one value."""
        return self.value.example

    def describe(self) -> JsonSchemaValue:
        """Return the three forms."""
        one = self.value.describe()
        way = {"type": "string", "pattern": f"^{self.value.text} to {self.value.text}$"}
        points = {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": f"^{self.position.text}$"},
            "additionalProperties": one,
        }
        description = f"{self.sample()}, A to B, or {{0%: A, 5m: B, 100%: C}}"
        return {"anyOf": [one, way, points], "description": description}


def _envelope(points: list[tuple[Any, Any]]) -> Any:
    if any(part is INVALID for point in points for part in point):
        return INVALID
    return EnvelopeSpec(points=tuple(points))
