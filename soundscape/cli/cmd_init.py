"""`soundscape init`: writes a new library to edit."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from soundscape.library.files.locate import shipped_root, spelled
from soundscape.library.new_library import NewLibrary, create_library


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write a new library to edit: scenes, playlists, room, an editor's settings.

    Files that are in the folder already are left as they are.

    \b
    Example:
      soundscape init my-clinic
    """
    made = create_library(folder.expanduser().absolute(), shipped_root())
    click.echo("\n".join(_said(made, folder)))


def _said(made: NewLibrary, folder: Path) -> list[str]:
    if not made.written:
        return [f"{spelled(str(folder))} has all the files of a library: nothing was written."]
    scenes = sum(path.startswith("scenes/") for path in made.written)
    playlists = sum(path.startswith("playlists/") for path in made.written)
    lines = [f"Library {made.root}: {scenes} scenes, {playlists} playlists, room.yaml."]
    if made.kept:
        lines.append(f"Left as they were: {', '.join(made.kept)}.")
    return [
        *lines,
        "Next, in that folder:",
        "  soundscape rehearse kap-im    hear a scene in two minutes",
        "  music/                        put your music here, or `soundscape import` a playlist",
        "  soundscape check kap-im       will it all work?",
    ]
