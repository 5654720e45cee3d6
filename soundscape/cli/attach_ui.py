"""Staying with a running session from a terminal: in its console, or in the foreground."""

from __future__ import annotations

from collections.abc import Callable

import rich_click as click

from soundscape.errors import EngineError
from soundscape.remote.client.client import Client

LEFT = (
    "the session plays on: `soundscape attach` opens the console again, `soundscape stop` ends it"
)


def open_console(client: Client, opened: Callable[[], None] = lambda: None) -> int:
    """The console, until it is left or the session is over. Returns the exit code.

    `opened` is called once it is there.
    """
    from soundscape.console.app import ConsoleApp  # noqa: PLC0415 - it takes long to load

    how = ConsoleApp(client, client.keys(), opened).run(mouse=False)
    if how == "lost":
        raise EngineError(
            "the session's host does not answer; its music plays on: `soundscape stop` fades it out"
            if client.plays()
            else "the session's host has ended, and nothing plays any more"
        )
    click.echo("the session is over" if how == "over" else LEFT)
    return 0
