"""A command that is added to the table is found in every place that knows commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FOUND: dict[str, Any] = {
    "in_a_room": ["hum", {"f5": "hum"}, True, True],
    "in_a_script": {"do": "hum", "by": -2.0},
    "in_the_api": [True, "hum", {"do": "hum", "by": -2.0}],
    "on_the_command_line": [True, True, True],
    "on_the_console": ["press again to hum along", {"do": "hum", "by": -1.0}, True],
    "on_a_pad": [[[], [{"do": "hum", "by": -1.0}]], 1],
    "in_the_player": [[], ["skip", "hum"]],
    "in_the_host": [None, True],
    "in_the_timeline": [["hummed", -1.0], "hummed"],
}


@pytest.fixture(scope="module")
def places() -> dict[str, Any]:
    program = HERE / "support" / "imaginary_command.py"
    paths = os.pathsep.join((str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])))
    done = subprocess.run(
        [sys.executable, str(program)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("place", FOUND)
def test_a_command_that_is_added_to_the_table_is_found(place: str, places: dict[str, Any]) -> None:
    assert places[place] == FOUND[place]


def test_no_place_is_forgotten(places: dict[str, Any]) -> None:
    assert set(places) == set(FOUND)
