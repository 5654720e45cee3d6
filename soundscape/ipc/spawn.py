"""Modules of ours run as processes: by our own interpreter, out of the terminal's reach."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import soundscape

if sys.platform == "win32":
    APART = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    APART = 0
"""With a session of its own elsewhere: the terminal's Ctrl-C and hang-up are not for it."""


def spawn(module: str, *, errors: IO[bytes] | int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Run a module of the package, its standard input and output being pipes to us, unbuffered."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        (sys.executable, "-m", module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        bufsize=0,
        env=_environment(),
        creationflags=APART,
        start_new_session=True,
    )


def outlive(process: subprocess.Popen[bytes]) -> None:
    """Let a process outlive us: nobody waits for it, which Python would complain of."""
    process.returncode = 0


def _environment() -> dict[str, str]:
    """Ours, and this package found where we found it."""
    path = [str(Path(soundscape.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}
