"""The unmeasured files of a scene. A module of its own, so that the host loads little."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from soundscape.library.files.locate import Library


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """The files, the folder of the catalogue, and how to load the scene that plays them."""

    files: tuple[Path, ...]
    catalogue: Path
    library: Library
    scene: str
    room: str | None
    seed: int | None
