"""What a room names and what is plugged in now: MIDI ports and audio devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from soundscape.errors import Problem
from soundscape.library.resolve import Loaded
from soundscape.midi.port_names import FEWEST_TWINS, fitting, too_few, unclear
from soundscape.scene.models import Room
from soundscape.scene.room import outputs
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.units import quoted


@dataclass(frozen=True, slots=True)
class ConnectedDevices:
    """What tells the names of what is plugged in: MIDI outputs and inputs, audio devices.

    Each is asked only where a room names something of its kind: drivers take long to load.
    """

    outputs: Callable[[], Sequence[str]]
    inputs: Callable[[], Sequence[str]]
    devices: Callable[[], Sequence[str]]


def absent(loaded: Loaded, present: ConnectedDevices | None) -> Iterator[Problem]:
    """What the room names and is not there, or is there more than once."""
    document = loaded.room_document
    if present is None or document is None:
        return
    for path, message in _ports(loaded.room, present):
        yield document.problem(path, message, "warning")
    for key in ("device", "fallback"):
        wanted = getattr(loaded.room.audio, key)
        if wanted not in {None, "default"} and not _is_among(wanted, present.devices()):
            message = f"no audio device named {quoted(wanted)} is there: connect it"
            yield document.problem(("audio", key), message, "warning")


def _ports(room: Room, present: ConnectedDevices) -> Iterator[tuple[KeyPath, str]]:
    meant: dict[str, str] = {}  # a port that is there, to the room's first name for it
    for name, spec in outputs(room).items():
        if spec.virtual:
            continue
        lit = name in room.midi and room.midi[name].input is not None
        path = ("midi", name, "input" if lit else "output")
        found, message = _found("output", spec.output or "", spec.nth, present.outputs())
        if message:
            yield path, f"{message} (its pads are to be lit)" if lit else message
            continue
        first = meant.setdefault(found, name)
        if first != name and not lit:
            yield path, f"is the port of {quoted(first)} too: give one port one name"
    for name, spec in room.midi.items():
        if spec.input is not None and not spec.virtual:
            _, message = _found("input", spec.input, spec.nth, present.inputs())
            if message:
                yield ("midi", name, "input"), message


def _found(kind: str, wanted: str, nth: int | None, names: Sequence[str]) -> tuple[str, str]:
    """The one port that fits; or what is wrong, and what to do about it."""
    found = fitting(wanted, names)
    if not found:
        return "", f"no MIDI {kind} named {quoted(wanted)} is there: connect it, or start without"
    if nth is not None and len(found) < max(FEWEST_TWINS, nth):
        return "", f"MIDI {kind} {quoted(wanted)} {too_few(found, nth)}"
    if nth is None and len(found) > 1:
        return "", f"MIDI {kind} {quoted(wanted)} {unclear(found)}"
    return found[(nth or 1) - 1], ""


def _is_among(wanted: str, known: Sequence[str]) -> bool:
    """Whether a name, or one that it is a part of, is there."""
    return any(wanted.casefold() in name.casefold() for name in known)
