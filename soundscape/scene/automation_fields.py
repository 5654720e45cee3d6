"""Parameters of generators that may change over their track: how that is written.

What else a generator takes is known where the generators are (`synth`); a file is read without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from soundscape import message_text, units
from soundscape.errors import InvalidValue
from soundscape.scene.binding import Binder
from soundscape.scene.fields import EnvelopeType, Measure
from soundscape.scene.schema import INVALID, FieldProblem, Reference
from soundscape.scene.yaml.nodes import KeyPath, MapNode, Node, ScalarNode
from soundscape.units import At, format_duration

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

AUTOMATABLE = ("brightness", "intensity", "density")
"""The parameters that may change over a track, in every generator that has them."""

PHASE = "phase"
"""The amount that follows the loudness of the phase that the track plays in."""

_OVER_PHASE = " over phase"

_KIND = "automation"
_AMOUNT_TEXT = r"[0-9]*\.?[0-9]+"


def _amount(value: units.Written) -> float:
    try:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return float(value)
    except ValueError:
        pass
    raise InvalidValue(f"{message_text.quoted(value)} is not a number from 0 to 1")


_AMOUNT = Measure(
    _amount, "an amount", "0.4", _AMOUNT_TEXT, low=0.0, high=1.0, limits="is outside 0 to 1"
)


@dataclass(frozen=True)
class _AutomationType(EnvelopeType):
    """An envelope over a track; `A to B over phase` is over the phase."""

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the envelope, or INVALID."""
        if isinstance(node, ScalarNode) and node.text.endswith(_OVER_PHASE):
            text = node.text.removesuffix(_OVER_PHASE)
            found = super().read(binder, ScalarNode(node.mark, text, text), path)
            return found if found is INVALID else replace(found, phase=True)
        return super().read(binder, node, path)

    def describe(self) -> JsonSchemaValue:
        """Return the three forms."""
        schema = super().describe()
        way = schema["anyOf"][1]
        way["pattern"] = f"{way['pattern'].removesuffix('$')}({_OVER_PHASE})?$"
        return {**schema, "description": f"{schema['description']}, or A to B over phase"}


AUTOMATION = _AutomationType(
    Measure(units.parse_at, "a position", "5m", units.AT_TEXT), _AMOUNT, _KIND
)
"""One amount, `A to B`, or points over the track's duration; `A to B over phase`."""


def is_automation(name: str, node: Node) -> bool:
    """Whether a parameter is written as something that changes."""
    if name not in AUTOMATABLE:
        return False
    return isinstance(node, MapNode) or (isinstance(node, ScalarNode) and " to " in node.text)


def misplaced(references: list[Reference], path: KeyPath, track: Node) -> Iterator[FieldProblem]:
    """What is wrong with where the points of the automations in a track at a path lie."""
    length = _duration(track)
    if length is None:
        return
    for reference in references:
        if reference.kind != _KIND or reference.path[: len(path)] != path:
            continue
        below = reference.path[len(path) :]
        places = [(key, _seconds(at, length)) for key, at in reference.value if isinstance(at, At)]
        for key, place in places:
            if not 0.0 <= place <= length:
                lasts = f"the track lasts {format_duration(length)}"
                yield FieldProblem((*below, key), f"is outside the track: {lasts}")
        for (_, first), (key, second) in pairwise(places):
            if second <= first:
                yield FieldProblem((*below, key), "must come after the point before it")


def _duration(track: Node) -> float | None:
    """A track's duration (s), whatever else may be wrong with it; None where that is."""
    duration = track.items.get("duration") if isinstance(track, MapNode) else None
    try:
        return units.parse_duration(duration.value) if isinstance(duration, ScalarNode) else None
    except InvalidValue:
        return None


def _seconds(at: At, length: float) -> float:
    """A position over the track's duration."""
    return length - at.seconds if at.from_end else at.fraction * length + at.seconds
