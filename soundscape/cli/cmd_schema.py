"""`soundscape schema`: prints JSON Schema, for an editor's completion."""

from __future__ import annotations

import json
from typing import get_args

import rich_click as click

from soundscape.scene.json_schema import Kind, json_schema


@click.command()
@click.argument("kind", type=click.Choice(get_args(Kind)))
def schema(kind: Kind) -> None:
    """Print the JSON Schema of a kind of file, for completion in an editor.

    Example: soundscape schema scene > scene.schema.json
    """
    click.echo(json.dumps(json_schema(kind), indent=2, ensure_ascii=False))
