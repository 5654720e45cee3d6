"""`soundscape rehearse`: the same scene squeezed into two minutes."""

from __future__ import annotations

import sys
from dataclasses import replace

import rich_click as click
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from soundscape.cli.attaching import open_console
from soundscape.cli.foreground import follow
from soundscape.cli.launching import Launch, Wanted
from soundscape.cli.loading import (
    duration,
    load_to_play,
    plain_console,
    room_option,
    seed_option,
    the_library,
)
from soundscape.cli.options import library_option, output_option
from soundscape.errors import AudioDeviceError
from soundscape.library.resolve import Loaded
from soundscape.remote.client import Client
from soundscape.timeline.conductor import never
from soundscape.timeline.rehearse import squeezed
from soundscape.units import format_duration, frames

SHORTEST = 10.0
SILENT = "T H I S   R E H E A R S A L   I S   S I L E N T"


@click.command()
@click.argument("scene")
@library_option
@room_option
@seed_option
@output_option
@click.option(
    "--in", "length", metavar="TIME", callback=duration, default="2m", help="How long it takes: 5m."
)
@click.option("--no-lights", is_flag=True, help="Leave the lights alone.")
@click.pass_context
def rehearse(
    context: click.Context,
    scene: str,
    library: str | None,
    room: str | None,
    seed: int | None,
    output: str | None,
    length: float,
    no_lights: bool,
) -> None:
    """Rehearse a scene: all its phases in two minutes.

    It needs no music, no sound card and no MIDI: without an audio device it plays silently, and
    says so. A phase that waits goes on at its scaled end.

    \b
    Example:
      soundscape rehearse kap-im
      soundscape rehearse kap-im --in 5m
    """
    if length < SHORTEST:
        raise click.BadParameter("a rehearsal takes at least 10s", param_hint="--in")
    launch = Launch()
    try:
        loaded = load_to_play(the_library(library), scene, room, seed)
        loaded = replace(loaded, show=squeezed(loaded.show, frames(length)))
    except BaseException:
        launch.call_off()
        raise
    console = plain_console()
    wanted = Wanted(output=output, waits=never, lights=not no_lights)
    client = _begin(launch, loaded, wanted, console)
    console.print(f"Rehearsing {loaded.show.name} in {format_duration(length)}")
    if sys.stdin.isatty() and sys.stdout.isatty():
        context.exit(open_console(client))
    context.exit(follow(client))


def _begin(launch: Launch, loaded: Loaded, wanted: Wanted, console: Console) -> Client:
    """Begin on the output asked for; without an audio device on none, said in large letters."""
    try:
        return launch.go(loaded, wanted)
    except AudioDeviceError as err:
        if wanted.output is not None:
            raise
        console.print(
            Panel(
                Text.assemble((SILENT, "bold"), f"\n\nNothing will be heard: {err}"),
                expand=False,
                padding=(1, 3),
            )
        )
        return Launch().go(loaded, replace(wanted, output="null"))
