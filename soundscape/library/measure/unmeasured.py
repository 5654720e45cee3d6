"""Files that a scene plays and that were not measured yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from soundscape.library.files.locate import Library


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """The files, the folder of the catalogue, and how the scene that plays them is loaded again."""

    files: tuple[Path, ...]
    catalogue: Path
    library: Library
    scene: str
    room: str | None
    seed: int | None
