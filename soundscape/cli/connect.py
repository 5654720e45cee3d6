"""Finds the running session that a command is for, and connects to it.

A session whose host does not answer takes no command, but it can be stopped.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import rich_click as click

from soundscape.errors import EngineError, SessionLost
from soundscape.ipc import clock
from soundscape.ipc.shared_audio_layout import player_pid
from soundscape.ipc.spawn import KILL
from soundscape.library.user_dirs import runtime_folder
from soundscape.remote.api.schemas import CommandReply
from soundscape.remote.client.client import Client
from soundscape.remote.session_file import KnownSession, find, lives, running

session_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--session", metavar="LABEL", help="Which session, if several are running."
)
"""Parameter `session: str | None`, for `reach`."""

REPLACED_WITHIN = 3.0
"""Seconds within which another host replaces one that died."""
LOOK_EVERY = 0.1
_GONE_WITHIN = 2.0
"""Seconds within which a killed process must be gone."""


def reach(label: str | None) -> Client:
    """Return the client of the session with a label, or of the only one. Raises EngineError."""
    known = _known(label)
    limit = clock.now() + REPLACED_WITHIN
    while not known.answers():
        if clock.now() > limit:
            break
        time.sleep(LOOK_EVERY)
        known = _known(label)
    else:
        return _client(known)
    client, there = _client(known), known.content.label
    if client.plays():
        raise SessionLost(
            f"the host of the session ({there}) does not answer, but its music plays on: "
            "`soundscape stop` fades it out"
        )
    raise SessionLost(
        f"the session ({there}) is not answering: its processes stand still, as after a sleep of "
        "the machine; try again in a moment, or end it with `soundscape stop`"
    )


def stop(label: str | None, asked: Mapping[str, Any]) -> CommandReply:
    """Stop the session, with its host or without it. Raises EngineError."""
    known = _known(label)
    client = _client(known)
    if known.answers():
        return client.do(asked)
    if client.stop_requested and not client.plays():
        _kill(known)
        said = f"the session ({known.content.label}) did not answer: its processes were ended"
        return CommandReply(do="stop", said=said, t=0.0)
    return client.stop_alone()


def _kill(known: KnownSession) -> None:
    """Kill the processes of a session that is silent already.

    Their locks prove that they belong to it. Raises EngineError if they do not end.
    """
    host = known.content.pid if known.hosted else 0
    # The player first: it would start another host, while a host takes its time to notice.
    for pid in (player_pid(known.shared_audio), host):
        if pid:
            with suppress(OSError):
                os.kill(pid, KILL)
    for _ in range(20):
        if not lives(known.shared_audio):
            running(runtime_folder(os.environ))  # removes what it left behind
            return
        time.sleep(_GONE_WITHIN / 20)
    raise EngineError(
        f"the session's processes cannot be ended: {host}, {player_pid(known.shared_audio)}"
    )


def _known(label: str | None) -> KnownSession:
    return find(runtime_folder(os.environ), label)


def _client(known: KnownSession) -> Client:
    return Client(known.content.url, known.content.token, known.shared_audio)
