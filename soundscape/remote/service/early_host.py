"""Starts the host of `start` before the command line is even loaded, so that all load at once.

Imports the standard library only. A host whose command asks for nothing ends with that command.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress

from soundscape.ipc.spawn import LOAD_OUTPUT, spawn

_early: list[subprocess.Popen[bytes]] = []


def spawn_early(arguments: Sequence[str]) -> None:
    """Start a host if a command line asks for a session that plays on the sound card.

    With --lang the host must wait: it has the language from the environment.
    """
    late = ("--output", "--lang", "--help")
    if "start" in arguments and not any(argument.startswith(late) for argument in arguments):
        with suppress(OSError):  # the command tries again, and says what is wrong
            _early.append(_spawn(LOAD_OUTPUT))


def spawn_host(output: str | None) -> subprocess.Popen[bytes]:
    """Return a host that is starting. `output` is as for `devices.audio.open_output.choose`."""
    if output is None:
        return _early.pop() if _early else _spawn(LOAD_OUTPUT)
    return _spawn()


def _spawn(*arguments: str) -> subprocess.Popen[bytes]:
    return spawn("soundscape.remote.service.main", *arguments)
