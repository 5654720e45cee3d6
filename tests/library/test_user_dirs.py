"""Where this user's own files are kept."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from soundscape.library.user_dirs import cache_folder, runtime_folder, state_folder


def test_soundscape_home_has_all_three(tmp_path: Path) -> None:
    own = {"SOUNDSCAPE_HOME": str(tmp_path)}
    folders = [folder(own) for folder in (cache_folder, state_folder, runtime_folder)]
    assert folders == [tmp_path / name for name in ("cache", "state", "runtime")]


def test_a_system_without_a_runtime_folder_is_not_complained_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert runtime_folder({}).is_absolute()
