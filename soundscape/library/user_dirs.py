"""The folders for this user's own files."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import platformdirs


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder for what can be made again. `$SOUNDSCAPE_HOME` holds all three folders."""
    return _own(environment, "cache") or platformdirs.user_cache_path("soundscape", appauthor=False)


def state_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder for what outlasts a session."""
    return _own(environment, "state") or platformdirs.user_state_path("soundscape", appauthor=False)


def runtime_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder for what is needed only while a session runs."""
    own = _own(environment, "runtime")
    if own is not None:
        return own
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the system has none: it names another, and says so
        return platformdirs.user_runtime_path("soundscape", appauthor=False)


def _own(environment: Mapping[str, str], name: str) -> Path | None:
    home = environment.get("SOUNDSCAPE_HOME")
    return Path(home).expanduser().absolute() / name if home else None
