"""Runs a rehearsal: a shortened scene on the output that is available."""

from __future__ import annotations

from dataclasses import replace

from rich.panel import Panel
from rich.text import Text

from soundscape.cli.loading import load_to_play, name_library, plain_console, the_library
from soundscape.cli.spawn_host import Launch
from soundscape.cli.start_session import StartedSession, StartOptions, begin, stay
from soundscape.errors import AudioDeviceError
from soundscape.library.resolve import Loaded
from soundscape.timeline.plan import plan
from soundscape.timeline.rehearsal_joins import with_joins, without_joins
from soundscape.timeline.rehearse import shortened
from soundscape.units import format_duration, frames

SILENT = "T H I S   R E H E A R S A L   I S   S I L E N T"


def load(
    library: str | None,
    scene: str,
    room: str | None,
    seed: int | None,
    length: float,
    *,
    joins: bool | None,
) -> Loaded:
    """Return a scene shortened to `length` seconds, with the `joins`; None: only if they fit."""
    used = the_library(library, scene)
    name_library(used)
    loaded = load_to_play(used, scene, room, seed)
    show = shortened(loaded.show, frames(length))
    joined, fit = with_joins(show, plan(loaded.show))
    if joins or (joins is None and fit):
        return replace(loaded, show=joined)
    if joins is None:
        plain_console().print(
            "The joins of the tracks do not fit: each phase plays the beginnings of its tracks. "
            "--joins shortens the crossfades, --in 5m gives more time.",
            soft_wrap=True,
        )
    return replace(loaded, show=without_joins(show))


def play(launch: Launch, loaded: Loaded, output: str | None, length: float, *, lights: bool) -> int:
    """Start the rehearsal and stay with it. Return the exit code."""
    begun = _begin(launch, loaded, StartOptions(output=output, waits=False, lights=lights))
    plain_console().print(f"Rehearsing {loaded.show.name} in {format_duration(length)}")
    return stay(begun)


def _begin(launch: Launch, loaded: Loaded, wanted: StartOptions) -> StartedSession:
    """Start on the requested output. Without an audio device use none, and print that clearly."""
    try:
        return begin(launch, loaded, wanted)
    except AudioDeviceError as err:
        if wanted.output is not None:
            raise
        plain_console().print(
            Panel(
                Text.assemble((SILENT, "bold"), f"\n\nNothing will be heard: {err}"),
                expand=False,
                padding=(1, 3),
            )
        )
        return begin(Launch("null"), loaded, replace(wanted, output="null"))
