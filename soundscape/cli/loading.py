"""Finds the library, loads a scene and prints its problems, for all commands about scenes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from soundscape.cli.measuring import open_catalogue, scanning, with_first_measured
from soundscape.errors import InvalidValue, LibraryError, Problem
from soundscape.library.file_tracks import LookUp, ProbeFile
from soundscape.library.files.locate import Library, find_library, shipped_root
from soundscape.library.measure.unmeasured import Unmeasured
from soundscape.library.missing_measurements import with_measured
from soundscape.library.resolve import Loaded, load_show
from soundscape.library.user_dirs import cache_folder
from soundscape.timeline.show import Phase, Show
from soundscape.units import frames, parse_at

if TYPE_CHECKING:
    from rich.console import Console


def the_library(given: str | None, scene: str | None = None) -> Library:
    """Return the library in use; for a scene that is given by its path, the library around it."""
    return find_library(given, os.environ, Path.cwd(), scene)


def own_room_file(library: Library, room: str | None) -> Path:
    """The path of the room's file that a command may write, which may not exist yet.

    Raises LibraryError for the room that comes with the program.
    """
    found = library.room(room)
    if room is None and "shipped" in shipped_root().parts and library.root == shipped_root():
        raise LibraryError(
            "this room comes with the program and would be lost with its next version: give "
            "--library DIR or --room FILE"
        )
    return found if found is not None else library.root / "room.yaml"


def load(library: Library, scene: str, room: str | None, seed: int | None) -> Loaded:
    """Load a scene; measure its files first if they are not measured yet.

    Problems with which the scene can be played are printed on stderr, all of them as warnings.
    """

    def make(measured: LookUp) -> Loaded:
        return load_show(library, scene, room, seed, measured=measured)

    with open_catalogue() as catalogue:
        return _with_warnings_printed(with_measured(catalogue, make, scanning(catalogue)))


def load_to_play(
    library: Library, scene: str, room: str | None, seed: int | None, at: str | None = None
) -> Loaded:
    """Load a scene to play it now, from `at` on; only the first track of each layer is examined.

    Other files are measured while it plays. Problems are printed as by `load`.
    """

    def make(measured: LookUp, probe: ProbeFile) -> Loaded:
        return load_show(library, scene, room, seed, probe, measured)

    loaded, missing = with_first_measured(make, lambda show: phase_and_frame(show, at)[0])
    folder = cache_folder(os.environ)
    unmeasured = Unmeasured(tuple(missing), folder, library, scene, room, seed)
    loaded = replace(loaded, unmeasured=unmeasured)
    return _with_warnings_printed(loaded)


def _with_warnings_printed(loaded: Loaded) -> Loaded:
    for problem in loaded.problems:
        click.echo(f"warning: {problem}", err=True)
    return loaded


def plain_console(*, err: bool = False) -> Console:
    """Return a console, for stdout or stderr, that prints brackets and `:smile:` as written."""
    from rich.console import Console  # noqa: PLC0415 - slow, and a start prints after it sounds

    return Console(stderr=err, highlight=False, markup=False, emoji=False)


def name_library(library: Library, *, err: bool = False) -> None:
    """Print which library is in use, before what is done with one of its scenes.

    `err`: on stderr, where the result of the command is a file.
    """
    plain_console(err=err).print(f"Library {library.root}", style="dim", soft_wrap=True)


def tell(problems: Iterable[Problem]) -> None:
    """Print each problem on a line of stderr; mark those that are not errors."""
    for problem in problems:
        mark = "" if problem.severity == "error" else f"{problem.severity}: "
        click.echo(f"{mark}{problem}", err=True)


def phase_and_frame(show: Show, text: str | None) -> tuple[int, int]:
    """Return the phase and planned frame of `peak` or `peak+5m`. Raises BadParameter."""
    if text is None:
        return 0, 0
    name, _, after = text.partition("+")
    names = [phase.name for phase in show.phases]
    if name not in names:
        raise click.BadParameter(
            f"no phase '{name}' in {show.name}; it has {', '.join(names)}", param_hint="--at"
        )
    index = names.index(name)
    try:
        return index, _begin(show.phases[index], after)
    except InvalidValue as fault:
        raise click.BadParameter(str(fault), param_hint="--at") from fault


def _begin(phase: Phase, after: str) -> int:
    if not after:
        return 0
    at = parse_at(after)
    begin = round(at.fraction * phase.frames) + frames(at.seconds)
    if at.from_end or begin >= phase.frames:
        raise InvalidValue(f"'{after}' is not a time within {phase.name}; write it like peak+5m")
    return begin
