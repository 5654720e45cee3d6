"""A library in a folder of the test's own, with sound files that only a fake probe can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from soundscape.errors import MediaError
from soundscape.library.checks.check import check
from soundscape.library.files.locate import Library
from soundscape.library.resolve import Loaded, load_show
from soundscape.media.types import Probe

MINUTE = 60 * 48_000


@dataclass
class Shelf:
    """Writes a library's files; `probes` has what the fake probe says of each sound file."""

    root: Path
    probes: dict[str, Probe | MediaError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def library(self) -> Library:
        return Library(self.root)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dedent(text).encode() if isinstance(text, str) else text)
        return path

    def music(self, name: str, frames: int = 10 * MINUTE, **tags: Any) -> Path:
        """A file of some bytes that the probe takes for sound."""
        self.probes[name] = Probe(frames, **tags)
        return self.write(name, b"sound")

    def damaged(self, name: str, message: str = "is not a sound file") -> Path:
        self.probes[name] = MediaError(f"{self.root / name}: {message}")
        return self.write(name, b"noise")

    def probe(self, path: Path) -> Probe:
        name = path.relative_to(self.root).as_posix()
        self.asked.append(name)
        answer = self.probes[name]
        if isinstance(answer, MediaError):
            raise answer
        return answer

    def load(self, name: str = "x", **options: Any) -> Loaded:
        return load_show(self.library, name, probe=self.probe, **options)

    def check(self, *names: str, **options: Any) -> list[str]:
        """Each problem as its severity's first letter and its line."""
        options = {"probe": self.probe, "verify": self.probe, **options}
        found = check(self.library, names or None, **options).problems
        return [f"{problem.severity[0]} {problem}" for problem in found]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty library."""
    made = Shelf(tmp_path / "library")
    for folder in ("scenes", "playlists", "music"):
        (made.root / folder).mkdir(parents=True)
    return made
