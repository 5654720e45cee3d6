"""Ports and MIDI as an integrator writes them: channels, numbers, show control, cues, timecode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from soundscape import message_text, units
from soundscape.errors import InvalidValue
from soundscape.midi import msc_codes
from soundscape.scene.binding import Binder
from soundscape.scene.dmx_spec import ArtnetSpec, SacnSpec
from soundscape.scene.fields import Measure, Numbers, Text, Whole, Word
from soundscape.scene.schema import INVALID, FieldProblem, FieldType, Keys, Model
from soundscape.scene.values import DURATION, Seconds
from soundscape.scene.yaml.nodes import KeyPath, ListNode, Node

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

Channel = Annotated[int, Whole(1, 16, "a MIDI channel")]
CONTROLLER = Whole(
    0, 119, "a controller number", "; 120 to 127 silence or reset a whole desk, so they are refused"
)
Controller = Annotated[int, CONTROLLER]
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
OutputName = Annotated[str, Text("a port under 'midi'", "desk", kind="output")]


def _timecode_rate(value: units.Written) -> float:
    rates = (24.0, 25.0, 29.97, 30.0)
    if isinstance(value, bool) or value not in rates:
        raise InvalidValue(
            f"{message_text.quoted(value)} is not a timecode rate: 24, 25, 29.97 or 30"
        )
    return float(value)


@dataclass(frozen=True, kw_only=True)
class PortSpec(Model):
    """A MIDI port by a part of its name, or a DMX universe."""

    exactly_one = ("output", "input", "sacn", "artnet")
    fits: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "nth": ("output", "input"),
        "virtual": ("output", "input"),
    }

    output: _PortName | None = None
    """The name, or part of it, of a port to send to; `soundscape midi ports` lists them."""
    input: _PortName | None = None
    """The name, or part of it, of a port to receive from."""
    sacn: SacnSpec | None = None
    """A DMX universe over sACN, for lights."""
    artnet: ArtnetSpec | None = None
    """A DMX universe over Art-Net, for lights."""
    nth: _Nth | None = None
    """Which of several ports of that name, from 1, in the order of `soundscape midi ports`."""
    virtual: bool = False
    """Make the port for other programs to connect to (not on Windows)."""

    @property
    def dmx(self) -> SacnSpec | ArtnetSpec | None:
        """Its universe, where it is one."""
        return self.sacn or self.artnet

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """A port of our own, counted among others."""
        if keys["virtual"] and keys["nth"] is not None:
            yield FieldProblem(("nth",), "goes with a port that is there, not with 'virtual: true'")


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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

    port: OutputName
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


@dataclass(frozen=True, kw_only=True)
class TimecodeSpec(Model):
    """MIDI timecode of the session."""

    port: OutputName
    """A port under `midi`."""
    rate: Annotated[float, Measure(_timecode_rate, "a timecode rate", "25", "")] = 25.0
    """Frames a second: 24, 25, 29.97 (drop frame) or 30."""
