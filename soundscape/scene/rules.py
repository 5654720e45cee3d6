"""What must hold across a whole file: positions within their phase, names that the room defines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from soundscape.errors import Severity
from soundscape.scene.addresses import same_address
from soundscape.scene.binding import Binder, no_such
from soundscape.scene.control_specs import SHOWN, Control
from soundscape.scene.cue_rules import cue_faults, pair_faults
from soundscape.scene.room import CareSpec
from soundscape.scene.schema import FieldProblem, Reference
from soundscape.scene.wiring import LightSpec, PortSpec, kelvin_fault
from soundscape.scene.yaml.nodes import MapNode, Node
from soundscape.units import At, format_duration, quoted


def scene_faults(reader: Binder, root: Node) -> Iterator[FieldProblem]:  # noqa: ARG001
    """Positions outside their phase, envelope points that do not rise."""
    planned = {ref.path[:2]: ref.value for ref in reader.references if ref.kind == "planned"}
    for ref in reader.references:
        length = planned.get(ref.path[:2])
        if ref.kind == "at" and length is not None:
            yield from _outside(ref, length)
        elif ref.kind == "envelope":
            yield from _not_rising(ref, length)


def _outside(ref: Reference, length: float) -> Iterator[FieldProblem]:
    at: At = ref.value
    if at.seconds > length:
        end = "before the phase's start" if at.from_end else "after the phase's planned end"
        yield FieldProblem(ref.path, f"is {end}: the phase lasts {format_duration(length)}")


def _not_rising(ref: Reference, length: float | None) -> Iterator[FieldProblem]:
    for (_, first), (key, second) in pairwise(ref.value):
        if not isinstance(first, At) or not isinstance(second, At):
            continue
        start, end = _seconds(first, length), _seconds(second, length)
        if start is not None and end is not None and end <= start:
            message = "must come after the point before it, or the level would jump"
            yield FieldProblem((*ref.path, key), message)


def _seconds(at: At, length: float | None) -> float | None:
    """A position over the planned duration; None where that is not known and matters."""
    if at.from_end:
        return None if length is None else length - at.seconds
    if at.fraction:
        return None if length is None else at.fraction * length
    return at.seconds


def room_faults(reader: Binder, root: Node) -> Iterator[FieldProblem]:
    """Names that the room does not define, ports the wrong way round, two hands on one light."""
    ports, lights = _names(root, "midi"), _names(root, "lights")
    for ref in reader.references:
        if ref.kind in {"output", "input"}:
            yield from _port(ref, ports, reader)
        elif ref.kind == "light" and ref.value not in lights:
            yield FieldProblem(ref.path, no_such(ref.value, "light", lights))
    yield from _care(reader)
    yield from same_address(reader)
    yield from cue_faults(reader)
    yield from pair_faults(reader)
    yield from _feedback(reader)
    audio = root.items.get("audio") if isinstance(root, MapNode) else None
    if isinstance(audio, MapNode) and "limit" in audio.items and "calibration" not in audio.items:
        message = "has no effect before 'soundscape audio calibrate' has measured the room"
        yield FieldProblem(("audio", "limit"), message, "warning")


def _names(root: Node, key: str) -> tuple[str, ...]:
    """The names under a key, whether or not what they name is sound."""
    node = root.items.get(key) if isinstance(root, MapNode) else None
    return tuple(node.items) if isinstance(node, MapNode) else ()


def _port(ref: Reference, ports: tuple[str, ...], reader: Binder) -> Iterator[FieldProblem]:
    if ref.value not in ports:
        # A session runs without a pedal; a light or cue that goes nowhere is an error.
        severity: Severity = "warning" if ref.kind == "input" else "error"
        yield FieldProblem(
            ref.path, f"{quoted(ref.value)}: {no_such(ref.value, 'port', ports)}", severity
        )
        return
    port = reader.made.get(("midi", ref.value))
    if isinstance(port, PortSpec) and getattr(port, ref.kind) is None:
        other = "input" if ref.kind == "output" else "output"
        yield FieldProblem(ref.path, f"{quoted(ref.value)} is an {other}; this needs an {ref.kind}")


def _care(reader: Binder) -> Iterator[FieldProblem]:
    care = reader.made.get(("care",))
    for name, value in care.set.items() if isinstance(care, CareSpec) else ():
        light = reader.made.get(("lights", name))
        if isinstance(light, LightSpec) and (
            message := kelvin_fault(value, light.range, has_range=light.range is not None)
        ):
            yield FieldProblem(("care", "set", name), message)


def _feedback(reader: Binder) -> Iterator[FieldProblem]:
    """Pads that are to show what has no state."""
    for path, control in reader.made.items():
        if not (path[:1] == ("controls",) and isinstance(control, Control) and control.feedback):
            continue
        if control.do not in SHOWN or control.program is not None:
            shown = ", ".join(sorted(SHOWN))
            message = f"has no effect: only a note or cc that does one of {shown} has a state"
            yield FieldProblem((*path, "feedback"), message, "warning")
