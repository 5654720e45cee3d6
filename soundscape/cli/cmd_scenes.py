"""`soundscape scenes`: lists the scenes that can be started."""

from __future__ import annotations

import json
from typing import Any

import rich_click as click
from rich.table import Table

from soundscape.cli.loading import plain_console, the_library
from soundscape.cli.options import json_option, library_option
from soundscape.errors import SoundscapeError
from soundscape.library.files.load import read_bytes
from soundscape.library.files.locate import Library
from soundscape.scene.document import read_scene
from soundscape.scene.models import Scene
from soundscape.units import format_duration


@click.command()
@library_option
@json_option
def scenes(library: str | None, *, as_json: bool) -> None:
    """List the scenes of the library, with their phases and planned time.

    \b
    Example:
      soundscape scenes
    """
    found = the_library(library)
    rows = [scene_row(found, name) for name in found.scenes()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("SCENE", "TIME", "PHASES", ""):
        table.add_column(heading, no_wrap=heading in ("SCENE", "TIME"))
    for row in rows:
        if "error" in row:
            table.add_row(row["scene"], "", "", f"cannot be read: {row['error']}")
        else:
            time = format_duration(row["duration"])
            table.add_row(row["scene"], time, ", ".join(row["phases"]), row["name"])
    console = plain_console()
    if rows:
        console.print(f"Library {found.root}", style="dim", soft_wrap=True)
        console.print(table)
    else:
        console.print(f"No scenes in {found.root}; put one into its folder scenes.")


def scene_row(library: Library, name: str) -> dict[str, Any]:
    """Return a row of the list: `scene`, and `error` or the name, duration (s) and phases."""
    try:
        file = library.scene(name)
        scene: Scene = read_scene(read_bytes(file), library.shown(file)).model
    except SoundscapeError as err:
        return {"scene": name, "error": str(err).splitlines()[0]}
    return {
        "scene": name,
        "name": scene.name or name,
        "description": scene.description,
        "duration": sum(phase.duration.typical for phase in scene.phases.values()),
        "phases": list(scene.phases),
    }
