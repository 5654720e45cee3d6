"""A scene as a clinic writes it, after reading: values in base units.

Everything that the files hold is importable from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from soundscape.message_text import one_line, quoted
from soundscape.scene.binding import Binder
from soundscape.scene.control_specs import Control
from soundscape.scene.fields import EnvelopeSpec, Text, Whole
from soundscape.scene.light_spec import LightSpec
from soundscape.scene.playlist import (
    LAYERS,
    GeneratorSpec,
    LayerName,
    LayerSpec,
    Order,
    PlaylistSpec,
    TrackSpec,
)
from soundscape.scene.room import AudioRoom, Calibration, CareSpec, Limits, OutputPair, Room
from soundscape.scene.schema import (
    INVALID,
    FieldProblem,
    FieldType,
    Keys,
    Model,
    or_short,
    written_keys,
)
from soundscape.scene.values import (
    LIGHT,
    DuckDepth,
    FadeTime,
    Kelvin,
    Length,
    LightName,
    LightValue,
    LookName,
    Loudness,
    Name,
    PlannedLength,
    Position,
)
from soundscape.scene.wiring import CueMessage, MscTarget, PortSpec, TimecodeSpec
from soundscape.scene.yaml.nodes import KeyPath, ListNode, MapNode, Node, ScalarNode
from soundscape.units import At, is_at

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

__all__ = [
    "LAYERS",
    "Advance",
    "AudioRoom",
    "Calibration",
    "CareSpec",
    "Control",
    "CueCall",
    "CueMessage",
    "DurationSpec",
    "EnvelopeSpec",
    "FadesSpec",
    "GeneratorSpec",
    "Kelvin",
    "LayerName",
    "LayerSpec",
    "LightSpec",
    "LightValue",
    "Limits",
    "Model",
    "MoveSpec",
    "MscTarget",
    "Order",
    "OutputPair",
    "PhaseSpec",
    "PlaylistSpec",
    "PortSpec",
    "PromptSpec",
    "Role",
    "Room",
    "Scene",
    "TimecodeSpec",
    "TrackSpec",
]

Advance = Literal["auto", "manual", "dose"]
Role = Literal["arrival", "onset", "peak", "return", "rest"]

_BEGINNING = At()

_CueName = Annotated[str, Text("a cue of the room", "go", kind="cue")]
_CueNumber = Annotated[str, Text("a cue number", '"2.5"', longest=32)]
_Line = Annotated[str, Text("a line to show", "Blood pressure.")]


@dataclass(frozen=True, kw_only=True)
class DurationSpec(Model):
    """How long a phase lasts, in seconds; `15m` alone is `typical`."""

    typical: PlannedLength
    """What is planned; positions in the phase count over it."""
    min: Length | None = None
    """Shorter than this warns."""
    max: Length | None = None
    """Longer than this warns."""

    @classmethod
    def read(cls, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Read a mapping, or the short form: the typical duration alone."""
        if isinstance(node, MapNode):
            return binder.mapping(cls, node, path)
        typical = binder.read(PlannedLength, node, path)
        return INVALID if typical is INVALID else cls(typical=typical)

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """Out of order."""
        low, typical, high = keys["min"], keys["typical"], keys["max"]
        if low is not None and high is not None and low > high:
            yield FieldProblem(("min",), "is more than 'max'")
        elif low is not None and typical is not None and low > typical:
            yield FieldProblem(("min",), "is more than 'typical'")
        elif high is not None and typical is not None and high < typical:
            yield FieldProblem(("max",), "is less than 'typical'")

    @classmethod
    def describe(cls, schema: JsonSchemaValue) -> None:
        """Allow the short form."""
        or_short(schema, schema["properties"]["typical"])


@dataclass(frozen=True, kw_only=True)
class FadesSpec(Model):
    """How long fades take, in seconds."""

    track: FadeTime = 8.0
    """From track to track (8s); 0s joins without a gap."""
    phase: FadeTime = 25.0
    """From phase to phase (25s)."""
    skip: FadeTime = 6.0
    """To the next track on `skip` (6s)."""
    start: FadeTime = 20.0
    """The session's beginning (20s)."""
    end: FadeTime = 60.0
    """The session's end (60s)."""
    curve: Literal["equal-power", "equal-gain"] = "equal-power"
    """`equal-power` for unlike material (the default), `equal-gain` for the same."""


@dataclass(frozen=True, kw_only=True)
class MoveSpec(Model):
    """Lights go to `set` over a time."""

    at: Position = _BEGINNING
    """Where in the phase; default: its start."""
    look: LookName | None = None
    """A look of the room, by its name."""
    set: dict[LightName, LightValue] = field(default_factory=dict)
    """Each light or group with its value, on top of the look."""
    over: FadeTime = 10.0
    """How long the move takes (10s)."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """Nothing to go to."""
        if not {"look", "set"} & set(keys.written):
            yield FieldProblem((), "the key 'set' is missing, such as 'set: {room: 35%}'")


@dataclass(frozen=True)
class _MovesType(FieldType):
    """A list of moves; or, for one move at the phase's start, its lights or the name of a look."""

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the moves, or INVALID."""
        if isinstance(node, ListNode):
            return binder.read(tuple[MoveSpec, ...], node, path)
        if isinstance(node, ScalarNode) and not _is_look(node):
            message = f"needs lights, such as {self.sample()}, or the name of a look"
            return binder.report(node.mark, path, message)
        if isinstance(node, ScalarNode):
            look = binder.read(LookName, node, path)
            return INVALID if look is INVALID else (MoveSpec(look=look),)
        if "set" in node.items or "look" in node.items:
            message = "a move stands in a list: put '- ' before it, or [ ] around it"
            return binder.report(node.mark, path, message)
        values = binder.read(dict[LightName, LightValue], node, path)
        return INVALID if values is INVALID else (MoveSpec(set=values),)

    def sample(self) -> str:
        """Return the short form."""
        return "{room: 35%}"

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        short = {"type": "object", "additionalProperties": LIGHT.describe()}
        moves = {"set": False, "look": False}
        look = {"type": "string", "description": "a look of the room"}
        return {"anyOf": [handler(core_schema), {**short, "properties": moves}, look]}


def _is_look(node: ScalarNode) -> bool:
    """Whether a text may be the name of a look: a level or a number is not meant as one."""
    return isinstance(node.value, str) and not re.fullmatch(r"[\d.]+ ?[%K]?", node.text.strip())


@dataclass(frozen=True, kw_only=True)
class CueCall(Model):
    """A cue that the room defines, at a position."""

    at: Position = _BEGINNING
    """Where in the phase; default: its start."""
    cue: _CueName
    """The cue's name in room.yaml."""
    number: _CueNumber | None = None
    """For show control: the desk's cue number, in quotes."""
    list: _CueNumber | None = None
    """For show control: the cue list."""
    path: _CueNumber | None = None
    """For show control: the cue path."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """What no desk can take: other signs, a list without a number, a path without a list."""
        for key in ("number", "list", "path"):
            if keys[key] is not None and not re.fullmatch(r"[0-9]+(\.[0-9]+)*", keys[key]):
                yield FieldProblem(
                    (key,), f'{quoted(keys[key])} is not a cue number: write it like "2.5"'
                )
        for key, before in (("list", "number"), ("path", "list")):
            if key in keys.written and before not in keys.written:
                yield FieldProblem((key,), f"needs '{before}' as well")


@dataclass(frozen=True, kw_only=True)
class PromptSpec(Model):
    """A silent line on the therapist's screen. A plain text is one at the phase's start."""

    at: Position = _BEGINNING
    """Where in the phase; default: its start."""
    say: _Line
    """The line."""

    @classmethod
    def read(cls, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Read a mapping, or the short form: the text alone."""
        if isinstance(node, MapNode):
            if not set(written_keys(cls)) & set(node.items) and len(node.items) == 1:
                (before, after), *_ = node.items.items()
                text = one_line(after.text) if isinstance(after, ScalarNode) else "…"
                if is_at(before):
                    message = f'a line at a time of its own is: {{at: {before}, say: "{text}"}}'
                else:
                    line = one_line(f"{before}: {text}")
                    message = f'a line with a colon stands in quotes: write - "{line}"'
                return binder.report(node.mark, path, message)
            return binder.mapping(cls, node, path)
        say = binder.read(_Line, node, path)
        return INVALID if say is INVALID else cls(say=say)

    @classmethod
    def describe(cls, schema: JsonSchemaValue) -> None:
        """Allow the short form."""
        or_short(schema, {"type": "string"})


