"""`soundscape start`: a session."""

from __future__ import annotations

import rich_click as click

from soundscape.cli.foreground import play
from soundscape.cli.loading import load_to_play, place_in, room_option, seed_option, the_library
from soundscape.cli.options import library_option, output_option
from soundscape.devices.audio import choose
from soundscape.timeline.conductor import Conductor


@click.command()
@click.argument("scene")
@library_option
@room_option
@seed_option
@output_option
@click.option("--at", metavar="PHASE[+TIME]", help="Begin there: peak, or peak+5m.")
@click.option("--no-lights", is_flag=True, help="Leave the lights alone.")
@click.option(
    "--foreground", is_flag=True, help="Stay with the session until it ends (as it does today)."
)
@click.pass_context
def start(
    context: click.Context,
    scene: str,
    library: str | None,
    room: str | None,
    seed: int | None,
    output: str | None,
    at: str | None,
    no_lights: bool,
    foreground: bool,  # noqa: ARG001 - the only way yet
) -> None:
    """Start a session: sound, light, and one key for each command.

    Ctrl-C or SIGTERM stops it with a fade of 5 s. It is not a medical device; a qualified clinician
    is present and responsible.

    \b
    Example:
      soundscape start kap-im
      soundscape start kap-im --at peak+5m --room rooms/two.yaml
    """
    loaded = load_to_play(the_library(library), scene, room, seed, at)
    index, begin_at = place_in(loaded.show, at)
    conductor = Conductor(loaded.show, index=index, begin_at=begin_at)
    device = choose(output, loaded.room.audio)
    silent = "PLAYS INTO NOTHING" if output == "null" else ""
    context.exit(play(loaded, conductor, device, lights=not no_lights, health=silent))
