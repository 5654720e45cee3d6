"""Runs modules of ours as processes: by our own interpreter, out of reach of the terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import soundscape

if sys.platform == "win32":
    APART = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    BREAKAWAY = subprocess.CREATE_BREAKAWAY_FROM_JOB
else:
    APART = BREAKAWAY = 0
"""Elsewhere the process has a session of its own: Ctrl-C and a hang-up do not reach it.

On Windows a terminal may put what it runs into a job that ends with its window: the process breaks
away from it.
"""


LOAD_OUTPUT = "load-output"
"""Argument of a host and of its player: the session is for a sound card, so the player loads the
card's library while it waits for its job."""

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""The signal that ends a process at once; Windows ends it so on any."""

_CODE = "import gc; gc.disable(); from {} import main; gc.freeze(); gc.enable(); main()"
"""Loading makes a hundred thousand objects and drops hardly any: looking for garbage among them
took a quarter of its time."""

_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Keeps memory level over hours, on Linux and with numpy's usual BLAS.

Otherwise each thread that decodes a track has a heap of its own (glibc's arenas). Heaps are given
to other threads, but not to the system: with each wider overlap of tracks several MB are added for
good. BLAS would keep a thread and its buffers for our small matrices.
"""


def spawn(
    module: str, *arguments: str, errors: IO[bytes] | int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Run the `main` of a module. Its standard input and output are unbuffered pipes to us."""
    command = (sys.executable, "-c", _CODE.format(module), *arguments)
    try:
        return _popen(command, errors, APART | BREAKAWAY)
    except PermissionError:
        if not BREAKAWAY:
            raise
        return _popen(command, errors, APART)  # the job lets none go


def _popen(command: Sequence[str], errors: IO[bytes] | int, flags: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        bufsize=0,
        env=_environment(),
        creationflags=flags,
        start_new_session=True,
    )


def outlive(process: subprocess.Popen[bytes]) -> None:
    """Let a process outlive us. Python would warn of one that is not waited for."""
    process.returncode = 0


def reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that may outlive us and is ending, so that nothing of it stays behind."""
    process.returncode = None
    process.wait()


def _environment() -> dict[str, str]:
    """Return ours, with the settings of `_ENVIRONMENT`, and with this package where we found it."""
    path = [str(Path(soundscape.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return {**_ENVIRONMENT, **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}
