"""`soundscape init`: writes a new library to edit."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from soundscape.cli.proposing import like, proposed_playlists, summary
from soundscape.library.files.locate import shipped_root, spelled
from soundscape.library.new_library import NewLibrary, create_library, proposed_name


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from", "source", metavar="FOLDER", type=click.Path(path_type=Path),
    help="A folder of music: propose a playlist for each phase from it, with reasons.",
)  # fmt: skip
@click.option(
    "--like", "likes", metavar="PHASE=FILE", multiple=True, callback=like,
    help="With --from: the tracks that are like those of a playlist (M3U, PLS, XSPF) or folder of "
    "yours go to its phase. May be given for each phase.",
)  # fmt: skip
def init(folder: Path, source: Path | None, likes: tuple[tuple[str, Path], ...]) -> None:
    """Write a new library to edit: scenes, playlists, room, an editor's settings.

    Files that are in the folder already are left as they are.

    With --from the playlists are proposals, by measured loudness, dynamics, brightness and onsets.
    No measurement is known that tells the phases of a session apart: listen, and edit them.

    \b
    Example:
      soundscape init my-clinic
      soundscape init my-clinic --from ~/Music/sessions
      soundscape init my-clinic --from ~/Music/sessions --like peak=Peak.m3u8
    """
    if likes and source is None:
        raise click.UsageError("--like needs --from FOLDER: the music that is to be sorted")
    root = folder.expanduser().absolute()
    lines: list[str] = []
    texts: dict[str, str] = {}
    if source is not None:
        proposal, by_phase = proposed_playlists(source.expanduser().absolute(), likes, root)
        names = {phase: proposed_name(root, phase) for phase in by_phase}
        texts = {names[phase]: text for phase, text in by_phase.items()}
        shown = {phase: f"playlists/{name}.yaml" for phase, name in names.items()}
        lines = ["Proposed (the reason is above each track):", *summary(proposal, shown)]
    made = create_library(root, shipped_root(), texts)
    click.echo("\n".join(_said(made, folder, lines)))


def _said(made: NewLibrary, folder: Path, proposed: list[str]) -> list[str]:
    if not made.written:
        return [f"{spelled(str(folder))} has all the files of a library: nothing was written."]
    scenes = sum(path.startswith("scenes/") for path in made.written)
    playlists = sum(path.startswith("playlists/") for path in made.written)
    lines = [f"Library {made.root}: {scenes} scenes, {playlists} playlists, room.yaml."]
    if made.kept:
        lines.append(f"Left as they were: {', '.join(made.kept)}.")
    lines += proposed
    lines += [
        "Next, in that folder:",
        "  soundscape rehearse kap-im    hear a scene in two minutes",
    ]
    if not proposed:
        lines.append(
            "  music/                        put your music here, or `soundscape import` a playlist"
        )
    return [*lines, "  soundscape check kap-im       will it all work?"]
