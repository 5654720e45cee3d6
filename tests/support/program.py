"""The program, run as its user does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def soundscape(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    """What a command prints, run in a folder. Fails, with what it says, where the command does."""
    done = subprocess.run(
        [sys.executable, "-m", "soundscape", *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
