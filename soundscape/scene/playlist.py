"""A playlist, and a layer that plays one, as a clinic writes them, after reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from soundscape.scene.automation_fields import (
    AUTOMATABLE,
    AUTOMATION,
    PHASE,
    is_automation,
    misplaced,
)
from soundscape.scene.binding import Binder
from soundscape.scene.fields import EnvelopeSpec, Text
from soundscape.scene.harmony_fields import HarmonySpec
from soundscape.scene.schema import INVALID, FieldProblem, FieldType, Invalid, Keys, Model, or_short
from soundscape.scene.values import Decibels, Length, Level, Name, Seconds
from soundscape.scene.yaml.nodes import KeyPath, ListNode, MapNode, Node, ScalarNode, place, plain
from soundscape.units import At

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

LayerName = Literal["music", "ambience", "voice"]
LAYERS: tuple[LayerName, ...] = ("music", "ambience", "voice")
Order = Literal["sequential", "shuffle"]

_PlaylistName = Annotated[str, Text("a playlist", "arrival", kind="playlist")]
_Title = Annotated[str, Text("a text", "First light")]
_Generator = Annotated[str, Text("a generator", "drone")]
_File = Annotated[str, Text("a sound file", "music/first-light.flac", kind="file")]
_Folder = Annotated[str, Text("a folder", "music/arrival/", kind="folder")]
_UNCHANGED = EnvelopeSpec(points=((At(), 0.0),))


@dataclass(frozen=True, kw_only=True)
class GeneratorSpec(Model):
    """A built-in generator: its name, parameters as written, and a level in a stack."""

    generate: _Generator
    """The generator's name; its own parameters stand beside it."""
    level: Decibels = 0.0
    """Its level in a stack, in dB."""
    params: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Read the name and level; the other keys are parameters."""
        params: dict[str, Node] = {}
        spec = binder.mapping(cls, node, path, params, apart={"params"})
        values = {
            key: AUTOMATION.read(binder, item, (*path, key))
            if is_automation(key, item)
            else plain(item)
            for key, item in params.items()
        }
        if isinstance(spec, Invalid) or any(value is INVALID for value in values.values()):
            return INVALID
        return replace(spec, params=values)

    @classmethod
    def describe(cls, schema: JsonSchemaValue) -> None:
        """Allow any parameter, and say which may change over the track."""
        del schema["properties"]["params"]
        schema["properties"] |= _automations()
        schema["additionalProperties"] = True


def _automations() -> JsonSchemaValue:
    """The schema of each parameter that may change over the track."""
    amount = AUTOMATION.describe()
    followed = {"anyOf": [*amount["anyOf"], {"const": PHASE}]}
    description = f"{amount['description']}, or phase: as the phase's loudness goes"
    return {key: {**followed, "description": description} for key in AUTOMATABLE}


@dataclass(frozen=True, kw_only=True)
class TrackSpec(Model):
    """One thing to play: a file, a folder's files, a generated sound, or a planned silence."""

    exactly_one = ("file", "folder", "generate", "stack", "silence")
    fits: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "title": ("file", "generate", "stack", "silence"),
        "artist": ("file", "generate", "stack"),
        "start": ("file",),
        "end": ("file",),
        "duration": ("generate", "stack"),
        "gain": ("file", "folder", "generate", "stack"),
        "calm": ("file", "folder", "generate", "stack"),
        "harmony": ("stack",),
    }

    file: _File | None = None
    """A sound file; its path counts from the library."""
    folder: _Folder | None = None
    """Every sound file below a folder, sorted by name."""
    generate: GeneratorSpec | None = None
    """A built-in generator, by name; its parameters stand beside it."""
    stack: tuple[GeneratorSpec, ...] | None = None
    """Several generators at levels, sounding together."""
    harmony: HarmonySpec | None = None
    """The chords that all generators of the stack play."""
    silence: Length | None = None
    """A planned silence."""
    title: _Title | None = None
    """Shown to the therapist; default: the file's own tags."""
    artist: _Title | None = None
    """Shown to the therapist; default: the file's own tags."""
    start: Seconds | None = None
    """Where in the file it begins."""
    end: Length | None = None
    """Where in the file it ends."""
    duration: Length | None = None
    """How long a generated sound plays."""
    gain: Decibels = 0.0
    """On top of loudness matching."""
    calm: bool | None = None
    """False leaves this track's own dynamics alone."""

    @classmethod
    def read(cls, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Read the track; of a generated one, the keys that it lacks are parameters."""
        if isinstance(node, ScalarNode) and node.value is not None:
            message = f"needs a key: write file: {node.text}" if node.text else "needs a key"
            return binder.report(node.mark, path, message)
        track = cls._read(binder, node, path)
        wrong = list(misplaced(binder.references, path, node))
        for problem in wrong:
            binder.report(place(node, problem.path), (*path, *problem.path), problem.message)
        return INVALID if wrong else track

    @classmethod
    def _read(cls, binder: Binder, node: Node, path: KeyPath) -> Any:
        if not isinstance(node, MapNode) or "generate" not in node.items:
            return binder.mapping(cls, node, path)
        params: dict[str, Node] = {}
        track = binder.mapping(cls, node, path, params, apart={"generate"})
        flat = MapNode(node.mark, params, {key: node.keys[key] for key in params})
        generator = binder.read(GeneratorSpec, flat, path)
        if isinstance(track, Invalid) or generator is INVALID:
            return INVALID
        return replace(track, generate=generator)

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """A generated sound without a duration; the end before the start; an empty stack."""
        if {"generate", "stack"} & set(keys.written) and "duration" not in keys.written:
            yield FieldProblem(
                (), "the key 'duration' is missing: say how long it plays, such as 8m"
            )
        start, end = keys["start"], keys["end"]
        if start is not None and end is not None and end <= start:
            yield FieldProblem(("end",), "must come after 'start'")
        if keys["stack"] == ():
            yield FieldProblem(("stack",), "has no generators: list at least one")

    @classmethod
    def describe(cls, schema: JsonSchemaValue) -> None:
        """A generator stands flat, so with `generate` any parameter may stand beside it."""
        super().describe(schema)
        keys = schema["properties"]
        keys["generate"] = {
            "type": "string",
            "description": keys["generate"].get("description", ""),
        }
        schema.pop("additionalProperties")
        schema["if"] = {"not": {"required": ["generate"]}}
        schema["then"] = {"propertyNames": {"enum": list(keys)}}
        keys |= _automations()
        schema["dependentRequired"] = {"generate": ["duration"], "stack": ["duration"]}
        keys["stack"]["minItems"] = 1


@dataclass(frozen=True, kw_only=True)
class PlaylistSpec(Model):
    """An ordered list of tracks."""

    name: Name | None = None
    """Shown to the therapist; default: the file's name."""
    order: Order = "sequential"
    """`shuffle` never plays the same track twice running."""
    loop: bool = True
    """Start again (reshuffled) when it runs out."""
    tracks: tuple[TrackSpec, ...]
    """What to play, in order."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """No tracks at all."""
        if keys["tracks"] == ():
            yield FieldProblem(
                ("tracks",), "has no tracks: list at least one, such as - file: music/a.flac"
            )


@dataclass(frozen=True)
class _PlaylistOrTracks(FieldType):
    """A playlist by name or path, or an inline list of tracks."""

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the name or the tracks, or INVALID."""
        if not isinstance(node, ListNode):
            return binder.read(_PlaylistName, node, path)
        if not node.items:
            return binder.report(node.mark, path, "has no tracks: list one, or name a playlist")
        return binder.read(tuple[TrackSpec, ...], node, path)

    def sample(self) -> str:
        """Return a name."""
        return "arrival"

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        text, tracks = handler(core_schema)["anyOf"]
        return {"anyOf": [text, {**tracks, "minItems": 1}]}


@dataclass(frozen=True, kw_only=True)
class LayerSpec(Model):
    """A playlist and how it is played. Its name alone, or a list of tracks, is short for it."""

    playlist: Annotated[str | tuple[TrackSpec, ...], _PlaylistOrTracks()]
    """A playlist by name or path, or a list of tracks."""
    level: Level = _UNCHANGED
    """The layer's level in dB, over the phase."""
    order: Order | None = None
    """Default: the playlist's own."""
    loop: bool | None = None
    """Default: the playlist's own."""
    fit: bool | None = None
    """Choose tracks so that the last one ends with the phase; default: of shuffled files."""
    ride: bool | None = None
    """Bring long soft and loud passages of its files nearer to the target; default: the scene's."""
    match: Literal["track", "playlist"] = "track"
    """`playlist` gives all its tracks one gain: an album, a continuous mix."""

    @classmethod
    def read(cls, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Read a mapping, or the short form: a playlist alone."""
        if isinstance(node, MapNode):
            if "playlist" not in node.items and set(TrackSpec.exactly_one) & set(node.items):
                message = "a track stands in a list: put '- ' before it, or [ ] around it"
                return binder.report(node.mark, path, message)
            return binder.mapping(cls, node, path)
        playlist = binder.read(Annotated[str, _PlaylistOrTracks()], node, path)
        return INVALID if playlist is INVALID else cls(playlist=playlist)

    @classmethod
    def describe(cls, schema: JsonSchemaValue) -> None:
        """Allow the short form."""
        or_short(schema, *schema["properties"]["playlist"]["anyOf"])
