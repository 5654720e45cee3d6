"""Every target reads its seeds, and with atheris each is fuzzed in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from fuzz_targets import TARGETS

SECONDS = 20


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_of_a_target_are_read(tmp_path: Path, name: str) -> None:
    with TARGETS[name].make(tmp_path) as function:
        for seed in TARGETS[name].seeds():
            function(seed)


@pytest.mark.slow
@pytest.mark.skipif(
    os.environ.get("SOUNDSCAPE_SLOW") != "1" or find_spec("atheris") is None,
    reason="SOUNDSCAPE_SLOW=1 asks for it, and it needs atheris",
)
@pytest.mark.parametrize("name", TARGETS)
def test_no_input_upsets_a_target(name: str) -> None:
    command = [sys.executable, str(Path(__file__).parent), name, "--seconds", str(SECONDS)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-4000:]
