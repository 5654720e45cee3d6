"""What must hold across a whole file: positions within their phase, names that the room defines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from soundscape.errors import Severity
from soundscape.message_text import quoted
from soundscape.scene.addresses import port_key, same_address
from soundscape.scene.binding import Binder, no_such
from soundscape.scene.control_specs import SHOWN, Control
from soundscape.scene.cue_rules import cue_problems, pair_problems
from soundscape.scene.light_spec import LightSpec, kelvin_problem
from soundscape.scene.room import Room, light_values
from soundscape.scene.schema import FieldProblem, Reference
from soundscape.scene.wiring import PortSpec
from soundscape.scene.yaml.nodes import MapNode, Node
from soundscape.units import At, format_duration


def scene_problems(binder: Binder, root: Node) -> Iterator[FieldProblem]:  # noqa: ARG001
    """Positions outside their phase, envelope points that do not rise."""
    planned = {ref.path[:2]: ref.value for ref in binder.references if ref.kind == "planned"}
    for ref in binder.references:
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


WHAT = {"light": "light", "alias": "light", "member": "light", "look": "look"}
"""What each kind of reference names, for a message."""


def room_problems(binder: Binder, root: Node) -> Iterator[FieldProblem]:
    """Names that the room does not define, ports the wrong way round, two hands on one light."""
    ports, lights = _names(root, "midi"), _names(root, "lights")
    lights_and_groups = (*lights, *_names(root, "groups"))
    known = {
        "light": lights_and_groups,
        "alias": lights_and_groups,
        "member": lights,
        "look": _names(root, "looks"),
    }
    for ref in binder.references:
        if ref.kind in {"output", "input"}:
            yield from _port(ref, ports, binder)
        elif ref.kind in known and ref.value not in known[ref.kind]:
            yield FieldProblem(ref.path, no_such(ref.value, WHAT[ref.kind], known[ref.kind]))
    yield from _double_names(root)
    yield from _colours(binder)
    yield from same_address(binder)
    yield from _dmx(binder)
    yield from _lamps(binder, root)
    yield from cue_problems(binder)
    yield from pair_problems(binder)
    yield from _feedback(binder)
    audio = root.items.get("audio") if isinstance(root, MapNode) else None
    if isinstance(audio, MapNode) and "limit" in audio.items and "calibration" not in audio.items:
        message = "has no effect before 'soundscape audio calibrate' has measured the room"
        yield FieldProblem(("audio", "limit"), message, "warning")


def _names(root: Node, key: str) -> tuple[str, ...]:
    """The names under a key, whether or not what they name is sound."""
    node = root.items.get(key) if isinstance(root, MapNode) else None
    return tuple(node.items) if isinstance(node, MapNode) else ()


def _port(ref: Reference, ports: tuple[str, ...], binder: Binder) -> Iterator[FieldProblem]:
    if ref.value not in ports:
        # A session runs without a pedal; a light or cue that goes nowhere is an error.
        severity: Severity = "warning" if ref.kind == "input" else "error"
        yield FieldProblem(
            ref.path, f"{quoted(ref.value)}: {no_such(ref.value, 'port', ports)}", severity
        )
        return
    port = binder.valid.get(("midi", ref.value))
    if not isinstance(port, PortSpec) or getattr(port, ref.kind) is not None:
        return
    if port.dmx is not None and ref.path[0] == "lights":
        return
    other = "input" if ref.kind == "output" else "output"
    what = f"an {other}" if port.dmx is None else "a DMX universe"
    yield FieldProblem(ref.path, f"{quoted(ref.value)} is {what}; this needs an {ref.kind}")


def _dmx(binder: Binder) -> Iterator[FieldProblem]:
    """Two ports of one universe, and lights that their port has no place for."""
    ports = {
        str(path[1]): port for path, port in binder.valid.items() if isinstance(port, PortSpec)
    }
    taken: dict[str, str] = {}
    for name, port in ports.items():
        if port.dmx is not None:
            first = taken.setdefault(port_key(port), name)
            if first != name:
                message = f"is the universe of {quoted(first)} too: the two would fight"
                yield FieldProblem(("midi", name), message)
    for path, light in binder.valid.items():
        if not isinstance(light, LightSpec) or light.port not in ports:
            continue
        is_dmx = ports[light.port].dmx is not None
        if is_dmx and light.address is None:
            message = f"{quoted(light.port)} is a DMX universe: this needs 'address'"
            yield FieldProblem((*path, "port"), message)
        elif not is_dmx and light.address is not None:
            message = f"{quoted(light.port)} is a MIDI port: an address goes with sacn or artnet"
            yield FieldProblem((*path, "address"), message)


def _lamps(binder: Binder, root: Node) -> Iterator[FieldProblem]:
    """Lamps without a broker, and lamps that have the name of a port: each is an output too."""
    network = root.items.get("network") if isinstance(root, MapNode) else None
    has_broker = isinstance(network, MapNode) and "mqtt" in network.items
    for path, light in binder.valid.items():
        if not isinstance(light, LightSpec) or light.mqtt is None:
            continue
        if not has_broker:
            message = "needs the broker: write 'network: {mqtt: {broker: …}}'; docs/network.md"
            yield FieldProblem((*path, "mqtt"), message)
        if path[1] in _names(root, "midi"):
            message = (
                "has the name of a port under 'midi', and is an output too: rename one of them"
            )
            yield FieldProblem(path, message)


def _double_names(root: Node) -> Iterator[FieldProblem]:
    """A group or an alias that has the name of a light, or of one another."""
    taken = dict.fromkeys(_names(root, "lights"), "a light")
    for key, what in (("groups", "a group"), ("aliases", "an alias")):
        for name in _names(root, key):
            if name in taken:
                yield FieldProblem((key, name), f"{quoted(name)} is {taken[name]} already")
            taken.setdefault(name, what)


def _colours(binder: Binder) -> Iterator[FieldProblem]:
    """Colour temperatures for lights that have none, or cannot reach them."""
    room = binder.valid.get(())
    if not isinstance(room, Room):  # other things are wrong, and said
        return
    after = room.after.set if room.after else {}
    written = {("care", "set"): room.care.set, ("after", "set"): after}
    looks = {("looks", name): look for name, look in room.looks.items()}
    for path, values in {**written, **looks}.items():
        for light, (name, value) in light_values(room, values).items():
            spec = room.lights[light]
            if message := kelvin_problem(value, spec.range, has_range=spec.range is not None):
                yield FieldProblem((*path, name), message)


def _feedback(binder: Binder) -> Iterator[FieldProblem]:
    """Pads that are to show what has no state."""
    for path, control in binder.valid.items():
        if not (path[:1] == ("controls",) and isinstance(control, Control) and control.feedback):
            continue
        if control.do not in SHOWN or control.program is not None:
            shown = ", ".join(sorted(SHOWN))
            message = f"has no effect: only a note or cc that does one of {shown} has a state"
            yield FieldProblem((*path, "feedback"), message, "warning")
