"""A process of our own beside the session's: one of our modules, with pipes to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import soundscape

if sys.platform == "win32":
    NEW_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    NEW_GROUP = 0


def start_child(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a program that reads and writes pipes and finds this package where we found it.

    It has a session of its own: the terminal's Ctrl-C and hang-up are not for it.
    """
    path = [str(Path(soundscape.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # drivers print there
        bufsize=0,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))},
        creationflags=NEW_GROUP,
        start_new_session=True,
    )
