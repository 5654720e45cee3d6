"""No test touches the folders of the user who runs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sharing


@pytest.fixture(scope="module")
def shared_home() -> Path:
    """What a fixture that many tests share is given."""
    return Path(os.environ["SOUNDSCAPE_HOME"])


def test_a_fixture_that_tests_share_has_a_home_of_the_run(shared_home: Path) -> None:
    assert shared_home.parent == sharing.folder()


def test_a_test_has_a_home_of_its_own(shared_home: Path, home: Path) -> None:
    assert Path(os.environ["SOUNDSCAPE_HOME"]) == home != shared_home
