"""Names in a scene that stand for something elsewhere: playlists, the room's lights and cues."""

from __future__ import annotations

from collections.abc import Collection

from soundscape.errors import LibraryError, Problem
from soundscape.library.files.load import SceneFiles
from soundscape.scene.binding import no_such
from soundscape.scene.document import Draft
from soundscape.scene.yaml.nodes import MapNode
from soundscape.units import quoted


def look_up(scene: Draft, reading: SceneFiles, room: Draft | None) -> list[Problem]:
    """Return a problem for each name that stands for nothing; a faulty scene's names count too.

    `room` is None where there is no room to look in. What is wrong in the playlists themselves goes
    to the findings of `reading`.
    """
    problems: list[Problem] = []
    for reference in scene.references:
        if reference.kind == "playlist":
            try:
                reading.playlist(reference.value)
            except LibraryError as error:
                problems.append(scene.problem(reference.path, str(error)))
        elif room is not None and reference.kind in {"light", "cue"}:
            known = _defined(room, f"{reference.kind}s")
            if reference.value not in known:
                missing = no_such(reference.value, f"{reference.kind} in {room.file}", known)
                message = f"{quoted(reference.value)}: {missing}"
                problems.append(scene.problem(reference.path, message))
    return problems


def _defined(room: Draft, key: str) -> Collection[str]:
    """The names under a key of the room, even where what they stand for is faulty."""
    node = room.root.items.get(key) if isinstance(room.root, MapNode) else None
    return tuple(node.items) if isinstance(node, MapNode) else ()
