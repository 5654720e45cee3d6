"""The program, run as its user does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def ran(
    folder: Path, environment: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """A command that was run in a folder, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "soundscape", *arguments],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def soundscape(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    """What a command prints, run in a folder. Fails, with what it says, where the command does."""
    done = ran(folder, environment, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout
