"""`soundscape start`: starts a session."""

from __future__ import annotations

import rich_click as click

from soundscape.cli.options import (
    lang_option,
    library_option,
    output_option,
    room_option,
    scene_names,
    seed_option,
)
from soundscape.cli.spawn_host import Launch
from soundscape.remote.session_file import shell_argument


@click.command()
@click.argument("scene", shell_complete=scene_names)
@library_option
@lang_option
@room_option
@seed_option
@output_option
@click.option("--at", metavar="PHASE[+TIME]", help="Where to begin: peak, or peak+5m.")
@click.option("--no-lights", is_flag=True, help="Leave the lights alone.")
@click.option("--label", metavar="TEXT", help="A name for the session, to tell several apart.")
@click.option("--dated", is_flag=True, help="Write the date into the session's journal.")
@click.option("--remote", is_flag=True, help="Open the page for a tablet on the clinic's network.")
@click.option("--force", is_flag=True, help="Start even if the output is muted or turned down.")
@click.option("--headless", is_flag=True, help="Return as soon as the sound plays.")
@click.option(
    "--foreground", is_flag=True, help="Stay until it ends, without a console; Ctrl-C ends it."
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
    label: str | None,
    dated: bool,
    remote: bool,
    force: bool,
    headless: bool,
    foreground: bool,
) -> None:
    """Start a session: sound, light, and the therapist's console.

    If you close the console or the terminal, the sound plays on. With --foreground, Ctrl-C or
    SIGTERM stops the session with a fade of 5 s. It is not a medical device; a qualified clinician
    is present and responsible.

    \b
    Example:
      soundscape start kap-im
      soundscape start kap-im --at peak+5m --room rooms/two.yaml
      soundscape start kap-im --headless
    """
    if headless and foreground:
        raise click.UsageError("--headless returns at once, --foreground stays: give one of them")
    launch = Launch(output)
    with launch.killed_on_failure():
        from soundscape.cli import loading, start_session  # noqa: PLC0415 - while the host loads too

        used = loading.the_library(library, scene)
        loaded = loading.load_to_play(used, scene, room, seed, at)
        index, begin_at = loading.phase_and_frame(loaded.show, at)
    wanted = start_session.StartOptions(
        output=output,
        index=index,
        begin_at=begin_at,
        lights=not no_lights,
        label=label,
        remote=remote,
        force=force,
        begun_as=_begun_as(scene, library=library, room=room, seed=seed, output=output),
        dated=dated,
    )
    begun = start_session.begin(launch, loaded, wanted)
    start_session.mention_cut_off()
    if not headless:
        loading.name_library(used)
    if headless:
        begun.settled()
        click.echo(
            f"{loaded.show.name} plays, from {used.root}: `soundscape attach` opens the console, "
            "`soundscape stop` ends it"
        )
    else:
        context.exit(start_session.stay(begun, foreground=foreground))


def _begun_as(scene: str, **options: str | int | None) -> str:
    """Return the command as it was typed, from which the commands that resume it are made."""
    given = [f"--{name}={value}" for name, value in options.items() if value is not None]
    return " ".join(map(shell_argument, ["soundscape", "start", scene, *given]))
