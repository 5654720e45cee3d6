"""Where this user's own files are kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs


def cache_folder(environment: Mapping[str, str]) -> Path:
    """The folder for what can be made anew; `$SOUNDSCAPE_HOME` puts it under one of its own."""
    home = environment.get("SOUNDSCAPE_HOME")
    if home:
        return Path(home).expanduser().absolute() / "cache"
    return platformdirs.user_cache_path("soundscape", appauthor=False)
