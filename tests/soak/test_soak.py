"""A session lasts hours and is steered and broken all the while: nothing of it startles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import soak_job
from soaking import Soak

from soundscape.ipc.spawn import _environment

LONG = (
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("SOUNDSCAPE_SLOW") != "1", reason="SOUNDSCAPE_SLOW=1 asks"),
)
CASES = [
    pytest.param(1, 6 * 60, 60, 6, True, id="six minutes"),
    pytest.param(2, 3 * 3600, 1000, 50, True, id="three hours", marks=LONG),
    pytest.param(3, 20 * 60, 110, 4, False, id="twenty minutes of one player", marks=LONG),
    pytest.param(3, 3 * 3600, 1000, 30, False, id="three hours of one player", marks=LONG),
]
GROWTH = 5 * 1024
"""KiB by which memory may grow after the first ten minutes."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory, threads and files: Linux's /proc")
@pytest.mark.parametrize(("seed", "seconds", "commands", "faults", "kills"), CASES)
@pytest.mark.long
def test_whatever_is_asked_and_breaks_nothing_startles_and_memory_stays_level(
    tmp_path: Path,
    seed: int,
    seconds: float,
    commands: int,
    faults: int,
    kills: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Soak(tmp_path, seed, seconds, commands, faults, kills)  # writes its files
    given = (tmp_path, seed, seconds, commands, faults, "kills" if kills else "")
    done = subprocess.run(
        [sys.executable, soak_job.__file__, *map(str, given)],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with capsys.disabled():
        sys.stdout.write(f"\n{done.stdout}")
    memory = json.loads(done.stdout)["memory"]
    if seconds > soak_job.EARLY and not kills:
        assert memory["later"] - memory["first ten minutes"] <= GROWTH, memory
