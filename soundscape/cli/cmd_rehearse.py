"""`soundscape rehearse`: plays a scene shortened to two minutes."""

from __future__ import annotations

import rich_click as click

from soundscape.cli.options import (
    duration,
    lang_option,
    library_option,
    output_option,
    room_option,
    scene_names,
    seed_option,
)
from soundscape.cli.spawn_host import Launch

SHORTEST = 10.0


@click.command()
@click.argument("scene", shell_complete=scene_names)
@library_option
@lang_option
@room_option
@seed_option
@output_option
@click.option(
    "--in", "length", metavar="TIME", callback=duration, default="2m", help="How long it takes: 5m."
)
@click.option(
    "--joins/--no-joins",
    default=None,
    help="Shorten tracks to their openings and ends, so that every crossfade is heard. Default: "
    "where they fit.",
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
    joins: bool | None,
    no_lights: bool,
) -> None:
    """Rehearse a scene: all its phases in two minutes.

    This needs no music, no sound card and no MIDI: without an audio device it plays silently, and
    says so. A phase that waits goes on at its scaled end. Only the opening and the end of each
    track play, so that every crossfade is heard.

    \b
    Example:
      soundscape rehearse kap-im
      soundscape rehearse kap-im --in 5m
      soundscape rehearse kap-im --no-joins
    """
    if length < SHORTEST:
        raise click.BadParameter("a rehearsal takes at least 10s", param_hint="--in")
    launch = Launch(output)
    with launch.killed_on_failure():
        from soundscape.cli import run_rehearsal  # noqa: PLC0415 - while the host loads too

        loaded = run_rehearsal.load(library, scene, room, seed, length, joins=joins)
    context.exit(run_rehearsal.play(launch, loaded, output, length, lights=not no_lights))
