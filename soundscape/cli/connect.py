"""Which running session a command is for, and the client that reaches it.

A session whose host has died plays on. Nothing can be asked of it but one thing: to fade out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import rich_click as click

from soundscape.errors import SessionLost
from soundscape.library.user_dirs import runtime_folder
from soundscape.remote.api.schemas import CommandReply
from soundscape.remote.client.client import Client
from soundscape.remote.session_file import KnownSession, find

session_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--session", metavar="LABEL", help="Which one, where several sessions are running."
)
"""Parameter `session: str | None`, for `reach`."""


def reach(label: str | None) -> Client:
    """The running session of a label, or the only one. Raises EngineError."""
    known = _known(label)
    if not known.served:
        raise SessionLost(
            f"the host of the session ({known.content.label}) does not answer, but its music plays "
            "on: `soundscape stop` fades it out"
        )
    return _client(known)


def stop(label: str | None, asked: Mapping[str, Any]) -> CommandReply:
    """Have it stopped, with the host or without it. Raises EngineError."""
    known = _known(label)
    return _client(known).do(asked) if known.served else _client(known).stop_alone()


def _known(label: str | None) -> KnownSession:
    return find(runtime_folder(os.environ), label)


def _client(known: KnownSession) -> Client:
    return Client(known.content.url, known.content.token, known.tape)
