"""docs/first-scene.md, followed word by word in an empty folder, with ten sound files."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sounds import encode, stereo

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "first-scene.md").read_text(encoding="utf-8")
SHORTER = {"audition": "--output null --for 2s", "rehearse": "--in 20s", "check": "--offline"}
"""What the page leaves to the computer: here no device is opened, and nobody waits."""


def music(folder: Path) -> None:
    """Ten files, each fuller than the one before."""
    folder.mkdir(parents=True)
    at = np.arange(35 * 48_000) / 48_000
    for number in range(10):
        decay = np.exp(-number / 2 * (at % 0.8))
        encode(
            folder / f"{number:02} Stück.flac",
            stereo(0.02 * (number + 2) * decay * np.sin(2 * np.pi * 110 * (number + 2) * at)),
        )


@pytest.mark.waits
@pytest.mark.long
def test_the_page_leads_from_an_empty_folder_to_a_rehearsed_scene(tmp_path: Path) -> None:
    music(tmp_path / "Music" / "session")
    folder = tmp_path / "empty"
    folder.mkdir()
    environment = os.environ | {
        "HOME": str(tmp_path),
        "USERPROFILE": str(tmp_path),
        "SOUNDSCAPE_HOME": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("SOUNDSCAPE_LIBRARY", None)
    done = []
    for kind, block in re.findall(r"^```(sh|yaml)\n(.*?)^```", PAGE, re.M | re.S):
        if kind == "yaml":
            (folder / "scenes" / "ours.yaml").write_text(block, encoding="utf-8")
            continue
        for line in block.splitlines():
            program, *words = shlex.split(line)
            if program == "cd":
                folder /= words[0]
                continue
            assert program == "soundscape"
            words = [*words, *shlex.split(SHORTER.get(words[0], ""))]
            ran = subprocess.run(
                [sys.executable, "-m", "soundscape", *words],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=200,
                check=False,
            )
            assert ran.returncode == 0, (line, ran.stderr)
            done.append(words[0])
    assert done == ["init", "audition", "check", "plan", "plan", "rehearse"]
    assert "phase rest" in ran.stdout
    assert (folder / "plan.html").stat().st_size > 10_000
