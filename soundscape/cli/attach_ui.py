"""Opens the console of a running session, and words how a session was left or lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import rich_click as click

from soundscape.errors import EngineError
from soundscape.remote.client.client import Client

LEFT = (
    "the session plays on: `soundscape attach` opens the console again, `soundscape stop` ends it"
)


PLAYS_ALONE = (
    "the session's host does not answer; its music plays on: `soundscape stop` fades it out"
)
STANDS_STILL = (
    "the session is not answering: its processes stand still; `soundscape attach` opens the "
    "console when they go on, `soundscape stop` ends them"
)


def broke_off(resume: Sequence[str]) -> str:
    """Return the text for a session that is gone, with the commands that resume it."""
    again = "".join(f"\n  {line}" for line in resume)
    gone = "the session broke off, and nothing plays any more; `soundscape recover` takes it up"
    return gone + (f", or start it again at its place:{again}" if again else "")


def open_console(client: Client, opened: Callable[[], None] = lambda: None) -> int:
    """Run the console until it is left or the session is over. Return the exit code.

    `opened` is called once the console is shown. Raises EngineError if the session was lost.
    """
    from soundscape.console.app import ConsoleApp  # noqa: PLC0415 - it takes long to load

    console = ConsoleApp(client, client.keys(), opened)
    how = console.run(mouse=False)
    if how == "lost":
        if client.plays():
            raise EngineError(PLAYS_ALONE)
        raise EngineError(STANDS_STILL if client.lives() else broke_off(console.resume))
    click.echo("the session is over" if how == "over" else LEFT)
    return 0
