"""JSON Schema of the files as people write them, for an editor's completion."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from soundscape.scene.models import PlaylistSpec, Room, Scene
from soundscape.scene.schema import Model

Kind = Literal["scene", "playlist", "room"]

_MODELS: dict[Kind, type[Model]] = {"scene": Scene, "playlist": PlaylistSpec, "room": Room}


class _SchemaGenerator(GenerateJsonSchema):
    """Pydantic's generator, without what only the program sees.

    A key is there with a value or not there, so nothing is null; defaults are in base units, so the
    descriptions tell them instead.
    """

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def json_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scene, a playlist or a room."""
    schema = TypeAdapter(_MODELS[kind]).json_schema(schema_generator=_SchemaGenerator)
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": f"Soundscape {kind}"}
    return {**head, **schema}