@dataclass(frozen=True, kw_only=True)
class PhaseSpec(Model):
    """A stretch of a scene."""

    duration: DurationSpec
    """How long: 15m, or {min: 5m, typical: 15m, max: 30m}."""
    advance: Advance = "auto"
    """`auto` goes on at the end, `manual` waits for `next`, `dose` waits for `dose`."""
    role: Role | None = None
    """What it is in the session, whatever its name; default: its name, if it is one of these."""
    music: LayerSpec | None = None
    """A playlist: name, path, or a list of tracks."""
    ambience: LayerSpec | None = None
    """A playlist under the music."""
    voice: LayerSpec | None = None
    """Tracks that play once; the other layers are ducked meanwhile."""
    loudness: Loudness | None = None
    """Of the music, in LUFS, over the phase; default: by the phase's role."""
    lights: Annotated[tuple[MoveSpec, ...], _MovesType()] = ()
    """Moves of the lights."""
    prompts: tuple[PromptSpec, ...] = ()
    """Silent lines on the therapist's screen."""
    cues: tuple[CueCall, ...] = ()
    """Cues that the room defines."""


def role_of(name: str, spec: PhaseSpec) -> Role | None:
    """The role of a phase: as written, else its name where that is a role."""
    return spec.role or next((role for role in get_args(Role) if role == name), None)


@dataclass(frozen=True, kw_only=True)
class Scene(Model):
    """One session's plan. `phases` keeps its order."""

    name: Name | None = None
    """Shown to the therapist; default: the file's name."""
    description: Annotated[str, Text("a description", "One hour around a dose.")] = ""
    """What it is for."""
    seed: Annotated[int, Whole(0, 2**53, "a seed")] | None = None
    """Fixes shuffles and generated sound; default: from the name."""
    fades: FadesSpec = field(default_factory=FadesSpec)
    """How long fades take."""
    landing: dict[LayerName, LayerSpec] = field(default_factory=dict)
    """What `land`, and a layer with nothing left to play, goes to; default: a built-in drone."""
    calm: bool = True
    """Soften sudden entries within tracks."""
    ride: bool = False
    """Bring long soft and loud passages of files slowly nearer to the target."""
    duck: DuckDepth | None = None
    """How far `duck` lowers the sound (-12 dB); of the scene's and the room's the deeper counts."""
    optional: tuple[Annotated[str, Text("a light", "warmth")], ...] = ()
    """Lights and groups that a room may lack: there the moves leave them out."""
    phases: dict[Annotated[str, Text("a phase", "arrival")], PhaseSpec]
    """The phases in their order, each by its name."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """No phase; a level that moves where no phase is."""
        if keys["phases"] == {}:
            yield FieldProblem(("phases",), "has no phases: write at least one, such as arrival")
        for layer, spec in (keys["landing"] or {}).items():
            if len(spec.level.points) > 1:
                message = "landing has no planned end: write one level"
                yield FieldProblem(("landing", layer, "level"), message)

    @classmethod
    def describe(cls, schema: JsonSchemaValue) -> None:
        """At least one phase."""
        schema["properties"]["phases"]["minProperties"] = 1
