"""The three kinds of file: bytes to a Document, or every problem of the file."""

from __future__ import annotations

from soundscape.scene.document import Document, read_document
from soundscape.scene.models import PlaylistSpec, Room, Scene
from soundscape.scene.rules import room_problems, scene_problems


def read_scene(data: bytes, file: str) -> Document[Scene]:
    """Read a scene; `file` names it in messages. FileProblems has every problem of it."""
    return read_document(Scene, data, file, scene_problems)


def read_playlist(data: bytes, file: str) -> Document[PlaylistSpec]:
    """Read a playlist; `file` names it in messages. FileProblems has every problem of it."""
    return read_document(PlaylistSpec, data, file)


def read_room(data: bytes, file: str) -> Document[Room]:
    """Read a room; `file` names it in messages. FileProblems has every problem of it."""
    return read_document(Room, data, file, room_problems)
