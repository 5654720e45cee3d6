"""Where lights, cues and lit pads arrive at a desk: two hands on one address would fight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from soundscape.message_text import quoted
from soundscape.midi.port_names import bare
from soundscape.scene.binding import Binder
from soundscape.scene.control_specs import Control
from soundscape.scene.dmx_spec import slots_of, universe_name
from soundscape.scene.lamp_spec import LampSpec
from soundscape.scene.light_spec import LightSpec
from soundscape.scene.room import Room
from soundscape.scene.schema import FieldProblem
from soundscape.scene.wiring import CueMessage, PortSpec
from soundscape.scene.yaml.nodes import KeyPath

_BANK_SELECT = (0, 32)
"""Controllers that choose a program's bank (MIDI 1.0, table III)."""

_ANY_CHANNEL, _EVERY_DEVICE = 0, 127


class Address(NamedTuple):
    """`where` is a channel (0: any) or a show control device (127: every one)."""

    kind: str  # cc, note, control, dmx, brightness, colour, program, sysex, macro, or an MSC format
    where: int
    number: int

    def meets(self, other: Address) -> bool:
        """Whether what is sent to one arrives at the other."""
        every = _EVERY_DEVICE if self.kind == "control" else _ANY_CHANNEL
        same = self.where == other.where or every in (self.where, other.where)
        return self.kind == other.kind and self.number == other.number and same


def addresses(what: LightSpec | CueMessage | Control) -> Iterator[Address]:
    """All that it sends to."""
    channel = what.channel or _ANY_CHANNEL
    if what.cc is not None:
        for number in what.cc if isinstance(what.cc, tuple) else (what.cc,):
            yield Address("cc", channel, number)
    if what.note is not None:
        yield Address("note", channel, what.note)
    if isinstance(what, Control):
        return
    if what.msc is not None and what.msc.control is not None:
        yield Address("control", what.msc.device, what.msc.control)
    if isinstance(what, LightSpec) and what.address is not None:
        for slot in slots_of(what.address):
            yield Address("dmx", 0, slot)
    if isinstance(what, LightSpec) and what.mqtt is not None:
        yield Address("brightness" if what.range is None else "colour", 0, 0)
    if isinstance(what, CueMessage) and what.bank is not None:
        for number in _BANK_SELECT:
            yield Address("cc", channel, number)


def cue_addresses(message: CueMessage) -> tuple[Address, ...]:
    """All that a cue's message reaches, for counting how often.

    A channel's programs are one address, however many there are, and so are all SysEx messages of
    one maker, all macros, and the other show control commands to one kind of device but SET's.
    """
    found = list(addresses(message))
    if message.program is not None:
        found.append(Address("program", message.channel, 0))
    if message.sysex is not None:
        maker = message.sysex[:3] if message.sysex[0] == 0 else message.sysex[:1]
        found.append(Address("sysex", 0, int.from_bytes(bytes(maker), "big")))
    if message.msc is not None and message.msc.command != "set":
        kind = "macro" if message.msc.command == "fire" else message.msc.format
        found.append(Address(kind, 0, 0))
    return tuple(found)


NTH = "\n"
"""Between a port's name and its number among those of one name."""

Held = tuple[str, str, int, int]
"""A port of the system, by the name in the room, and an address there."""


def held(room: Room) -> tuple[Held, ...]:
    """What a session moves that has the room's lights.

    No other light can be at a port that the program makes itself. A DMX packet has the values of
    all addresses, so a session that has one light of a universe has them all.
    """
    ports = {name: spec for name, spec in room.midi.items() if not spec.virtual}
    held = (
        (port_key(ports[light.port]), *address)
        for light in room.lights.values()
        if light.port in ports
        for address in (addresses(light) if ports[light.port].dmx is None else (_WHOLE_UNIVERSE,))
    )
    at_lamps = (
        (lamp_key(light.mqtt), *address)
        for light in room.lights.values()
        if light.mqtt is not None
        for address in addresses(light)
    )
    return tuple(dict.fromkeys((*held, *at_lamps)))


_WHOLE_UNIVERSE = Address("universe", 0, 0)


def port_key(port: PortSpec) -> str:
    """A port's name as written, and which of several it is; a universe in words."""
    if port.dmx is not None:
        return universe_name(port.dmx)
    return (port.output or port.input or "") + (f"{NTH}{port.nth}" if port.nth else "")


def lamp_key(lamp: LampSpec) -> str:
    """A lamp in words, which also tells it from any other of its broker, and from a port."""
    return f"topic {lamp.topic}"


def same_address(binder: Binder) -> Iterator[FieldProblem]:
    """Two lights, a light and a cue, or a light and a lit pad, that arrive at one place."""
    taken = _Taken(binder)
    for path, light in binder.valid.items():
        if path[:1] == ("lights",) and isinstance(light, LightSpec):
            output = light.port if light.mqtt is None else lamp_key(light.mqtt)
            owner = taken.by(output, light)
            if owner is not None:
                yield FieldProblem(path, f"is sent as {quoted(owner)} is: the two would fight")
            taken.take(output, light, str(path[1]))
    for path, other in binder.valid.items():
        owner = _meets(path, other, taken)
        if owner is not None:
            what = "a cue" if path[0] == "cues" else "lighting the pad"
            yield FieldProblem(
                path, f"is how the light {quoted(owner)} is sent: {what} would make it jump"
            )


def _meets(path: KeyPath, other: object, taken: _Taken) -> str | None:
    if path[:1] == ("cues",) and isinstance(other, CueMessage):
        return taken.by(other.port, other)
    if path[:1] == ("controls",) and isinstance(other, Control) and other.feedback:
        return taken.by(other.port, other)
    return None


class _Taken:
    """The addresses that lights have. Names that mean one port of the system count as one."""

    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._owners: dict[tuple[str, str, int], list[tuple[Address, str]]] = {}

    def take(self, port: str, light: LightSpec, owner: str) -> None:
        for one in addresses(light):
            self._at(port, one).append((one, owner))

    def by(self, port: str, what: LightSpec | CueMessage | Control) -> str | None:
        """The light that it would reach too."""
        return next(
            (
                owner
                for one in addresses(what)
                for other, owner in self._at(port, one)
                if one.meets(other)
            ),
            None,
        )

    def _at(self, port: str, one: Address) -> list[tuple[Address, str]]:
        spec = self._binder.valid.get(("midi", port))
        name = port_key(spec) if isinstance(spec, PortSpec) else port
        return self._owners.setdefault((bare(name), one.kind, one.number), [])
