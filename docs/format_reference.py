"""The reference of the files: `python docs/format_reference.py` writes docs/format.md."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from soundscape.scene.fields import Measure, Text, Whole, Word  # noqa: E402
from soundscape.scene.models import PlaylistSpec, Room, Scene  # noqa: E402
from soundscape.scene.schema import (  # noqa: E402
    FieldType,
    Model,
    described_keys,
    is_required,
    written_keys,
)

TARGET = ROOT / "docs" / "format.md"
MOST_WORDS = 12
HEAD = """\
# Format reference

Every key of scenes, playlists and rooms. This page is generated from the models with which the
program reads the files (`python docs/format_reference.py`). [Scenes and playlists](scenes.md) and
[the room](room.md) explain the keys and how values are written. `soundscape schema scene` (or
`playlist`, `room`) prints the same as a JSON Schema, which an editor uses for completion.
"""
FILES = {
    "Scene": (Scene, "A file in `scenes/`."),
    "Playlist": (PlaylistSpec, "A file in `playlists/`."),
    "Room": (Room, "The file `room.yaml`."),
}
TITLES = {
    "PhaseSpec": "Phase", "DurationSpec": "Duration", "FadesSpec": "Fades", "LayerSpec": "Layer",
    "MoveSpec": "Move of lights", "CueCall": "Call of a cue", "PromptSpec": "Prompt",
    "TrackSpec": "Track", "GeneratorSpec": "Generator", "HarmonySpec": "Harmony",
    "AudioRoom": "Audio", "OutputPair": "Output", "PortSpec": "Port", "LightSpec": "Light",
    "MscTarget": "Show control", "CueMessage": "Message of a cue", "Control": "Control",
    "CareSpec": "Care light", "AfterSpec": "Look after a session", "TimecodeSpec": "Timecode",
    "Limits": "Limits", "Calibration": "Calibration", "SacnSpec": "sACN", "ArtnetSpec": "Art-Net",
    "LampSpec": "Lamp",
    "NetworkSpec": "Network", "MqttSpec": "MQTT",
}  # fmt: skip


def reference() -> str:
    """The page."""
    parts = [HEAD]
    done: set[type[Model]] = set()
    for title, (model, where) in FILES.items():
        parts.append(f"## {title}\n\n{where}\n\n{_table(model)}")
        waiting = list(_models(model))
        while waiting:
            one = waiting.pop(0)
            if one not in done:
                done.add(one)
                parts.append(f"### {_title(one)}\n\n{_first_line(one)}\n\n{_table(one)}")
                waiting += _models(one)
    return "\n".join(parts)


def _title(model: type[Model]) -> str:
    return TITLES[model.__name__]


def _first_line(model: type[Model]) -> str:
    said = (model.__doc__ or "").strip().splitlines()[0]
    if model.exactly_one:
        said += f" It has exactly one of {', '.join(f'`{key}`' for key in model.exactly_one)}."
    return said


def _table(model: type[Model]) -> str:
    rows = ["| key | value | meaning |", "|---|---|---|"]
    said = described_keys(model)
    kinds = get_type_hints(model, include_extras=True)
    for key, field in written_keys(model).items():
        if key not in said:  # what the program keeps for itself
            continue
        kind = kinds[field.name]
        required = " Required." if is_required(field) else ""
        meaning = " ".join(said.get(key, "").split())
        cells = (f"`{key}`", _value(kind), f"{meaning}{required}")
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def _value(kind: Any) -> str:  # noqa: PLR0911 - a table of kinds
    """How a value is written, in words and an example."""
    found = _field_type(kind)
    if found is not None:
        return _written(found)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _value(inner[0])
    if origin in (types.UnionType, Union):
        return " or ".join(dict.fromkeys(_value(one) for one in inner if one is not type(None)))
    if origin is Literal:
        return "one of " + ", ".join(f"`{one}`" for one in inner)
    if origin is tuple:
        return f"a list: {_value(inner[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"names, each with {_value(inner[1])}"
    if isinstance(kind, type) and issubclass(kind, Model):
        return f"[{_title(kind)}](#{_title(kind).lower().replace(' ', '-')})"
    plain = {bool: "`true` or `false`", int: "a whole number", float: "a number", str: "a text"}
    return plain.get(kind, "a value")


def _field_type(kind: Any) -> FieldType | None:
    """The type of ours that annotates a value itself."""
    if get_origin(kind) is Annotated:
        return next((one for one in get_args(kind)[1:] if isinstance(one, FieldType)), None)
    return None


def _written(found: FieldType) -> str:
    if isinstance(found, Word):
        listed = ", ".join(f"`{word}`" for word in found.words[:MOST_WORDS])
        return f"one of {listed}{' …' if len(found.words) > MOST_WORDS else ''}"
    if isinstance(found, Whole):
        return f"{found.low} to {found.high}"
    if isinstance(found, Measure | Text):
        limits = getattr(found, "limits", "")
        return f"{found.what}, `{found.example}`" + (f" ({limits})" if limits else "")
    return f"`{found.sample()}`"


def _models(model: type[Model]) -> Iterator[type[Model]]:
    """The models that a model's keys hold."""
    kinds = get_type_hints(model, include_extras=True)
    for field in written_keys(model).values():
        yield from _within(kinds[field.name])


def _within(kind: Any) -> Iterator[type[Model]]:
    if isinstance(kind, type) and issubclass(kind, Model):
        yield kind
    for one in get_args(kind):
        yield from _within(one)


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
