"""Which running session a command is for, and the client that reaches it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import rich_click as click

from soundscape.library.homes import runtime_folder
from soundscape.remote.client import Client
from soundscape.remote.session_file import find

session_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--session", metavar="LABEL", help="Which one, where several sessions are running."
)
"""Parameter `session: str | None`, for `reach`."""


def reach(label: str | None) -> Client:
    """The running session of a label, or the only one. Raises EngineError."""
    known = find(runtime_folder(os.environ), label)
    return Client(known.url, known.token)
