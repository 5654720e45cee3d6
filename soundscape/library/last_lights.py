"""The levels at which a room's last session left its lights, kept in the user's state folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from soundscape.scene.models import Room


def take(folder: Path, room: Room) -> dict[str, float]:
    """What the room's last session left, light by light; none if it did not end as it should.

    It is forgotten with that: should this session break off, nobody knows the lights any more.
    """
    path = _path(folder, room)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        name: float(level)
        for name, level in known.items()
        if name in room.lights and isinstance(level, (int, float)) and 0.0 <= level <= 1.0
    }


def leave(folder: Path, room: Room, levels: Mapping[str, float]) -> None:
    """Keep the levels for the room's next session, if they can be kept."""
    path = _path(folder, room)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = path.with_suffix(".new")
        written.write_text(json.dumps(dict(levels)), encoding="utf-8")
        written.replace(path)


def _path(folder: Path, room: Room) -> Path:
    """A file for each room: known by its name and by how its lights are wired."""
    wiring = f"{room.name}\n{sorted(room.midi.items())}\n{sorted(room.lights.items())}"
    return folder / "lights" / f"{hashlib.sha256(wiring.encode()).hexdigest()[:16]}.json"
