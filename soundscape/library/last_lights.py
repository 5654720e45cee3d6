"""The levels at which a room's lights were left last, kept in the user's state folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from soundscape.scene.models import Room


class LastLights:
    """The levels of one room's lights, as far as they are known: `levels`, light by light.

    They are kept while they change, not only at the end: a session that breaks off leaves its last
    look, too, and the next one must not jump from there.
    """

    def __init__(self, folder: Path, room: Room) -> None:
        self._path = _path(folder, room)
        self.levels = self._read(room)

    def keep(self, told: Mapping[str, float]) -> None:
        """Lights have been told these levels: keep them for whoever is next, if it can be done."""
        levels = {**self.levels, **told}
        if levels == self.levels:
            return
        self.levels = levels
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            written = self._path.with_suffix(".new")
            written.write_text(json.dumps(levels), encoding="utf-8")
            written.replace(self._path)

    def _read(self, room: Room) -> dict[str, float]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(known, dict):
            return {}
        return {
            name: float(level)
            for name, level in known.items()
            if name in room.lights and isinstance(level, (int, float)) and 0.0 <= level <= 1.0
        }


def _path(folder: Path, room: Room) -> Path:
    """A file for each room: known by its name and by how its lights are wired."""
    wiring = f"{room.name}\n{sorted(room.midi.items())}\n{sorted(room.lights.items())}"
    return folder / "lights" / f"{hashlib.sha256(wiring.encode()).hexdigest()[:16]}.json"
