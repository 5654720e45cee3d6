"""Staying with a running session from a terminal: in its console, or in the foreground."""

from __future__ import annotations

import rich_click as click

from soundscape.errors import EngineError
from soundscape.remote.client import Client

LEFT = (
    "the session plays on: `soundscape attach` opens the console again, `soundscape stop` ends it"
)


def open_console(client: Client) -> int:
    """The console, until it is left or the session is over. Returns the exit code."""
    from soundscape.console.app import run  # noqa: PLC0415 - it takes long to load

    how = run(client, client.keys())
    if how == "lost":
        raise EngineError(
            "the session's host does not answer; its music plays on: `soundscape stop` fades it out"
            if client.plays()
            else "the session's host has ended, and nothing plays any more"
        )
    click.echo(LEFT if how == "left" else "the session is over")
    return 0
