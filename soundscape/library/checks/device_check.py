"""Checks the ports and audio devices that a room names against those that are connected.

What would make `start` fail, or play elsewhere than the room says, is an error. A computer that has
no audio device at all is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from soundscape.errors import Problem, Severity
from soundscape.library.resolve import Loaded
from soundscape.message_text import listed, quoted
from soundscape.midi.port_names import FEWEST_TWINS, fitting, too_few, unclear
from soundscape.scene.models import AudioRoom, Room
from soundscape.scene.network_spec import MqttSpec
from soundscape.scene.room import outputs
from soundscape.scene.yaml.nodes import KeyPath
from soundscape.translation import gettext as _
from soundscape.translation import marked


class RefusedDevices(Protocol):
    """Why devices do not open: `devices.device_trial.DeviceTrial`."""

    @property
    def audio(self) -> str:
        """Why the audio device does not open."""
        ...

    @property
    def midi(self) -> str:
        """Why there is no MIDI at all."""
        ...

    @property
    def outputs(self) -> Mapping[str, str]:
        """Why outputs, by their full names, do not open."""
        ...

    @property
    def inputs(self) -> Mapping[str, str]:
        """Why inputs do not open."""
        ...


class TryToOpen(Protocol):
    """Opens and closes a room's audio device, and with `midi` ports by their full names."""

    def __call__(
        self, audio: AudioRoom, outputs: Sequence[str], inputs: Sequence[str], *, midi: bool
    ) -> RefusedDevices:
        """Return what does not open."""
        ...


DEFAULT = (None, "default")
"""The names of the system's own device."""


_ABSENT = marked("no audio device named {name} is there: connect it")
_NO_PORT = {
    "output": marked("no MIDI output named {name} is there: connect it, or start without"),
    "input": marked("no MIDI input named {name} is there: connect it, or start without"),
}


@dataclass(frozen=True, slots=True)
class ConnectedDevices:
    """Returns the names of connected devices: MIDI outputs and inputs, audio devices.

    Each is called only if a room names something of its kind, since drivers take long to load.
    `open` opens devices; with None they are not opened. `settings` returns what the system's
    settings do to an audio device that opens, `broker` why a broker does not accept us, and
    `unreachable` why no network leads to an address.
    """

    outputs: Callable[[], Sequence[str]]
    inputs: Callable[[], Sequence[str]]
    devices: Callable[[], Sequence[str]]
    open: TryToOpen | None = None
    settings: Callable[[str | None], Sequence[tuple[Severity, str]]] = lambda _device: ()
    broker: Callable[[MqttSpec, Path], str] = lambda _spec, _root: ""
    unreachable: Callable[[str], str] = lambda _address: ""


@dataclass(frozen=True, slots=True)
class _Port:
    """A port of the room, and the full name that was found for it, or the problem."""

    name: str
    path: KeyPath
    kind: str
    found: str = ""
    wrong: str = ""


def device_problems(loaded: Loaded, present: ConnectedDevices | None) -> Iterator[Problem]:
    """Yield what the room names and is missing, is there more than once, or does not open."""
    if present is None:
        return
    yield from _universes(loaded, present)
    ports = list(_ports(loaded.room, present))
    faults: RefusedDevices | None = None
    if present.open is not None:
        names = {
            kind: [port.found for port in ports if port.kind == kind and port.found]
            for kind in ("output", "input")
        }
        any_port = any(spec.dmx is None for spec in loaded.room.midi.values())
        faults = present.open(loaded.room.audio, names["output"], names["input"], midi=any_port)
    yield from _audio(loaded, present, faults)
    if faults is not None and faults.midi:
        message = _("{why}: lights and controls at {ports} do nothing").format(
            why=faults.midi,
            ports=listed([name for name, spec in loaded.room.midi.items() if spec.dmx is None]),
        )
        yield _at(loaded, ("midi",), message, "warning")
        return
    for port in ports:
        if port.wrong:
            yield _at(loaded, port.path, port.wrong, "warning")
        elif faults is not None:
            refused = faults.outputs if port.kind == "output" else faults.inputs
            if port.found in refused:
                yield _at(loaded, port.path, refused[port.found], "error")


