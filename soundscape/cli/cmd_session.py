"""`soundscape status` and `attach`: show the running session."""

from __future__ import annotations

import sys

import rich_click as click

from soundscape.cli.attach_ui import open_console
from soundscape.cli.connect import reach, session_option
from soundscape.cli.options import json_option
from soundscape.cli.status_text import lines
from soundscape.errors import SessionLost


@click.command()
@session_option
@json_option
def status(session: str | None, as_json: bool) -> None:
    """Show the state of the running session.

    The phase, what plays, and what is wrong.

    \b
    Example:
      soundscape status
      soundscape status --json
    """
    view = reach(session).status()
    if as_json:
        click.echo(view.model_dump_json(indent=2))
        return
    for line in lines(view):
        click.echo(line)


@click.command()
@session_option
@click.pass_context
def attach(context: click.Context, session: str | None) -> None:
    """Open the console of the running session again.

    If you close it, the terminal or the connection, the sound plays on.

    \b
    Example:
      soundscape attach
    """
    client = reach(session)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SessionLost("the console needs a terminal; `soundscape status` works without one")
    context.exit(open_console(client))


COMMANDS = {"status": status, "attach": attach}
