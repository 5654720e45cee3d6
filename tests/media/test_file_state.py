"""Files that were replaced since they were measured."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from soundscape.media.file_state import COARSE_TIME, has_changed


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "a").write_bytes(b"sound")
    os.utime(tmp_path / "a", ns=(0, 10**18))
    return str(tmp_path / "a")


@pytest.mark.parametrize(
    ("size", "mtime_ns", "changed"),
    [
        (5, 10**18, False),
        (6, 10**18, True),
        (5, 10**18 - COARSE_TIME, True),
        (5, 10**18 + COARSE_TIME, True),
        (5, 10**18 + COARSE_TIME - 1, False),
        (None, None, False),
    ],
)
def test_a_file_of_another_size_or_time_has_changed(
    path: str, size: int | None, mtime_ns: int | None, changed: bool
) -> None:
    assert has_changed(path, size, mtime_ns) == changed


def test_a_file_that_is_gone_has_not_changed(path: str) -> None:
    Path(path).unlink()
    assert not has_changed(path, 5, 10**18)