def _universes(loaded: Loaded, present: ConnectedDevices) -> Iterator[Problem]:
    """Yield the DMX ports to whose receiver no network leads. What it receives is not known."""
    for name, spec in loaded.room.midi.items():
        if spec.dmx is not None and (why := present.unreachable(spec.dmx.to)):
            path = ("midi", name, "sacn" if spec.sacn is not None else "artnet", "to")
            message = _("no network leads to {address} ({why}): connect this computer").format(
                address=spec.dmx.to, why=why
            )
            yield _at(loaded, path, message, "warning")


def _audio(
    loaded: Loaded, present: ConnectedDevices, faults: RefusedDevices | None
) -> Iterator[Problem]:
    audio = loaded.room.audio
    if faults is not None and faults.audio:
        # A library may be checked where there is no sound at all; a session cannot begin there.
        elsewhere = audio.device in DEFAULT and not present.devices()
        yield _at(loaded, ("audio", "device"), faults.audio, "warning" if elsewhere else "error")
    elif faults is not None:
        for severity, message in present.settings(audio.device):
            yield _at(loaded, ("audio", "device"), message, severity)
    elif _missing(audio.device, present):
        message = _(_ABSENT).format(name=quoted(audio.device))
        yield _at(loaded, ("audio", "device"), message, "error")
    if _missing(audio.fallback, present):
        message = _(_ABSENT).format(name=quoted(audio.fallback))
        yield _at(loaded, ("audio", "fallback"), message, "warning")


def _missing(wanted: str | None, present: ConnectedDevices) -> bool:
    """Return whether a named device is missing."""
    if wanted in DEFAULT:
        return False
    return not _is_among(str(wanted), present.devices())


def _at(loaded: Loaded, path: KeyPath, message: str, severity: Severity) -> Problem:
    document = loaded.room_document
    if document is None or not document.place(path)[0]:
        return Problem(" ".join(map(str, path)), 0, 0, message, severity, path=path)
    return document.problem(path, message, severity)


def _ports(room: Room, present: ConnectedDevices) -> Iterator[_Port]:
    """Yield the room's ports that are not virtual."""
    meant: dict[str, str] = {}  # a port that is there, to the room's first name for it
    for name, spec in outputs(room).items():
        if spec.virtual or spec.dmx is not None:
            continue
        lit = name in room.midi and room.midi[name].input is not None
        path = ("midi", name, "input" if lit else "output")
        found, wrong = _found("output", spec.output or "", spec.nth, present.outputs())
        if wrong and lit:
            wrong += _(" (its pads are to be lit)")
        first = meant.setdefault(found, name) if found else name
        if first != name and not lit:
            wrong = _("is the port of {name} too: give one port one name").format(
                name=quoted(first)
            )
        yield _Port(name, path, "output", "" if wrong else found, wrong)
    for name, spec in room.midi.items():
        if spec.input is not None and not spec.virtual:
            found, wrong = _found("input", spec.input, spec.nth, present.inputs())
            yield _Port(name, ("midi", name, "input"), "input", found, wrong)


def _found(kind: str, wanted: str, nth: int | None, names: Sequence[str]) -> tuple[str, str]:
    """Return the one port that fits, or the problem and its remedy."""
    found = fitting(wanted, names)
    if not found:
        return "", _(_NO_PORT[kind]).format(name=quoted(wanted))
    if nth is not None and len(found) < max(FEWEST_TWINS, nth):
        return "", f"MIDI {kind} {quoted(wanted)} {too_few(found, nth)}"
    if nth is None and len(found) > 1:
        return "", f"MIDI {kind} {quoted(wanted)} {unclear(found)}"
    return found[(nth or 1) - 1], ""


def _is_among(wanted: str, known: Sequence[str]) -> bool:
    """Return whether a name, or one that contains it, is known."""
    return any(wanted.casefold() in name.casefold() for name in known)
